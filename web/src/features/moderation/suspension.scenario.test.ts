/** Moderators suspend accounts from the profile's menu. */
import { expect, test } from "vitest";
import { serviceRows } from "../../../../bench/testing/api-clients.ts";
import { makeAccount, openBrowser, openPage, signedInPage } from "../../../../bench/testing/scenario.ts";

const browser = openBrowser();
const REFUSED = [/Failed to load resource/, /WebSocket connection/];

test("a moderator suspends an account with a reason: its page is signed out, it cannot sign in, until the suspension ends", async () => {
  const [ona, jonas] = await Promise.all([makeAccount("Ona"), makeAccount("Jonas")]);
  await serviceRows(
    "insert into account_capabilities (user_id, capability) values ($1, 'accounts.suspend')",
    [ona.id],
  );
  const page = await signedInPage(browser.current, ona);
  const jonass = await signedInPage(browser.current, jonas, { expectedErrors: REFUSED });
  await jonass.goto("/settings");
  await jonass.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
  const open = async () => {
    await page.getByRole("button", { name: "More about Jonas" }).click();
    await page.getByRole("menuitem", { name: `Suspension of @${jonas.handle}` }).click();
  };
  await page.goto(`/@${jonas.handle}`);
  await open();
  const dialog = page.getByRole("dialog", { name: `Suspend @${jonas.handle}?` });
  await dialog.getByRole("button", { name: "Suspend" }).click();
  await dialog.getByText("Write why. It's kept in the log.").waitFor();
  await dialog.getByLabel("Reason").fill("Spam in twenty groups");
  await dialog.getByRole("button", { name: "Suspend" }).click();
  await page.getByText(`@${jonas.handle} is suspended.`).waitFor();
  await jonass.waitForURL("**/sign-in**");

  const elsewhere = await openPage(browser.current, { expectedErrors: REFUSED });
  const signIn = async () => {
    await elsewhere.goto("/sign-in");
    await elsewhere.getByLabel("E-mail", { exact: true }).fill(jonas.email);
    await elsewhere.getByLabel("Password", { exact: true }).fill(jonas.password);
    await elsewhere.getByRole("button", { name: "Sign in", exact: true }).click();
  };
  await signIn();
  await elsewhere.getByText("This account is suspended.").waitFor();

  await open();
  const ending = page.getByRole("dialog", { name: `End the suspension of @${jonas.handle}?` });
  await ending.getByText(`by @${ona.handle}. Reason: Spam in twenty groups`).waitFor();
  await ending.getByLabel("Reason").fill("A mistake");
  await ending.getByRole("button", { name: "End suspension" }).click();
  await page.getByText(`@${jonas.handle} is no longer suspended.`).waitFor();
  await signIn();
  await elsewhere.getByRole("heading", { level: 1, name: "Home" }).waitFor();
});

test("nobody else has the menu's item", async () => {
  const [ona, jonas] = await Promise.all([makeAccount("Ona"), makeAccount("Jonas")]);
  const page = await signedInPage(browser.current, ona);
  await page.goto(`/@${jonas.handle}`);
  await page.getByRole("button", { name: "More about Jonas" }).click();
  await page.getByRole("menuitem", { name: `Block @${jonas.handle}` }).waitFor();
  expect(await page.getByRole("menuitem", { name: /Suspension/ }).count()).toBe(0);
});
