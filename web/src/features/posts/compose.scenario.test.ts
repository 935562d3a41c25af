/** Writing posts, questions and answers: drafts, limits, mentions, a failing network, and deleting. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { makeAccount, openBrowser, signedInPage } from "../../../../bench/testing/scenario.ts";
import { createQuestionFrom, publish } from "../../../../bench/testing/scenario-actions.ts";

const browser = openBrowser();
const LIVE_MS = 5_000;
const LIMIT = 20_000;
const FAILED_REQUEST = [/Failed to load resource/];

const box = (page: Page) => page.getByLabel("Text", { exact: true });
const publishButton = (page: Page) => page.getByRole("button", { name: "Publish", exact: true });

test("a draft survives a reload, and publishing it with Ctrl+Enter deletes it", async () => {
  const page = await signedInPage(browser.current, await makeAccount("Ona"));
  await page.goto("/compose");
  expect(await publishButton(page).isDisabled()).toBe(true);
  await box(page).fill("Half a thought");
  await page.getByText("Draft kept on this device").waitFor();
  await page.reload();
  expect(await box(page).inputValue()).toBe("Half a thought");
  await box(page).focus();
  await page.keyboard.press("End");
  await page.keyboard.type(", now whole.");
  await page.keyboard.press("Control+Enter");
  await page.waitForURL("**/posts/*");
  await page.locator("#main").getByText("Half a thought, now whole.").waitFor();
  await page.goto("/compose");
  await publishButton(page).waitFor();
  expect(await box(page).inputValue()).toBe("");
});

test("discarding a draft asks for confirmation", async () => {
  const page = await signedInPage(browser.current, await makeAccount("Ona"));
  await page.goto("/compose");
  await box(page).fill("Rather not");
  await page.getByRole("button", { name: "Discard" }).click();
  const dialog = page.getByRole("dialog", { name: "Discard this draft?" });
  await dialog.getByRole("button", { name: "Cancel" }).click();
  expect(await box(page).inputValue()).toBe("Rather not");
  await page.getByRole("button", { name: "Discard" }).click();
  await dialog.getByRole("button", { name: "Discard" }).click();
  await page.waitForURL("**/");
  await page.goto("/compose");
  await publishButton(page).waitFor();
  expect(await box(page).inputValue()).toBe("");
});

test("a draft is not shown to the next account in the same browser", async () => {
  const [ona, jonas] = await Promise.all([makeAccount("Ona"), makeAccount("Jonas")]);
  // A request that overtakes the sign-out is refused.
  const page = await signedInPage(browser.current, ona, { expectedErrors: [/status of 401/] });
  await page.goto("/compose");
  await box(page).fill("For Ona's eyes only");
  await page.getByText("Draft kept on this device").waitFor();
  await page.goto("/settings");
  await page.locator("#main").getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { level: 1, name: /The town square/ }).waitFor();
  await page.goto("/sign-in");
  await page.getByLabel("E-mail", { exact: true }).fill(jonas.email);
  await page.getByLabel("Password", { exact: true }).fill(jonas.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
  await page.goto("/compose");
  await publishButton(page).waitFor();
  expect(await box(page).inputValue()).toBe("");
  const stored = await page.evaluate(() => JSON.stringify(localStorage));
  expect(stored).not.toContain("For Ona's eyes only");
});

test("a text above the limit is counted and not published, and never cut off", async () => {
  const page = await signedInPage(browser.current, await makeAccount("Ona"));
  await page.goto("/compose");
  await box(page).fill("x".repeat(LIMIT - 10));
  await page.getByText("10 characters left").waitFor();
  await box(page).fill("x".repeat(LIMIT + 1));
  await page.getByText("1 character too many").waitFor();
  await publishButton(page).click();
  await page.getByText("That's too long. Shorten it a little.").waitFor();
  expect((await box(page).inputValue()).length).toBe(LIMIT + 1);
  expect(new URL(page.url()).pathname).toBe("/compose");
});

test("a question needs a title, keeps the text that was typed as a post, and is answered on its page", async () => {
  const [ona, jonas] = await Promise.all([makeAccount("Ona"), makeAccount("Jonas")]);
  const page = await signedInPage(browser.current, ona);
  await page.goto("/compose");
  await box(page).fill("It goes flat in an hour.");
  await page.getByText("Question", { exact: true }).click();
  expect(await box(page).inputValue()).toBe("It goes flat in an hour.");
  const line = page.getByLabel("Your question in one line");
  await line.fill("Hm");
  await page.getByRole("button", { name: "Ask", exact: true }).click();
  await page.getByText("Ask in at least 3 characters.").waitFor();
  await line.fill("How do I keep soda fizzy?");
  await page.getByRole("button", { name: "Ask", exact: true }).click();
  await page.waitForURL("**/posts/*");
  await page.getByText("No answers yet").waitFor();

  const other = await signedInPage(browser.current, jonas);
  await other.goto(page.url());
  await other.getByLabel("Your answer").fill("Cold, and upside down.");
  await other.getByRole("button", { name: "Answer", exact: true }).click();
  const answer = (on: Page) =>
    on.locator("#answers [data-post]").filter({ hasText: "Cold, and upside down." });
  await answer(other).waitFor();
  await answer(page).waitFor({ timeout: LIVE_MS });
  expect([await answer(other).count(), await answer(page).count()]).toEqual([1, 1]);
  expect(await other.getByLabel("Your answer").inputValue()).toBe("");
});

