/** The typeface on a first visit: Inter from the first visible line on. */
import { expect, test } from "vitest";
import { openBrowser, openPage } from "../../../bench/testing/scenario.ts";

declare global {
  interface Window {
    /** The sum of all layout shifts, as in Cumulative Layout Shift. */
    layoutShift?: number;
  }
}

const browser = openBrowser();
const FONT_DELAY_MS = 400;
/** Below this, Cumulative Layout Shift counts as none in the project's promises. */
const LAYOUT_SHIFT_MAX = 0.02;

test.each([
  ["a phone", { width: 390, height: 844 }, "en-GB"],
  ["a desktop in Lithuanian", { width: 1280, height: 900 }, "lt-LT"],
])(
  "on %s, text appears in Inter and does not move, although the file is late",
  async (_, viewport, locale) => {
    const page = await openPage(browser.current, { viewport, locale });
    await page.route(/inter-[^/]*\.woff2$/, async (route) => {
      await new Promise((resolve) => setTimeout(resolve, FONT_DELAY_MS));
      await route.continue();
    });
    await page.addInitScript(() => {
      window.layoutShift = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          window.layoutShift = (window.layoutShift ?? 0) + (entry as unknown as { value: number }).value;
        }
      }).observe({ type: "layout-shift", buffered: true });
    });
    await page.goto("/sign-in");
    await page.locator("h1").waitFor();
    await page.evaluate(async () => void (await document.fonts.ready));
    await page.waitForTimeout(FONT_DELAY_MS);
    const fonts = await page.evaluate(() =>
      [...document.fonts]
        .filter(({ family }) => family.includes("Inter Variable"))
        .map(({ display, status }) => ({ display, status })),
    );
    expect(fonts.every(({ display }) => display === "block")).toBe(true);
    expect(fonts.some(({ status }) => status === "loaded")).toBe(true);
    expect(await page.evaluate(() => window.layoutShift)).toBeLessThan(LAYOUT_SHIFT_MAX);
  },
);
