import { type Browser, chromium } from "playwright-core";
import { findBrowser } from "./find-browser.ts";

/** Chrome or Chromium, headless, with what a container without a display needs. */
export async function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  const { executablePath } = await findBrowser();
  // As root Chrome's sandbox cannot start; the pages are our own.
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath,
    args: [...(isRoot ? ["--no-sandbox"] : []), "--disable-dev-shm-usage", ...args],
  });
}
