/** Two members in two browsers: live updates without a reload, and how lost connections are shown. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { startPlaza } from "../../../bench/harness/plaza.ts";
import { makeAccount, openBrowser, signedInPage } from "../../../bench/testing/scenario.ts";

const browser = openBrowser();
const LIVE_MS = 5_000;
const REFUSED = [/Failed to load resource/, /WebSocket/];

async function write(page: Page, path: string, data: object): Promise<{ id: string }> {
  await page.goto("/");
  const response = await page.request.post(path, {
    data,
    headers: { Origin: new URL(page.url()).origin, "Idempotency-Key": crypto.randomUUID() },
  });
  expect(response.status(), await response.text()).toBe(201);
  return await response.json();
}

const upvote = (page: Page, id: string) => page.locator(`[data-post="${id}"] [data-action="upvote"]`);
const score = (page: Page, id: string) => page.locator(`[data-post="${id}"] footer .tabular-nums`).first();
const unread = (page: Page) => page.locator("header [data-testid=unread] [aria-hidden]");

test("a comment and a vote update the other browser, the bell and the document's title", async () => {
  const [ona, jonas] = await Promise.all([makeAccount("Ona"), makeAccount("Jonas")]);
  const onas = await signedInPage(browser.current, ona);
  const jonass = await signedInPage(browser.current, jonas, { viewport: { width: 390, height: 844 } });
  const { id } = await write(onas, "/api/posts", { kind: "post", body: "Who walks to work?" });
  await Promise.all([onas.goto(`/posts/${id}`), jonass.goto(`/posts/${id}`)]);
  await onas.locator("#comments textarea").waitFor();

  await jonass.locator("#comments textarea").fill("I do, **every** day <b>rain</b> or shine.");
  await jonass.keyboard.press("Control+Enter");
  await onas.getByText("<b>rain</b> or shine").waitFor({ timeout: LIVE_MS });
  expect(await jonass.getByText("<b>rain</b> or shine").count()).toBe(1);
  await expect.poll(() => unread(onas).textContent(), { timeout: LIVE_MS }).toBe("1");
  expect(await onas.title()).toMatch(/^\(1\) /);

  await upvote(jonass, id).click();
  await expect.poll(() => score(onas, id).textContent(), { timeout: LIVE_MS }).toBe("1");
  expect(await upvote(jonass, id).getAttribute("aria-pressed")).toBe("true");
});

test("reading a notification in one tab clears the unread count in the other, and its link focuses the comment", async () => {
  const [ona, jonas] = await Promise.all([makeAccount("Ona"), makeAccount("Jonas")]);
  const first = await signedInPage(browser.current, ona);
  const second = await signedInPage(browser.current, ona);
  const other = await signedInPage(browser.current, jonas);
  const { id } = await write(first, "/api/posts", { kind: "post", body: "A post to answer." });
  await Promise.all([first.goto("/notifications"), second.goto("/?feed=latest")]);
  const comment = await write(other, `/api/posts/${id}/comments`, { body: "Here is a thought." });
  await expect.poll(() => unread(second).textContent(), { timeout: LIVE_MS }).toBe("1");

  await first.locator("#main [data-item]").first().click();
  await expect.poll(() => unread(second).count(), { timeout: LIVE_MS }).toBe(0);
  await expect
    .poll(() => first.evaluate(() => document.activeElement?.id), { timeout: LIVE_MS })
    .toBe(`comment-${comment.id}`);
});

test("a lost connection is shown within two seconds, and missed events arrive when it is back", async () => {
  const [ona, jonas] = await Promise.all([makeAccount("Ona"), makeAccount("Jonas")]);
  const onas = await signedInPage(browser.current, ona, { expectedErrors: REFUSED });
  const jonass = await signedInPage(browser.current, jonas);
  const { id } = await write(onas, "/api/posts", { kind: "post", body: "Mind the gap." });
  await onas.goto(`/posts/${id}`);
  await onas.locator("#comments textarea").waitFor();
  // The socket must be up before it can be lost.
  await onas.waitForTimeout(1_000);
  const strip = onas.getByTestId("connection-strip");
  expect(await strip.count()).toBe(0);

  await onas.context().setOffline(true);
  await strip.waitFor({ timeout: 2_000 });
  await write(jonass, `/api/posts/${id}/comments`, { body: "Said while you were away." });
  await onas.context().setOffline(false);
  await strip.waitFor({ state: "detached", timeout: LIVE_MS });
  await onas.getByText("Said while you were away.").waitFor({ timeout: LIVE_MS });
  await expect.poll(() => unread(onas).textContent(), { timeout: LIVE_MS }).toBe("1");
});

test("where WebSockets are blocked, the page polls and still updates", async () => {
  const [ona, jonas] = await Promise.all([makeAccount("Ona"), makeAccount("Jonas")]);
  const onas = await signedInPage(browser.current, ona, { expectedErrors: REFUSED });
  const jonass = await signedInPage(browser.current, jonas);
  const { id } = await write(onas, "/api/posts", { kind: "post", body: "Behind a proxy." });
  await onas.context().routeWebSocket(/\/parties\//, (socket) => void socket.close({ code: 1001 }));
  await onas.goto(`/posts/${id}`);
  await onas.locator('[data-testid=connection-strip][data-status="polling"]').waitFor({ timeout: 20_000 });
  await write(jonass, `/api/posts/${id}/comments`, { body: "Can you hear me?" });
  await onas.getByText("Can you hear me?").waitFor({ timeout: 15_000 });
  await expect.poll(() => unread(onas).textContent(), { timeout: 10_000 }).toBe("1");
});

test("a failed vote is rolled back and reported, and a failed comment can be sent again", async () => {
  const ona = await makeAccount("Ona");
  const page = await signedInPage(browser.current, ona, { expectedErrors: REFUSED });
  const { id } = await write(page, "/api/posts", { kind: "post", body: "Fragile." });
  await page.goto(`/posts/${id}`);
  await page.locator("#comments textarea").waitFor();
  await page.route(/\/(vote|comments)$/, (route) =>
    route.request().method() === "GET" ? route.continue() : route.abort(),
  );
  await upvote(page, id).click();
  await page.getByText("Couldn't save your vote.").waitFor({ timeout: LIVE_MS });
  expect(await score(page, id).textContent()).toBe("0");
  expect(await upvote(page, id).getAttribute("aria-pressed")).toBe("false");

  await page.locator("#comments textarea").fill("Try me twice");
  await page.keyboard.press("Control+Enter");
  await page.getByText("Couldn't send.").waitFor({ timeout: LIVE_MS });
  await page.unroute(/\/(vote|comments)$/);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("button", { name: "More about this comment" }).waitFor({ timeout: LIVE_MS });
  expect(await page.getByText("Try me twice").count()).toBe(1);
});

test("a killed server is shown within two seconds, and its return is noticed without a reload", async () => {
  const plaza = await startPlaza({ rateLimitFactor: 100 });
  try {
    const ona = await makeAccount("Ona", plaza);
    const page = await signedInPage(browser.current, ona, { plaza, expectedErrors: REFUSED });
    const { id } = await write(page, "/api/posts", { kind: "post", body: "Still here?" });
    await page.goto(`/posts/${id}`);
    await page.locator("#comments textarea").waitFor();
    await page.waitForTimeout(1_000);
    await plaza.kill();
    const strip = page.getByTestId("connection-strip");
    await strip.waitFor({ timeout: 2_000 });
    // Typed while the server is away, sent when it is back.
    await page.locator("#comments textarea").fill("Typed while it was away");
    await plaza.restart();
    await strip.waitFor({ state: "detached", timeout: 20_000 });
    await page.keyboard.press("Control+Enter");
    await page.getByRole("button", { name: "More about this comment" }).waitFor({ timeout: LIVE_MS });
  } finally {
    await plaza.stop();
  }
});
