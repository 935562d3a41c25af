/** People: following with a way back, lists, muting, blocking, and profiles that are not there. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { makeAccount, openBrowser, signedInPage } from "../../../../bench/testing/scenario.ts";
import { publish, revocation } from "../../../../bench/testing/scenario-actions.ts";

const browser = openBrowser();
const LIVE_MS = 5_000;
const REFUSED = [/Failed to load resource/];

const followers = (page: Page) => page.locator('#main a[href$="/followers"] .tabular-nums');
const more = (page: Page, name: string) => page.getByRole("button", { name: `More about ${name}` });
const card = (page: Page, id: string) => page.locator(`[data-post="${id}"]`);

async function twoPeople() {
  const [ona, jonas] = await Promise.all([makeAccount("Ona"), makeAccount("Jonas")]);
  const onas = await signedInPage(browser.current, ona, { expectedErrors: REFUSED });
  const jonass = await signedInPage(browser.current, jonas, { expectedErrors: REFUSED });
  return { ona, jonas, onas, jonass };
}

test("following shows at once here, arrives there, fills both lists, and is taken back", async () => {
  const { ona, jonas, onas, jonass } = await twoPeople();
  await Promise.all([onas.goto(`/@${jonas.handle}`), jonass.goto(`/@${jonas.handle}`)]);
  await followers(jonass).waitFor();
  await onas.getByRole("button", { name: "Follow Jonas" }).click();
  const pressed = onas.getByRole("button", { name: "Following Jonas", pressed: true });
  await pressed.waitFor();
  expect(await followers(onas).textContent()).toBe("1");
  await expect.poll(() => followers(jonass).textContent(), { timeout: LIVE_MS }).toBe("1");

  await jonass.getByRole("link", { name: "Followers", exact: true }).click();
  await jonass.locator("#main [data-item]").filter({ hasText: ona.handle }).waitFor();
  await jonass.goto(`/@${ona.handle}`);
  await jonass.getByText("Follows you").waitFor();
  await jonass.goto(`/@${ona.handle}/following`);
  await jonass.locator("#main [data-item]").filter({ hasText: jonas.handle }).waitFor();

  await pressed.click();
  await onas.getByRole("button", { name: "Follow Jonas", pressed: false }).waitFor();
  expect(await followers(onas).textContent()).toBe("0");
  await onas.reload();
  await onas.getByRole("button", { name: "Follow Jonas", pressed: false }).waitFor();
  expect(await followers(onas).textContent()).toBe("0");
});

test("a follow that fails is put back, count and all, and said in the reader's language", async () => {
  const { jonas, onas, jonass } = await twoPeople();
  await revocation(jonass, "/api/me", { method: "PATCH", data: { bio: "Here." } });
  await revocation(onas, "/api/me", { method: "PATCH", data: { language: "lt" } });
  await onas.goto(`/@${jonas.handle}`);
  const follow = onas.getByRole("button", { name: "Sekti: Jonas" });
  await follow.waitFor();
  let isLetThrough = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    isLetThrough = resolve;
  });
  await onas.route("**/follow", async (route) => {
    await held;
    await route.fulfill({
      status: 500,
      json: { error: { code: "INTERNAL", message: "no", requestId: "r1" } },
    });
  });
  await follow.click();
  await onas.getByRole("button", { name: "Sekate: Jonas", pressed: true }).waitFor();
  expect(await followers(onas).textContent()).toBe("1");
  isLetThrough();
  await onas.getByText("Nepavyko pakeisti sekimo").waitFor({ timeout: LIVE_MS });
  await onas.getByRole("button", { name: "Sekti: Jonas", pressed: false }).waitFor();
  expect(await followers(onas).textContent()).toBe("0");
  expect(await follow.getAttribute("aria-busy")).toBe(null);
});

