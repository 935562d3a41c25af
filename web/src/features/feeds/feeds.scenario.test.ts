/** The feed in a browser: infinite scrolling, restored scroll position, and new posts on request. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { makeAccount, openBrowser, signedInPage } from "../../../../bench/testing/scenario.ts";
import { callApi } from "../../../../bench/testing/scenario-actions.ts";

const browser = openBrowser();
const POSTS = 45;
/** Longer than the interval in which an open feed counts new posts. */
const COUNT_INTERVAL_MS = 31_000;

async function write(page: Page, body: string): Promise<string> {
  const response = await page.request.post("/api/posts", {
    data: { kind: "post", body },
    headers: { Origin: new URL(page.url()).origin, "Idempotency-Key": crypto.randomUUID() },
  });
  expect(response.status(), await response.text()).toBe(201);
  const post: { id: string } = await response.json();
  return post.id;
}

test("a feed loads each page once before its end is reached, and its scroll position is restored", async () => {
  const page = await signedInPage(browser.current, await makeAccount("Ona"));
  await page.goto("/");
  for (let number = 1; number <= POSTS; number += 1) await write(page, `Post number ${number}`);
  const cursors: string[] = [];
  page.on("request", (request) => {
    const cursor = request.url().includes("/api/feeds/") && new URL(request.url()).searchParams.get("cursor");
    if (cursor) cursors.push(cursor);
  });
  await page.goto("/?feed=latest");
  await page.getByText(`Post number ${POSTS}`, { exact: true }).waitFor();
  await expect
    .poll(
      async () => {
        await page.evaluate(() => window.scrollBy(0, 800));
        return page.getByText("Post number 1", { exact: true }).count();
      },
      { timeout: 20_000, interval: 100 },
    )
    .toBe(1);
  expect(new Set(cursors).size).toBe(cursors.length);

  await page.getByText("Post number 10", { exact: true }).scrollIntoViewIfNeeded();
  await page.waitForTimeout(300);
  const top = await page.evaluate(() => window.scrollY);
  expect(top).toBeGreaterThan(500);
  await page.getByText("Post number 10", { exact: true }).click();
  await page.waitForURL("**/posts/*");
  await page.locator("#comments textarea").waitFor();
  await page.goBack();
  await expect.poll(() => page.evaluate(() => window.scrollY), { timeout: 5_000 }).toBe(top);
});

test("new posts of others are counted in a button, and the feed moves only when it is pressed", async () => {
  const [ona, jonas] = await Promise.all([makeAccount("Ona"), makeAccount("Jonas")]);
  const reader = await signedInPage(browser.current, ona);
  const writer = await signedInPage(browser.current, jonas);
  await Promise.all([reader.clock.install(), writer.goto("/")]);
  // The feed of followed people, because tests that run at the same time write posts too.
  await callApi(reader, `/api/profiles/${jonas.handle}/follow`, { method: "PUT" });
  for (let number = 1; number <= 8; number += 1) await write(writer, `Old news ${number}`);
  await reader.goto("/");
  const first = reader.locator("[data-post]").first();
  await reader.getByText("Old news 8").waitFor();
  await reader.evaluate(() => window.scrollTo(0, 400));
  const before = await first.boundingBox();

  await write(writer, "Fresh news");
  await reader.clock.fastForward(COUNT_INTERVAL_MS);
  const pill = reader.getByTestId("new-pill");
  await pill.waitFor({ timeout: 5_000 });
  expect((await pill.textContent())?.trim()).toBe("1 new post");
  expect(await first.boundingBox()).toEqual(before);
  expect(await reader.getByText("Fresh news").count()).toBe(0);

  await pill.click();
  await reader.getByText("Fresh news").waitFor({ timeout: 5_000 });
  expect(await reader.evaluate(() => window.scrollY)).toBe(0);
  expect(await pill.count()).toBe(0);
});