test("a person is found and mentioned with the keyboard only", async () => {
  const [ona, jonas] = await Promise.all([makeAccount("Ona"), makeAccount("Jonas")]);
  const page = await signedInPage(browser.current, ona);
  await page.goto("/compose");
  await box(page).pressSequentially(`Thanks @${jonas.handle.slice(0, 9)}`);
  const option = page.getByRole("option").filter({ hasText: jonas.handle });
  await option.waitFor();
  expect(await box(page).getAttribute("aria-activedescendant")).toBe(await option.getAttribute("id"));
  await page.keyboard.press("Escape");
  await option.waitFor({ state: "detached" });
  await page.keyboard.press("Backspace");
  await option.waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.keyboard.type("for the tea");
  expect(await box(page).inputValue()).toBe(`Thanks @${jonas.handle} for the tea`);
  await page.keyboard.press("Control+Enter");
  await page.waitForURL("**/posts/*");
  await page
    .locator("#main")
    .getByRole("link", { name: `@${jonas.handle}` })
    .click();
  await page.waitForURL(`**/@${jonas.handle}`);
});

test("a failed publish keeps the text, and any number of retries creates one post", async () => {
  const ona = await makeAccount("Ona");
  const page = await signedInPage(browser.current, ona, { expectedErrors: FAILED_REQUEST });
  const keys: string[] = [];
  await page.route("**/api/posts", async (route) => {
    keys.push(route.request().headers()["idempotency-key"] ?? "none");
    // Two requests are lost; of the third only the response is lost, so the server has created the post.
    if (keys.length === 3) await route.fetch();
    if (keys.length <= 3) await route.abort();
    else await route.continue();
  });
  await page.goto("/compose");
  await box(page).fill("Said once");
  await publishButton(page).click();
  await page.getByText("Couldn't reach Plaza.").waitFor({ timeout: LIVE_MS });
  expect(keys.length).toBe(2);
  expect(await box(page).inputValue()).toBe("Said once");
  await publishButton(page).click();
  await page.waitForURL("**/posts/*");
  expect(keys.length).toBe(4);
  expect(new Set(keys).size).toBe(1);
  await page.goto(`/@${ona.handle}`);
  await page.locator("[data-post]").first().waitFor();
  expect(await page.locator("[data-post]").count()).toBe(1);
});

test("deleting a post asks for confirmation, and a reader's open page shows it without a reload", async () => {
  const [ona, jonas] = await Promise.all([makeAccount("Ona"), makeAccount("Jonas")]);
  const page = await signedInPage(browser.current, ona, { expectedErrors: FAILED_REQUEST });
  const reader = await signedInPage(browser.current, jonas, { expectedErrors: FAILED_REQUEST });
  const id = await publish(page, "I take it back.");
  await Promise.all([page.goto(`/posts/${id}`), reader.goto(`/posts/${id}`)]);
  await reader.locator("#comments textarea").waitFor();

  await page.locator("#main").getByRole("button", { name: "More about this post" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete this?" });
  await dialog.getByRole("button", { name: "Cancel" }).click();
  expect(await page.locator(`[data-post="${id}"]`).count()).toBe(1);
  await page.locator("#main").getByRole("button", { name: "More about this post" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await page.waitForURL("**/");
  await reader.getByRole("heading", { name: "This was deleted" }).waitFor({ timeout: LIVE_MS });
  await reader.reload();
  await reader.getByRole("heading", { name: "This was deleted" }).waitFor();
  expect(await reader.title()).toContain("This was deleted");
});

test("the menu of another person's post has no delete item", async () => {
  const [ona, jonas] = await Promise.all([makeAccount("Ona"), makeAccount("Jonas")]);
  const page = await signedInPage(browser.current, ona);
  const reader = await signedInPage(browser.current, jonas);
  const id = await createQuestionFrom(page, "Mine to delete?");
  await reader.goto(`/posts/${id}`);
  await reader.locator("#main").getByRole("button", { name: "More about this post" }).click();
  await reader.getByRole("menuitem", { name: `Block @${ona.handle}` }).waitFor();
  expect(await reader.getByRole("menuitem", { name: "Delete" }).count()).toBe(0);
});