test("blocking hides each from the other, says so on the profile, and is undone from the toast", async () => {
  const { ona, jonas, onas, jonass } = await twoPeople();
  const [onasPost, jonassPost] = [await publish(onas, "Ona's words"), await publish(jonass, "Jonas's words")];
  await Promise.all([onas.goto("/?feed=latest"), jonass.goto("/?feed=latest")]);
  await Promise.all([card(onas, jonassPost).waitFor(), card(jonass, onasPost).waitFor()]);

  await onas.goto(`/@${jonas.handle}`);
  await more(onas, "Jonas").click();
  await onas.getByRole("menuitem", { name: `Block @${jonas.handle}` }).click();
  const dialog = onas.getByRole("dialog", { name: `Block @${jonas.handle}?` });
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await card(onas, jonassPost).waitFor();
  await more(onas, "Jonas").click();
  await onas.getByRole("menuitem", { name: `Block @${jonas.handle}` }).click();
  await dialog.getByRole("button", { name: "Block", exact: true }).click();
  await onas.getByRole("heading", { name: "You've blocked this person" }).waitFor();
  expect(await onas.getByRole("button", { name: "Follow Jonas" }).count()).toBe(0);

  // The other one is not told: what is open stays, what is asked for anew is without.
  await jonass.reload();
  await card(jonass, jonassPost).waitFor();
  expect(await card(jonass, onasPost).count()).toBe(0);
  expect((await jonass.request.get(`/api/posts/${onasPost}`)).status()).toBe(404);
  expect((await onas.request.get(`/api/posts/${jonassPost}`)).status()).toBe(404);
  await jonass.goto(`/@${ona.handle}`);
  await jonass.getByRole("heading", { name: "Nobody has this name" }).waitFor();

  await onas.getByRole("button", { name: "Undo" }).click();
  await onas.getByText(`@${jonas.handle} is no longer blocked.`).waitFor();
  await card(onas, jonassPost).waitFor({ timeout: LIVE_MS });
  await jonass.reload();
  await card(jonass, onasPost).waitFor();
});

test("a blocked profile offers unblocking, and nothing else", async () => {
  const { jonas, onas, jonass } = await twoPeople();
  const id = await publish(jonass, "Still here");
  await revocation(onas, `/api/profiles/${jonas.handle}/block`, { method: "PUT" });
  await onas.goto(`/@${jonas.handle}`);
  await onas.getByRole("heading", { name: "You've blocked this person" }).waitFor();
  expect(await onas.locator("#main [data-post]").count()).toBe(0);
  await onas
    .locator("#main")
    .getByRole("button", { name: `Unblock @${jonas.handle}` })
    .click();
  await card(onas, id).waitFor({ timeout: LIVE_MS });
  await onas.getByRole("button", { name: "Follow Jonas" }).waitFor();
});

test("muting keeps somebody's posts out of one's feeds, without their knowing", async () => {
  const { ona, jonas, onas, jonass } = await twoPeople();
  const [onasPost, jonassPost] = [await publish(onas, "Ona's words"), await publish(jonass, "Jonas's words")];
  await onas.goto("/?feed=latest");
  await card(onas, jonassPost).getByRole("button", { name: "More about this post" }).click();
  await onas.getByRole("menuitem", { name: `Mute @${jonas.handle}` }).click();
  await onas.getByRole("dialog").getByRole("button", { name: "Mute", exact: true }).click();
  await card(onas, jonassPost).waitFor({ state: "detached" });
  await onas.reload();
  await card(onas, onasPost).waitFor();
  expect(await card(onas, jonassPost).count()).toBe(0);
  await onas.goto(`/@${jonas.handle}`);
  await onas.getByText("Muted: their posts don't reach your feeds.").waitFor();
  await jonass.goto(`/@${ona.handle}`);
  await card(jonass, onasPost).waitFor();

  await more(onas, "Jonas").click();
  await onas.getByRole("menuitem", { name: `Unmute @${jonas.handle}` }).click();
  await onas.getByText(`@${jonas.handle} is no longer muted.`).waitFor();
  await onas.goto("/?feed=latest");
  await card(onas, jonassPost).waitFor();
});

test("a profile that is not there says so, with a way on", async () => {
  const { onas } = await twoPeople();
  await onas.goto("/@nobody_at_all");
  await onas.getByRole("heading", { name: "Nobody has this name" }).waitFor();
  expect(await onas.title()).toBe("@nobody_at_all · Plaza");
  await onas.getByRole("link", { name: "Go to your feed" }).click();
  await onas.getByRole("heading", { level: 1, name: "Home" }).waitFor();
});
