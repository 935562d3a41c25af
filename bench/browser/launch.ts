import { type Browser, chromium } from "playwright-core";
import { findBrowser } from "./find-browser.ts";

/** Starts headless Chrome or Chromium with the flags that a container without a display needs. */
export async function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  const { executablePath } = await findBrowser();
  // Chrome's sandbox cannot start as root. The tests open only Plaza's own pages.
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath,
    args: [...(isRoot ? ["--no-sandbox"] : []), "--disable-dev-shm-usage", ...args],
  });
}
