/** Profiles: following and unfollowing, lists of people, muting, blocking, and unknown profiles. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { makeAccount, openBrowser, signedInPage } from "../../../../bench/testing/scenario.ts";
import { callApi, publish } from "../../../../bench/testing/scenario-actions.ts";

const browser = openBrowser();
const LIVE_MS = 5_000;
const FAILED_REQUEST = [/Failed to load resource/];

const followers = (page: Page) => page.locator('#main a[href$="/followers"] .tabular-nums');
const more = (page: Page, name: string) => page.getByRole("button", { name: `More about ${name}` });
const card = (page: Page, id: string) => page.locator(`[data-post="${id}"]`);

async function twoPeople() {
  const [ona, jonas] = await Promise.all([makeAccount("Ona"), makeAccount("Jonas")]);
  const onaPage = await signedInPage(browser.current, ona, { expectedErrors: FAILED_REQUEST });
  const jonasPage = await signedInPage(browser.current, jonas, { expectedErrors: FAILED_REQUEST });
  return { ona, jonas, onaPage, jonasPage };
}

test("a follow is shown at once, arrives live at the other person, is in both lists, and can be undone", async () => {
  const { ona, jonas, onaPage, jonasPage } = await twoPeople();
  await Promise.all([onaPage.goto(`/@${jonas.handle}`), jonasPage.goto(`/@${jonas.handle}`)]);
  await followers(jonasPage).waitFor();
  await onaPage.getByRole("button", { name: "Follow Jonas" }).click();
  const pressed = onaPage.getByRole("button", { name: "Following Jonas", pressed: true });
  await pressed.waitFor();
  expect(await followers(onaPage).textContent()).toBe("1");
  await expect.poll(() => followers(jonasPage).textContent(), { timeout: LIVE_MS }).toBe("1");

  await jonasPage.getByRole("link", { name: "Followers", exact: true }).click();
  await jonasPage.locator("#main [data-item]").filter({ hasText: ona.handle }).waitFor();
  await jonasPage.goto(`/@${ona.handle}`);
  await jonasPage.getByText("Follows you").waitFor();
  await jonasPage.goto(`/@${ona.handle}/following`);
  await jonasPage.locator("#main [data-item]").filter({ hasText: jonas.handle }).waitFor();

  await pressed.click();
  await onaPage.getByRole("button", { name: "Follow Jonas", pressed: false }).waitFor();
  expect(await followers(onaPage).textContent()).toBe("0");
  await onaPage.reload();
  await onaPage.getByRole("button", { name: "Follow Jonas", pressed: false }).waitFor();
  expect(await followers(onaPage).textContent()).toBe("0");
});

test("a failed follow restores button and count, and the toast is in the viewer's language", async () => {
  const { jonas, onaPage, jonasPage } = await twoPeople();
  await callApi(jonasPage, "/api/me", { method: "PATCH", data: { bio: "Here." } });
  await callApi(onaPage, "/api/me", { method: "PATCH", data: { language: "lt" } });
  await onaPage.goto(`/@${jonas.handle}`);
  const follow = onaPage.getByRole("button", { name: "Sekti: Jonas" });
  await follow.waitFor();
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await onaPage.route("**/follow", async (route) => {
    await held;
    await route.fulfill({
      status: 500,
      json: { error: { code: "INTERNAL", message: "no", requestId: "r1" } },
    });
  });
  await follow.click();
  await onaPage.getByRole("button", { name: "Sekate: Jonas", pressed: true }).waitFor();
  expect(await followers(onaPage).textContent()).toBe("1");
  release();
  await onaPage.getByText("Nepavyko pakeisti sekimo").waitFor({ timeout: LIVE_MS });
  await onaPage.getByRole("button", { name: "Sekti: Jonas", pressed: false }).waitFor();
  expect(await followers(onaPage).textContent()).toBe("0");
  expect(await follow.getAttribute("aria-busy")).toBe(null);
});

