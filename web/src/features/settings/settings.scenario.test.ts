/** Settings: every change is shown at once and persists after a reload. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { makeAccount, openBrowser, openPage, signedInPage } from "../../../../bench/testing/scenario.ts";
import { callApi, publish } from "../../../../bench/testing/scenario-actions.ts";

const browser = openBrowser();
const FAILED_REQUEST = [/Failed to load resource/];

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const backgroundOf = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

test("a new name and bio are validated, saved, and shown on the profile to others", async () => {
  const [ona, jonas] = await Promise.all([makeAccount("Ona"), makeAccount("Jonas")]);
  const page = await signedInPage(browser.current, ona);
  const other = await signedInPage(browser.current, jonas);
  await page.goto("/settings");
  const save = page.getByRole("button", { name: "Save", exact: true });
  expect(await save.isDisabled()).toBe(true);
  await field(page, "Name").fill("   ");
  await page.getByText("Tell us what to call you.").waitFor();
  await field(page, "Name").fill("Ona Petrauskienė");
  await field(page, "About you").fill("x".repeat(301));
  await page.getByText("1 character too many").waitFor();
  await save.click();
  await page.getByText("Keep it to 300 characters.").waitFor();
  await field(page, "About you").fill("Bakes bread.");
  await save.click();
  await page.getByText("Saved", { exact: true }).waitFor();
  await page.reload();
  expect(await field(page, "Name").inputValue()).toBe("Ona Petrauskienė");
  expect(await field(page, "About you").inputValue()).toBe("Bakes bread.");
  await other.goto(`/@${ona.handle}`);
  await other.getByRole("heading", { level: 1, name: "Ona Petrauskienė" }).waitFor();
  await other.getByText("Bakes bread.").waitFor();
});

test("the language changes the page at once, is stored with the account, and has its plural forms", async () => {
  const [ona, jonas] = await Promise.all([makeAccount("Ona"), makeAccount("Jonas")]);
  const page = await signedInPage(browser.current, ona);
  const id = await publish(page, "Kiek?");
  const jonasPage = await signedInPage(browser.current, jonas);
  const addComment = () => callApi(jonasPage, `/api/posts/${id}/comments`, { data: { body: "Tiek." } });
  await page.goto("/settings");
  await field(page, "Language").selectOption("lt");
  await page.getByRole("heading", { level: 1, name: "Nustatymai" }).waitFor();
  await page.getByRole("link", { name: "Pradžia" }).first().waitFor();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe("lt");
  expect(await page.title()).toBe("Nustatymai · Plaza");
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "Nustatymai" }).waitFor();

  const heading = page.locator("#comments h2");
  await page.goto(`/posts/${id}`);
  await expect.poll(() => heading.textContent()).toBe("0 komentarų");
  await addComment();
  await expect.poll(() => heading.textContent()).toBe("1 komentaras");
  await addComment();
  await expect.poll(() => heading.textContent()).toBe("2 komentarai");
  for (let count = 2; count < 10; count += 1) await addComment();
  await expect.poll(() => heading.textContent()).toBe("10 komentarų");
  for (let count = 10; count < 21; count += 1) await addComment();
  await expect.poll(() => heading.textContent()).toBe("21 komentaras");

  const device = await signedInPage(browser.current, ona);
  await device.goto("/settings");
  await device.getByRole("heading", { level: 1, name: "Nustatymai" }).waitFor();
});

test("the theme changes at once, and is applied before the first paint of the next visit", async () => {
  const page = await signedInPage(browser.current, await makeAccount("Ona"));
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("/settings");
  await page.getByText("Dark", { exact: true }).waitFor();
  const light = await backgroundOf(page);
  await page.getByText("Dark", { exact: true }).click();
  const dark = await backgroundOf(page);
  expect(dark).not.toBe(light);
  await page.route("**/assets/index-*.js", () => undefined);
  await page.reload({ waitUntil: "commit" });
  // The app's code is never delivered, so the inline script applies the theme.
  await expect.poll(() => backgroundOf(page)).toBe(dark);
  await page.unroute("**/assets/index-*.js");
  await page.reload();
  await page.getByText("As the device", { exact: true }).click();
  expect(await backgroundOf(page)).toBe(light);
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await backgroundOf(page)).toBe(dark);
});

test("changing the password requires the current one, keeps this session and ends all others", async () => {
  const ona = await makeAccount("Ona");
  const page = await signedInPage(browser.current, ona, { expectedErrors: FAILED_REQUEST });
  const device = await signedInPage(browser.current, ona, { expectedErrors: FAILED_REQUEST });
  await page.goto("/settings");
  await field(page, "Current password").fill("not my password");
  await field(page, "New password").fill("a walk by the river");
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByText("That isn't your current password.").waitFor();
  expect(await field(page, "New password").inputValue()).toBe("a walk by the river");
  await field(page, "Current password").fill(ona.password);
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByText("Password changed. Other devices are signed out.").waitFor();
  expect(await field(page, "Current password").inputValue()).toBe("");

  expect((await device.request.get("/api/me")).status()).toBe(401);
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
  const fresh = await openPage(browser.current, { expectedErrors: FAILED_REQUEST });
  await fresh.goto("/sign-in");
  await field(fresh, "E-mail").fill(ona.email);
  await field(fresh, "Password").fill("a walk by the river");
  await fresh.getByRole("button", { name: "Sign in", exact: true }).click();
  await fresh.getByRole("heading", { level: 1, name: "Home" }).waitFor();
});
