/** Pages without content: a skeleton while loading, a first step when empty, a retry after an error. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { makeAccount, openBrowser, openPage, signedInPage } from "../../../bench/testing/scenario.ts";
import { callApi, publish } from "../../../bench/testing/scenario-actions.ts";

const browser = openBrowser();
const LIVE_MS = 8_000;
const REFUSED = [/Failed to load resource/];
const UNAVAILABLE = {
  error: { code: "UNAVAILABLE", message: "The database is away.", requestId: "req-for-support" },
};

/** Answers matching requests with 503 until the returned function is called. */
async function failRequests(page: Page, matching: RegExp): Promise<() => Promise<void>> {
  await page.route(matching, (route) => route.fulfill({ status: 503, json: UNAVAILABLE }));
  return () => page.unroute(matching);
}

const PAGES = [
  { name: "home", path: "/", api: /\/api\/feeds\/following/, good: "Your people's posts land here" },
  { name: "notifications", path: "/notifications", api: /\/api\/notifications(\?|$)/, good: "Nothing yet" },
  { name: "messages", path: "/messages", api: /\/api\/conversations\?/, good: "Say hello to someone" },
] as const;

test.each(PAGES)("$name: a skeleton while loading, then the empty state", async ({ path, api, good }) => {
  const page = await signedInPage(browser.current, await makeAccount("Ona"));
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(api, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(path);
  const skeleton = page.locator("#main").getByRole("status").filter({ hasText: "Loading" });
  await skeleton.waitFor();
  await expect.poll(async () => (await skeleton.boundingBox())?.height ?? 0).toBeGreaterThan(200);
  expect(await page.getByRole("heading", { name: good }).count()).toBe(0);
  release();
  await page.getByRole("heading", { name: good }).waitFor();
  expect(await skeleton.count()).toBe(0);
});

test.each(PAGES)(
  "$name: an unavailable server is reported with a reference and a retry button",
  async ({ path, api, good }) => {
    const page = await signedInPage(browser.current, await makeAccount("Ona"), { expectedErrors: REFUSED });
    const restore = await failRequests(page, api);
    await page.goto(path);
    const alert = page.locator("#main").getByRole("alert");
    await alert
      .getByText("Plaza is catching its breath. Try again in a minute.")
      .waitFor({ timeout: LIVE_MS });
    await alert.getByText("Reference: req-for-support").waitFor();
    await restore();
    await alert.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: good }).waitFor();
    expect(await alert.count()).toBe(0);
  },
);

test("the empty feed links to the latest posts, which link to writing the first one", async () => {
  const page = await signedInPage(browser.current, await makeAccount("Ona"));
  await page.goto("/");
  await page.getByRole("link", { name: "Look at Latest" }).click();
  await page.waitForURL("**/?feed=latest");
  await page.getByRole("link", { name: "What's going on?" }).click();
  await page.waitForURL("**/compose");
});

test("when only the comments fail, the post stays readable and the comments can be retried", async () => {
  const page = await signedInPage(browser.current, await makeAccount("Ona"), { expectedErrors: REFUSED });
  const id = await publish(page, "Readable all the same.");
  await callApi(page, `/api/posts/${id}/comments`, { data: { body: "Said below." } });
  const restore = await failRequests(page, /\/comments(\?|$)/);
  await page.goto(`/posts/${id}`);
  await page.locator("#main").getByText("Readable all the same.").waitFor();
  const again = page.locator("#comments").getByRole("button", { name: "Try again" });
  await again.waitFor({ timeout: LIVE_MS });
  await page.locator("#comments textarea").fill("Typed meanwhile");
  await restore();
  await again.click();
  await page.getByText("Said below.").waitFor();
  expect(await page.locator("#comments textarea").inputValue()).toBe("Typed meanwhile");
});

test("a form keeps its fields when the server is unavailable, and can be sent again", async () => {
  const page = await signedInPage(browser.current, await makeAccount("Ona"), { expectedErrors: REFUSED });
  const restore = await failRequests(page, /\/api\/me$/);
  await page.goto("/settings");
  await page.getByLabel("About you").fill("Bakes bread.");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  const alert = page.locator("#main").getByRole("alert").filter({ hasText: "Plaza is catching its breath." });
  await alert.waitFor({ timeout: LIVE_MS });
  expect(await page.getByLabel("About you").inputValue()).toBe("Bakes bread.");
  await restore();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved", { exact: true }).waitFor();
});

test("a deleted post answers 410 and its page says that it was deleted", async () => {
  const writer = await signedInPage(browser.current, await makeAccount("Ona"));
  const id = await publish(writer, "Short-lived.");
  await callApi(writer, `/api/posts/${id}`, { method: "DELETE" });
  const page = await openPage(browser.current, { expectedErrors: REFUSED });
  const answers: number[] = [];
  page.on("response", (response) => {
    if (response.url().endsWith(`/api/posts/${id}`)) answers.push(response.status());
  });
  await page.goto(`/posts/${id}`);
  await page.getByRole("heading", { name: "This was deleted" }).waitFor();
  expect(answers).toEqual([410]);
  await page.getByRole("link", { name: "Go to your feed" }).click();
  await page.getByRole("heading", { level: 1, name: /The town square/ }).waitFor();
});

test("an unknown address shows a page that links to home", async () => {
  const page = await signedInPage(browser.current, await makeAccount("Ona"), { expectedErrors: REFUSED });
  await page.goto("/nowhere/at/all");
  await page.locator("#main").getByRole("heading", { level: 2, name: "Nothing here" }).waitFor();
  await page.goto(`/posts/${crypto.randomUUID()}`);
  await page.getByText("It isn't here. It may have been removed, or the address is wrong.").waitFor();
  await page.goto("/nowhere/at/all");
  await page.getByRole("link", { name: "Go home" }).click();
  await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
});

test("a page whose chunk is gone after an update says so, and a reload fixes it", async () => {
  const page = await signedInPage(browser.current, await makeAccount("Ona"), {
    expectedErrors: [/Failed to/, /error occurred/],
  });
  await page.goto("/");
  await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
  const code = /\/assets\/settings-[^/]*\.js$/;
  await page.route(code, (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html>" }));
  await page.getByRole("button", { name: /your account$/ }).click();
  await page.getByRole("menuitem", { name: "Settings" }).click();
  await page.getByText("Plaza was updated while you were here. Reload to go on.").waitFor();
  await page.getByRole("link", { name: "Home", exact: true }).first().click();
  await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
  await page.goBack();
  await page.unroute(code);
  await page.getByRole("button", { name: "Reload" }).click();
  await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
});