test("a block hides both people from each other, is shown on the profile, and can be undone from the toast", async () => {
  const { ona, jonas, onaPage, jonasPage } = await twoPeople();
  const [onaPost, jonasPost] = [
    await publish(onaPage, "Ona's words"),
    await publish(jonasPage, "Jonas's words"),
  ];
  await Promise.all([onaPage.goto("/?feed=latest"), jonasPage.goto("/?feed=latest")]);
  await Promise.all([card(onaPage, jonasPost).waitFor(), card(jonasPage, onaPost).waitFor()]);

  await onaPage.goto(`/@${jonas.handle}`);
  await more(onaPage, "Jonas").click();
  await onaPage.getByRole("menuitem", { name: `Block @${jonas.handle}` }).click();
  const dialog = onaPage.getByRole("dialog", { name: `Block @${jonas.handle}?` });
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await card(onaPage, jonasPost).waitFor();
  await more(onaPage, "Jonas").click();
  await onaPage.getByRole("menuitem", { name: `Block @${jonas.handle}` }).click();
  await dialog.getByRole("button", { name: "Block", exact: true }).click();
  await onaPage.getByRole("heading", { name: "You've blocked this person" }).waitFor();
  expect(await onaPage.getByRole("button", { name: "Follow Jonas" }).count()).toBe(0);

  // The blocked person gets no event: pages loaded before stay as they are, and later loads lack the blocker.
  await jonasPage.reload();
  await card(jonasPage, jonasPost).waitFor();
  expect(await card(jonasPage, onaPost).count()).toBe(0);
  expect((await jonasPage.request.get(`/api/posts/${onaPost}`)).status()).toBe(404);
  expect((await onaPage.request.get(`/api/posts/${jonasPost}`)).status()).toBe(404);
  await jonasPage.goto(`/@${ona.handle}`);
  await jonasPage.getByRole("heading", { name: "Nobody has this name" }).waitFor();

  await onaPage.getByRole("button", { name: "Undo" }).click();
  await onaPage.getByText(`@${jonas.handle} is no longer blocked.`).waitFor();
  await card(onaPage, jonasPost).waitFor({ timeout: LIVE_MS });
  await jonasPage.reload();
  await card(jonasPage, onaPost).waitFor();
});

test("a blocked profile shows no posts and offers only unblocking", async () => {
  const { jonas, onaPage, jonasPage } = await twoPeople();
  const id = await publish(jonasPage, "Still here");
  await callApi(onaPage, `/api/profiles/${jonas.handle}/block`, { method: "PUT" });
  await onaPage.goto(`/@${jonas.handle}`);
  await onaPage.getByRole("heading", { name: "You've blocked this person" }).waitFor();
  expect(await onaPage.locator("#main [data-post]").count()).toBe(0);
  await onaPage
    .locator("#main")
    .getByRole("button", { name: `Unblock @${jonas.handle}` })
    .click();
  await card(onaPage, id).waitFor({ timeout: LIVE_MS });
  await onaPage.getByRole("button", { name: "Follow Jonas" }).waitFor();
});

test("a mute removes the person's posts from the viewer's feeds and is invisible to that person", async () => {
  const { ona, jonas, onaPage, jonasPage } = await twoPeople();
  const [onaPost, jonasPost] = [
    await publish(onaPage, "Ona's words"),
    await publish(jonasPage, "Jonas's words"),
  ];
  await onaPage.goto("/?feed=latest");
  await card(onaPage, jonasPost).getByRole("button", { name: "More about this post" }).click();
  await onaPage.getByRole("menuitem", { name: `Mute @${jonas.handle}` }).click();
  await onaPage.getByRole("dialog").getByRole("button", { name: "Mute", exact: true }).click();
  await card(onaPage, jonasPost).waitFor({ state: "detached" });
  await onaPage.reload();
  await card(onaPage, onaPost).waitFor();
  expect(await card(onaPage, jonasPost).count()).toBe(0);
  await onaPage.goto(`/@${jonas.handle}`);
  await onaPage.getByText("Muted: their posts don't reach your feeds.").waitFor();
  await jonasPage.goto(`/@${ona.handle}`);
  await card(jonasPage, onaPost).waitFor();

  await more(onaPage, "Jonas").click();
  await onaPage.getByRole("menuitem", { name: `Unmute @${jonas.handle}` }).click();
  await onaPage.getByText(`@${jonas.handle} is no longer muted.`).waitFor();
  await onaPage.goto("/?feed=latest");
  await card(onaPage, jonasPost).waitFor();
});

test("an unknown profile shows a message and a link to the feed", async () => {
  const { onaPage } = await twoPeople();
  await onaPage.goto("/@nobody_at_all");
  await onaPage.getByRole("heading", { name: "Nobody has this name" }).waitFor();
  expect(await onaPage.title()).toBe("@nobody_at_all · Plaza");
  await onaPage.getByRole("link", { name: "Go to your feed" }).click();
  await onaPage.getByRole("heading", { level: 1, name: "Home" }).waitFor();
});
