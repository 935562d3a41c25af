/**
 * The bell and the notifications page: keyboard, marking as read, failures, infinite scrolling, empty state.
 */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { makeAccount, openBrowser, signedInPage } from "../../../../bench/testing/scenario.ts";
import { callApi, publish, unreadBadge } from "../../../../bench/testing/scenario-actions.ts";

const browser = openBrowser();
const LIVE_MS = 5_000;
const FAILED_REQUEST = [/Failed to load resource/];

const bell = (page: Page) => page.locator("header").getByRole("button", { name: /Notifications/ });
const panel = (page: Page) => page.getByRole("dialog", { name: "Notifications" });
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? "");

/** The page of Ona, whose post Jonas commented on `count` times. */
async function onaWithNotifications(count: number): Promise<Page> {
  const [ona, jonas] = await Promise.all([makeAccount("Ona"), makeAccount("Jonas")]);
  const page = await signedInPage(browser.current, ona, { expectedErrors: FAILED_REQUEST });
  const jonasPage = await signedInPage(browser.current, jonas);
  const id = await publish(page, "Tell me things.");
  for (let number = 1; number <= count; number += 1) {
    await callApi(jonasPage, `/api/posts/${id}/comments`, { data: { body: `Thing ${number}` } });
  }
  return page;
}

test("the bell's panel is opened, navigated, closed and followed with the keyboard only", async () => {
  const page = await onaWithNotifications(3);
  await page.goto("/");
  await expect.poll(() => unreadBadge(page)).toBe("3");
  await bell(page).focus();
  await page.keyboard.press("Enter");
  await panel(page).getByText("Thing 3").waitFor();
  await page.keyboard.press("Escape");
  await panel(page).waitFor({ state: "hidden" });
  expect(await bell(page).evaluate((button) => button === document.activeElement)).toBe(true);

  await page.keyboard.press("Enter");
  await panel(page).getByText("Thing 3").waitFor();
  await page.keyboard.press("ArrowDown");
  expect(await focused(page)).toContain("Mark all read");
  await page.keyboard.press("ArrowDown");
  expect(await focused(page)).toContain("Thing 3");
  await page.keyboard.press("ArrowDown");
  expect(await focused(page)).toContain("Thing 2");
  await page.keyboard.press("ArrowUp");
  expect(await focused(page)).toContain("Thing 3");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/posts\/[^#]+#comment-/);
  await panel(page).waitFor({ state: "hidden" });
  await expect.poll(() => focused(page), { timeout: LIVE_MS }).toContain("Thing 3");
  await expect.poll(() => unreadBadge(page), { timeout: LIVE_MS }).toBe("2");
});

test("the document's title has the unread count, and marking all as read removes it permanently", async () => {
  const page = await onaWithNotifications(2);
  await page.goto("/notifications");
  await expect.poll(() => page.title()).toBe("(2) Notifications · Plaza");
  await page.getByRole("button", { name: "Mark all read" }).click();
  await expect.poll(() => page.title()).toBe("Notifications · Plaza");
  expect(await page.getByRole("button", { name: "Mark all read" }).count()).toBe(0);
  expect(await page.locator("#main").getByText("Unread").count()).toBe(0);
  await page.waitForLoadState("networkidle");
  await page.reload();
  await page.getByText("Thing 2").waitFor();
  expect(await page.title()).toBe("Notifications · Plaza");
});

test("a failure of marking all as read restores the unread state and shows a toast", async () => {
  const page = await onaWithNotifications(2);
  await page.goto("/notifications");
  await expect.poll(() => unreadBadge(page)).toBe("2");
  const unreadRows = page.locator("#main").getByText("Unread", { exact: true });
  await expect.poll(() => unreadRows.count()).toBe(2);
  let fail = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    fail = resolve;
  });
  await page.route("**/api/notifications/read", async (route) => {
    await held;
    await route.abort();
  });
  await page.getByRole("button", { name: "Mark all read" }).click();
  await expect.poll(() => unreadBadge(page)).toBe(null);
  expect(await unreadRows.count()).toBe(0);
  fail();
  await page.getByText("Couldn't mark as read.").waitFor({ timeout: LIVE_MS });
  await expect.poll(() => unreadBadge(page)).toBe("2");
  expect(await unreadRows.count()).toBe(2);
});

test("without notifications, page and bell show their empty state", async () => {
  const page = await signedInPage(browser.current, await makeAccount("Ona"));
  await page.goto("/notifications");
  await page.locator("#main").getByRole("heading", { name: "Nothing yet" }).waitFor();
  expect(await page.title()).toBe("Notifications · Plaza");
  await page.goto("/settings");
  await bell(page).click();
  await panel(page).getByRole("heading", { name: "Nothing yet" }).waitFor();
  expect(await unreadBadge(page)).toBe(null);
});

test("the list loads more while scrolling, with each notification once and the newest first", async () => {
  const page = await onaWithNotifications(45);
  await page.goto("/notifications");
  await page.getByText("Thing 45", { exact: true }).waitFor();
  await expect
    .poll(
      async () => {
        await page.evaluate(() => window.scrollBy(0, 900));
        return page.getByText("Thing 1", { exact: true }).count();
      },
      { timeout: 20_000, interval: 100 },
    )
    .toBe(1);
  await page.getByText("You're all caught up").waitFor();
  const shown = await page.locator("#main [data-item]").allInnerTexts();
  const shownIndexes = shown.map((text) => Number(/Thing (\d+)/.exec(text)?.[1]));
  expect(shownIndexes).toEqual(Array.from({ length: 45 }, (_, index) => 45 - index));
});
