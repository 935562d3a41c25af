import { type Browser, type BrowserServer, chromium } from "playwright-core";
import { findBrowser } from "./find-browser.ts";

/** Starts headless Chrome or Chromium with the flags that a container without a display needs. */
export async function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  return chromium.launch(await launchOptions(args));
}

/** Starts the same browser as a server, for several processes to connect to (`chromium.connect`). */
export async function launchBrowserServer(): Promise<BrowserServer> {
  return chromium.launchServer({ ...(await launchOptions([])), host: "127.0.0.1" });
}

async function launchOptions(args: readonly string[]) {
  const { executablePath } = await findBrowser();
  // Chrome's sandbox cannot start as root. The tests open only Plaza's own pages.
  const isRoot = process.getuid?.() === 0;
  return {
    executablePath,
    args: [...(isRoot ? ["--no-sandbox"] : []), "--disable-dev-shm-usage", ...args],
  };
}
