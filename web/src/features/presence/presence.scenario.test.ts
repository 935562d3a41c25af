/** Presence: the online dot, who may see it, and people nearby. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { type Account, makeAccount, openBrowser, signedInPage } from "../../../../bench/testing/scenario.ts";
import { callApi } from "../../../../bench/testing/scenario-actions.ts";

const browser = openBrowser();
const LIVE_MS = 8_000;
// A person is offline ten seconds after their last socket closed.
const GONE_MS = 25_000;
const VILNIUS = { latitude: 54.6872, longitude: 25.2797 };

const dot = (page: Page) => page.locator("#main").getByRole("img", { name: "Online" });

async function people(...names: string[]): Promise<{ account: Account; page: Page }[]> {
  const accounts = await Promise.all(names.map((name) => makeAccount(name)));
  return await Promise.all(
    accounts.map(async (account) => ({ account, page: await signedInPage(browser.current, account) })),
  );
}

test("a profile shows whether its owner is online and when they left, to the audience that they chose", async () => {
  const [ona, jonas] = await people("Ona", "Jonas");
  if (!ona || !jonas) throw new Error("two people");
  await jonas.page.goto("/");
  await ona.page.goto(`/@${jonas.account.handle}`);
  await dot(ona.page).waitFor({ timeout: LIVE_MS });
  await ona.page.getByTestId("presence").getByText("Online").waitFor();
  // While the browser is offline, no presence is known.
  await ona.page.context().setOffline(true);
  await dot(ona.page).waitFor({ state: "detached", timeout: LIVE_MS });
  await ona.page.context().setOffline(false);
  await dot(ona.page).waitFor({ timeout: LIVE_MS });

  // Jonas sets the audience to nobody.
  await jonas.page.goto("/settings");
  await jonas.page.getByRole("radio", { name: "Nobody" }).check();
  await dot(ona.page).waitFor({ state: "detached", timeout: LIVE_MS });
  expect(await ona.page.getByTestId("presence").textContent()).toBe("");

  // Jonas chooses Ona as the only person who may see his presence.
  await jonas.page.getByRole("radio", { name: "People you choose" }).check();
  await jonas.page.getByRole("button", { name: "Add people" }).click();
  const dialog = jonas.page.getByRole("dialog", { name: "Add people" });
  await dialog.getByRole("combobox", { name: "Chosen people" }).fill(ona.account.handle);
  await dialog.getByRole("option", { name: ona.account.name }).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await jonas.page.getByRole("button", { name: "Take Ona off" }).waitFor();
  await dot(ona.page).waitFor({ timeout: LIVE_MS });

  await jonas.page.close();
  await dot(ona.page).waitFor({ state: "detached", timeout: GONE_MS });
  await ona.page
    .getByTestId("presence")
    .getByText(/^Here /)
    .waitFor();
});

test("turning off read receipts is saved", async () => {
  const [ona] = await people("Ona");
  if (!ona) throw new Error("one person");
  await ona.page.goto("/settings");
  const receipts = ona.page.getByRole("switch", { name: "Read receipts" });
  expect(await receipts.getAttribute("aria-checked")).toBe("true");
  await receipts.click();
  await expect.poll(() => receipts.getAttribute("aria-checked"), { timeout: LIVE_MS }).toBe("false");
  await ona.page.reload();
  await receipts.waitFor();
  expect(await receipts.getAttribute("aria-checked")).toBe("false");
});

test("nearby shows the people who share their location too, and nobody after the viewer stops sharing", async () => {
  const [ona, jonas] = await people("Ona", "Jonas");
  if (!ona || !jonas) throw new Error("two people");
  await callApi(ona.page, `/api/profiles/${jonas.account.handle}/follow`, { method: "PUT" });
  for (const { page } of [ona, jonas]) {
    await page.context().grantPermissions(["geolocation"]);
    await page.context().setGeolocation(VILNIUS);
    await page.goto("/nearby");
    await page.getByText("A town or district").click();
    await page.getByRole("button", { name: "Share and look around" }).click();
    await page.getByText("You share a square of about").waitFor({ timeout: LIVE_MS });
  }
  // Each appears live in the other's list with the online dot, also in the list that was opened first.
  await jonas.page.getByRole("article", { name: "Ona" }).waitFor({ timeout: LIVE_MS });
  await ona.page.getByRole("article", { name: "Jonas" }).waitFor({ timeout: LIVE_MS });
  for (const { page } of [ona, jonas]) await dot(page).waitFor({ timeout: LIVE_MS });
  // The button in the list opens the conversation.
  await jonas.page.getByRole("button", { name: "Message Ona" }).click();
  await jonas.page.waitForURL(/\/messages\/[0-9a-f-]{36}/);
  await jonas.page.goBack();
  await jonas.page.getByRole("article", { name: "Ona" }).waitFor({ timeout: LIVE_MS });
  await ona.page.getByRole("button", { name: "Stop sharing" }).click();
  await ona.page.getByRole("button", { name: "Share and look around" }).waitFor();
  expect(await ona.page.getByRole("article").count()).toBe(0);
  await jonas.page
    .getByRole("heading", { name: "Nobody else shares around here" })
    .waitFor({ timeout: LIVE_MS });
});

test("a refused location permission is explained", async () => {
  const [ona] = await people("Ona");
  if (!ona) throw new Error("one person");
  await ona.page.context().clearPermissions();
  await ona.page.goto("/nearby");
  await ona.page.getByRole("button", { name: "Share and look around" }).click();
  await ona.page
    .getByRole("heading", { name: "Your browser doesn't let Plaza see where you are" })
    .waitFor({ timeout: LIVE_MS });
});
