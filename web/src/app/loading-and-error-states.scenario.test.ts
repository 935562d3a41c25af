/** What stands where content should be: bones while waiting, a first step when empty, a way on when it failed. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { makeAccount, openBrowser, openPage, signedInPage } from "../../../bench/testing/scenario.ts";
import { callApi, publish } from "../../../bench/testing/scenario-actions.ts";

const browser = openBrowser();
const LIVE_MS = 8_000;
const REFUSED = [/Failed to load resource/];
const AWAY = {
  error: { code: "UNAVAILABLE", message: "The database is away.", requestId: "req-for-support" },
};

/** Answers 503 to these requests until the returned function is called. */
async function breakApi(page: Page, what: RegExp): Promise<() => Promise<void>> {
  await page.route(what, (route) => route.fulfill({ status: 503, json: AWAY }));
  return () => page.unroute(what);
}

const PAGES = [
  { name: "home", path: "/", api: /\/api\/feeds\/following/, good: "Your people's posts land here" },
  { name: "notifications", path: "/notifications", api: /\/api\/notifications(\?|$)/, good: "Nothing yet" },
  { name: "messages", path: "/messages", api: /\/api\/conversations\?/, good: "Say hello to someone" },
] as const;

test.each(PAGES)("$name: bones while waiting, then what the place is for", async ({ path, api, good }) => {
  const page = await signedInPage(browser.current, await makeAccount("Ona"));
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route(api, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(path);
  const bones = page.locator("#main").getByRole("status").filter({ hasText: "Loading" });
  await bones.waitFor();
  await expect.poll(async () => (await bones.boundingBox())?.height ?? 0).toBeGreaterThan(200);
  expect(await page.getByRole("heading", { name: good }).count()).toBe(0);
  letGo();
  await page.getByRole("heading", { name: good }).waitFor();
  expect(await bones.count()).toBe(0);
});

test.each(PAGES)(
  "$name: a server that is away is said, with a number to quote and another try",
  async ({ path, api, good }) => {
    const page = await signedInPage(browser.current, await makeAccount("Ona"), { expectedErrors: REFUSED });
    const mend = await breakApi(page, api);
    await page.goto(path);
    const alert = page.locator("#main").getByRole("alert");
    await alert
      .getByText("Plaza is catching its breath. Try again in a minute.")
      .waitFor({ timeout: LIVE_MS });
    await alert.getByText("Reference: req-for-support").waitFor();
    await mend();
    await alert.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: good }).waitFor();
    expect(await alert.count()).toBe(0);
  },
);

test("an empty home leads to everyone's posts, where nothing stands in the way of the first one", async () => {
  const page = await signedInPage(browser.current, await makeAccount("Ona"));
  await page.goto("/");
  await page.getByRole("link", { name: "Look at Latest" }).click();
  await page.waitForURL("**/?feed=latest");
  await page.getByRole("link", { name: "What's going on?" }).click();
  await page.waitForURL("**/compose");
});

test("a post and its comments fail apart: the words stay readable, the comments are tried again", async () => {
  const page = await signedInPage(browser.current, await makeAccount("Ona"), { expectedErrors: REFUSED });
  const id = await publish(page, "Readable all the same.");
  await callApi(page, `/api/posts/${id}/comments`, { data: { body: "Said below." } });
  const mend = await breakApi(page, /\/comments(\?|$)/);
  await page.goto(`/posts/${id}`);
  await page.locator("#main").getByText("Readable all the same.").waitFor();
  const again = page.locator("#comments").getByRole("button", { name: "Try again" });
  await again.waitFor({ timeout: LIVE_MS });
  await page.locator("#comments textarea").fill("Typed meanwhile");
  await mend();
  await again.click();
  await page.getByText("Said below.").waitFor();
  expect(await page.locator("#comments textarea").inputValue()).toBe("Typed meanwhile");
});

test("a form that meets a broken server keeps every field and says what to do", async () => {
  const page = await signedInPage(browser.current, await makeAccount("Ona"), { expectedErrors: REFUSED });
  const mend = await breakApi(page, /\/api\/me$/);
  await page.goto("/settings");
  await page.getByLabel("About you").fill("Bakes bread.");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  const alert = page.locator("#main").getByRole("alert").filter({ hasText: "Plaza is catching its breath." });
  await alert.waitFor({ timeout: LIVE_MS });
  expect(await page.getByLabel("About you").inputValue()).toBe("Bakes bread.");
  await mend();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved", { exact: true }).waitFor();
});

test("a deleted post is gone for strangers too, and says that it was deleted, not that it never was", async () => {
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

test("an address that leads nowhere says so and leads home", async () => {
  const page = await signedInPage(browser.current, await makeAccount("Ona"), { expectedErrors: REFUSED });
  await page.goto("/nowhere/at/all");
  await page.locator("#main").getByRole("heading", { level: 2, name: "Nothing here" }).waitFor();
  await page.goto(`/posts/${crypto.randomUUID()}`);
  await page.getByText("It isn't here. It may have been removed, or the address is wrong.").waitFor();
  await page.goto("/nowhere/at/all");
  await page.getByRole("link", { name: "Go home" }).click();
  await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
});

test("a page whose code went with an update says so, and a reload mends it", async () => {
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
