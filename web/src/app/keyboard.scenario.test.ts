/** The keyboard: shortcuts, the skip link, the focus after dialogs, and no shortcuts while typing. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { makeAccount, openBrowser, signedInPage } from "../../../bench/testing/scenario.ts";
import { publish } from "../../../bench/testing/scenario-actions.ts";

const browser = openBrowser();

const pathOf = (page: Page) => new URL(page.url()).pathname;
const focusedPost = (page: Page) =>
  page.evaluate(() => document.activeElement?.getAttribute("data-post") ?? null);
const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name });

async function onaAtHome() {
  const ona = await makeAccount("Ona");
  const page = await signedInPage(browser.current, ona);
  const ids = [await publish(page, "First"), await publish(page, "Second"), await publish(page, "Third")];
  // Other test files publish to the latest feed at the same time.
  await page.goto("/?feed=following");
  await page.getByText("Third", { exact: true }).first().waitFor();
  return { ona, page, newestFirst: ids.toReversed() };
}

test("g h, g n, g p and n open home, notifications, the profile and a new post", async () => {
  const { ona, page } = await onaAtHome();
  await page.keyboard.type("gn");
  await heading(page, "Notifications").waitFor();
  await page.keyboard.type("gp");
  await heading(page, ona.name).waitFor();
  await page.keyboard.type("gh");
  await heading(page, "Home").waitFor();
  await page.keyboard.press("n");
  await heading(page, "New post").waitFor();
  expect(pathOf(page)).toBe("/compose");
});

test("j and k move between posts, l votes for the focused one, c opens its comments, Enter opens it", async () => {
  const { page, newestFirst } = await onaAtHome();
  const [newest = "", second = ""] = newestFirst;
  await page.keyboard.press("j");
  expect(await focusedPost(page)).toBe(newest);
  await page.keyboard.press("j");
  expect(await focusedPost(page)).toBe(second);
  await page.keyboard.press("k");
  expect(await focusedPost(page)).toBe(newest);
  await page.keyboard.press("k");
  expect(await focusedPost(page)).toBe(newest);
  await page.keyboard.press("j");
  const upvote = (id: string) => page.locator(`[data-post="${id}"] [data-action=upvote]`);
  await page.keyboard.press("l");
  await expect.poll(() => upvote(second).getAttribute("aria-pressed")).toBe("true");
  expect(await upvote(newest).getAttribute("aria-pressed")).toBe("false");
  await page.keyboard.press("l");
  await expect.poll(() => upvote(second).getAttribute("aria-pressed")).toBe("false");
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/posts/${second}`);
  await page.locator("#comments textarea").waitFor();
  await page.keyboard.press("c");
  const box = page.locator("#comments textarea");
  await expect.poll(() => box.evaluate((each) => each === document.activeElement)).toBe(true);
  expect(await box.inputValue()).toBe("");
});

test("? opens the shortcuts dialog; Escape closes it and restores the focus", async () => {
  const { page, newestFirst } = await onaAtHome();
  await page.keyboard.press("j");
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await help.waitFor();
  await page.keyboard.type("gn");
  await page.keyboard.press("Escape");
  await help.waitFor({ state: "detached" });
  expect(pathOf(page)).toBe("/");
  expect(await focusedPost(page)).toBe(newestFirst[0]);
});

test("no shortcut runs while somebody types in a field", async () => {
  const { page } = await onaAtHome();
  await page.goto("/compose");
  const box = page.getByLabel("Text", { exact: true });
  await box.focus();
  await page.keyboard.type("gn gh n j k l c ? ");
  expect(await box.inputValue()).toBe("gn gh n j k l c ? ");
  expect(pathOf(page)).toBe("/compose");
  expect(await page.getByRole("dialog").count()).toBe(0);
  await page.goto("/settings");
  await page.getByLabel("Language", { exact: true }).focus();
  await page.keyboard.press("n");
  await page.waitForTimeout(200);
  expect(pathOf(page)).toBe("/settings");
});

test("the first Tab reaches the skip link, which moves the focus to the content", async () => {
  const { page } = await onaAtHome();
  await page.reload();
  await heading(page, "Home").waitFor();
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to content" });
  expect(await skip.evaluate((link) => link === document.activeElement)).toBe(true);
  await expect.poll(async () => (await skip.boundingBox())?.y ?? -1).toBeGreaterThanOrEqual(0);
  await page.keyboard.press("Enter");
  await expect.poll(() => page.evaluate(() => document.activeElement?.id), { timeout: 5_000 }).toBe("main");
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.closest("#main") !== null)).toBe(true);
});

test("menus and dialogs keep the focus inside and restore it when they close", async () => {
  const { page, newestFirst } = await onaAtHome();
  const menu = page
    .locator(`[data-post="${newestFirst[0]}"]`)
    .getByRole("button", { name: "More about this post" });
  const isFocused = () => menu.evaluate((button) => button === document.activeElement);
  await menu.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Copy link" }).waitFor();
  await page.keyboard.press("End");
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Delete");
  await page.keyboard.press("Escape");
  await expect.poll(isFocused).toBe(true);

  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Delete" }).press("Enter");
  const dialog = page.getByRole("dialog", { name: "Delete this?" });
  await dialog.waitFor();
  for (let step = 0; step < 6; step += 1) {
    await page.keyboard.press("Tab");
    const where = await page.evaluate(() => {
      const at = document.activeElement;
      return at === document.body || at?.closest("dialog") !== null;
    });
    expect(where).toBe(true);
  }
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await expect.poll(isFocused).toBe(true);
});
