/** The main path end to end: an action of another member arrives once, as a notification that links to its target. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { startPlaza } from "../../../bench/harness/plaza.ts";
import { makeAccount, openBrowser, signedInPage } from "../../../bench/testing/scenario.ts";
import { publish, unreadBadge } from "../../../bench/testing/scenario-actions.ts";

const browser = openBrowser();
const LIVE_MS = 5_000;
const BACK_MS = 20_000;
const EXPECTED = [/Failed to load resource/, /WebSocket/];

const card = (page: Page, id: string) => page.locator(`[data-post="${id}"]`);
const score = (page: Page, id: string) => card(page, id).locator("footer .tabular-nums").first();
const comments = (page: Page, id: string) =>
  card(page, id).locator("footer a[data-action=comment] .tabular-nums");
const rows = (page: Page) => page.locator("#main [data-item]");

async function connectionIsBack(page: Page): Promise<void> {
  await page.getByTestId("connection-strip").waitFor({ state: "detached", timeout: BACK_MS });
}

test("Ben's actions arrive once in both of Ann's tabs, also after the Worker was killed, and link to their target", async () => {
  const plaza = await startPlaza({ rateLimitFactor: 100 });
  const { url } = plaza;
  try {
    const [ann, ben] = [await makeAccount("Ann", plaza), await makeAccount("Ben", plaza)];
    const anns = await signedInPage(browser.current, ann, { plaza, expectedErrors: EXPECTED });
    const id = await publish(anns, "Where is the best bread in town?", url);
    const other = await anns.context().newPage();
    await Promise.all([anns.goto("/?feed=latest"), other.goto("/?feed=latest")]);
    await Promise.all([card(anns, id).waitFor(), card(other, id).waitFor()]);

    const bens = await signedInPage(browser.current, ben, { plaza, expectedErrors: EXPECTED });
    await bens.goto(`/posts/${id}`);
    await card(bens, id).locator("[data-action=upvote]").click();
    await expect.poll(() => score(anns, id).textContent(), { timeout: LIVE_MS }).toBe("1");
    await expect.poll(() => unreadBadge(anns), { timeout: LIVE_MS }).toBe("1");
    await bens.locator("#comments textarea").fill("At the corner, before eight.");
    await bens.keyboard.press("Control+Enter");
    await expect.poll(() => comments(anns, id).textContent(), { timeout: LIVE_MS }).toBe("1");
    for (const tab of [anns, other])
      await expect.poll(() => unreadBadge(tab), { timeout: LIVE_MS }).toBe("2");

    await plaza.kill();
    await anns.getByTestId("connection-strip").waitFor({ timeout: 2_500 });
    await plaza.restart();
    await Promise.all([anns, other, bens].map(connectionIsBack));

    await bens.goto("/compose");
    await bens.getByLabel("Text", { exact: true }).pressSequentially(`Ask @${ann.handle.slice(0, 8)}`);
    await bens.getByRole("option").filter({ hasText: ann.handle }).waitFor();
    await bens.keyboard.press("Enter");
    await bens.keyboard.press("Control+Enter");
    await bens.waitForURL("**/posts/*");
    for (const tab of [anns, other])
      await expect.poll(() => unreadBadge(tab), { timeout: LIVE_MS }).toBe("3");
    await bens.getByRole("link", { name: `@${ann.handle}` }).click();
    await bens.getByRole("button", { name: "Follow Ann" }).click();
    for (const tab of [anns, other])
      await expect.poll(() => unreadBadge(tab), { timeout: LIVE_MS }).toBe("4");

    await anns.getByRole("button", { name: /Notifications/ }).click();
    await anns.getByRole("link", { name: "See all" }).click();
    await expect.poll(() => rows(anns).count(), { timeout: LIVE_MS }).toBe(4);
    const texts = await rows(anns).allInnerTexts();
    const expectedTexts = [
      "started following you",
      "mentioned you",
      "commented on your post",
      "upvoted your post",
    ];
    for (const [index, text] of expectedTexts.entries()) expect(texts[index]).toContain(text);

    await rows(anns).filter({ hasText: "commented on your post" }).click();
    await anns.waitForURL(/\/posts\/[^#]+#comment-/);
    const target = anns.locator(`[id="${new URL(anns.url()).hash.slice(1)}"]`);
    await target.filter({ hasText: "At the corner, before eight." }).waitFor();
    await expect.poll(() => target.evaluate((row) => row === document.activeElement)).toBe(true);
    expect(await target.getAttribute("class")).toContain("bg-accent-soft");
    await expect.poll(() => unreadBadge(other), { timeout: LIVE_MS }).toBe("3");

    await anns.getByRole("button", { name: /Notifications/ }).click();
    await anns.getByRole("button", { name: "Mark all read" }).click();
    for (const tab of [anns, other])
      await expect.poll(() => unreadBadge(tab), { timeout: LIVE_MS }).toBe(null);
    expect(await other.title()).not.toContain("(");

    // A fresh load shows the same as the live updates.
    await anns.goto("/notifications");
    await rows(anns).first().waitFor();
    expect(await rows(anns).count()).toBe(4);
    await anns.goto(`/posts/${id}`);
    await anns.getByText("At the corner, before eight.").waitFor();
    expect(await anns.getByText("At the corner, before eight.").count()).toBe(1);
    expect([await score(anns, id).textContent(), await comments(anns, id).textContent()]).toEqual(["1", "1"]);
  } finally {
    await plaza.stop();
  }
});
