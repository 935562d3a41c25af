/** Signing up with the mailed link, signing in and out, a forgotten password, and pages for members only. */
import { randomBytes } from "node:crypto";
import type { Page } from "playwright-core";
import { expect, inject, test } from "vitest";
import { linkIn, mailTo, newSignUp, signUp } from "../../../bench/testing/accounts.ts";
import {
  type Account,
  makeAccount,
  openBrowser,
  openPage,
  signedInPage,
} from "../../../bench/testing/scenario.ts";
import { describedBy } from "../../../bench/testing/scenario-actions.ts";

const browser = openBrowser();
const REFUSED = [/Failed to load resource/];
const WRONG_PAIR = "Wrong email or password.";

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const isAtHome = (page: Page) => page.getByRole("heading", { level: 1, name: "Home" }).waitFor();

async function fillSignIn(page: Page, account: Pick<Account, "email" | "password">): Promise<void> {
  await field(page, "E-mail").fill(account.email);
  await field(page, "Password").fill(account.password);
  await button(page, "Sign in").click();
}

test("signing up takes two steps, shows errors beside their fields, and the mailed link with the password signs in", async () => {
  const other = await makeAccount("Jonas");
  const page = await openPage(browser.current, { expectedErrors: REFUSED });
  const handle = `n${randomBytes(6).toString("hex")}`;
  const email = `${handle}@example.com`;
  await page.goto("/");
  await page.getByRole("link", { name: "Join Plaza" }).first().click();

  await field(page, "Name").fill("Rūta Žukaitė");
  expect(await field(page, "Handle").inputValue()).toBe("ruta_zukaite");
  await field(page, "Handle").fill(other.handle);
  await expect.poll(() => describedBy(page, "Handle")).toContain("Someone has this handle.");
  await button(page, "Next").click();
  expect(await field(page, "Handle").count()).toBe(1);
  await field(page, "Handle").fill("admin");
  await expect.poll(() => describedBy(page, "Handle")).toContain("Plaza keeps this handle for itself.");
  await field(page, "Handle").fill("9lives");
  await expect.poll(() => describedBy(page, "Handle")).toContain("with a letter first");
  await field(page, "Handle").fill(handle);
  await page.getByText(`@${handle} is free`).waitFor();
  await button(page, "Next").click();

  expect(await field(page, "E-mail").evaluate((input) => input === document.activeElement)).toBe(true);
  await field(page, "E-mail").fill("not an address");
  await field(page, "Password").fill("short");
  await field(page, "Date of birth").fill(`${new Date().getFullYear() - 10}-01-01`);
  await button(page, "Create account").click();
  expect(await describedBy(page, "E-mail")).toContain("This doesn't look like an e-mail address.");
  expect(await describedBy(page, "Password")).toContain("Make it at least 10 characters.");
  expect(await describedBy(page, "Date of birth")).toContain("We'd love to see you then.");
  expect(await field(page, "E-mail").evaluate((input) => input === document.activeElement)).toBe(true);

  await field(page, "E-mail").fill(email);
  await field(page, "Password").fill("a walk by the river");
  await field(page, "Date of birth").fill("1990-05-17");
  await button(page, "Back").click();
  expect(await field(page, "Name").inputValue()).toBe("Rūta Žukaitė");
  expect(await field(page, "Handle").inputValue()).toBe(handle);
  await button(page, "Next").click();
  expect(await field(page, "E-mail").inputValue()).toBe(email);
  expect(await field(page, "Password").inputValue()).toBe("a walk by the river");
  expect(await field(page, "Date of birth").inputValue()).toBe("1990-05-17");
  await button(page, "Create account").click();

  await page.getByRole("heading", { level: 1, name: "Check your mail" }).waitFor();
  await page.getByText(email).waitFor();
  await page.getByRole("link", { name: "Open the local mailbox" }).click();
  await page.getByRole("link").filter({ hasText: email }).click();
  const link = page.locator('#main a[href*="/verify-email"]');
  const href = String(await link.getAttribute("href"));
  await link.click();
  await page.getByRole("heading", { level: 1, name: "Confirm your email" }).waitFor();
  await field(page, "Password").fill("not the password");
  await button(page, "Confirm and sign in").click();
  await expect
    .poll(() => describedBy(page, "Password"))
    .toContain("That isn't the password of this sign-up.");
  await field(page, "Password").fill("a walk by the river");
  await page.keyboard.press("Enter");
  await isAtHome(page);
  await page.getByText("Welcome, Rūta Žukaitė.").waitFor();
  await page.goto("/settings");
  await page.goto(href);
  await field(page, "Password").fill("a walk by the river");
  await button(page, "Sign out and confirm").click();
  await page.getByRole("heading", { level: 1, name: "This link no longer works" }).waitFor();
  await page.goto("/");
  await isAtHome(page);
});

test("a confirmation link opened in another account's session says so, and replaces it only on request", async () => {
  const ona = await makeAccount("Ona");
  const page = await signedInPage(browser.current, ona, { expectedErrors: REFUSED });
  const other = newSignUp();
  await signUp(other);
  await page.goto(linkIn(await mailTo(other.email)));
  await page
    .getByRole("status")
    .filter({ hasText: `You're signed in as @${ona.handle}.` })
    .waitFor();
  await page.getByRole("link", { name: `Stay signed in as @${ona.handle}` }).click();
  await isAtHome(page);
  await page.goto(linkIn(await mailTo(other.email)));
  await field(page, "Password").fill(other.password);
  await button(page, "Sign out and confirm").click();
  await isAtHome(page);
  expect(await page.evaluate(async () => (await (await fetch("/api/me")).json()).handle)).toBe(other.handle);
});

test("signing out opens the landing page and ends the session on the server too", async () => {
  const ona = await makeAccount("Ona");
  const page = await signedInPage(browser.current, ona, { expectedErrors: REFUSED });
  await page.goto("/");
  await isAtHome(page);
  const before = await page.context().cookies();
  await page.getByRole("button", { name: /your account$/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { level: 1, name: /The town square/ }).waitFor();
  const cookie = before.map(({ name, value }) => `${name}=${value}`).join("; ");
  const kept = await fetch(`${inject("plazaUrl")}/api/me`, { headers: { Cookie: cookie } });
  expect(kept.status).toBe(401);
  await page.goto("/settings");
  await page.waitForURL("**/sign-in?next=*");
});

test("a wrong password is reported, and the form keeps what was typed", async () => {
  const ona = await makeAccount("Ona");
  const page = await openPage(browser.current, { expectedErrors: REFUSED });
  await page.goto("/sign-in");
  await fillSignIn(page, { email: ona.email, password: "not my password" });
  await page.getByRole("alert").filter({ hasText: WRONG_PAIR }).waitFor();
  expect(await field(page, "E-mail").inputValue()).toBe(ona.email);
  expect(await field(page, "Password").inputValue()).toBe("not my password");
  await fillSignIn(page, ona);
  await isAtHome(page);
});

test("a forgotten password is replaced by a mailed link; the old one and all sessions become invalid", async () => {
  const ona = await makeAccount("Ona");
  const elsewhere = await signedInPage(browser.current, ona, { expectedErrors: REFUSED });
  const page = await openPage(browser.current, { expectedErrors: REFUSED });
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await field(page, "E-mail").fill(ona.email);
  await button(page, "Send the link").click();
  await page.getByText(`If ${ona.email} belongs to an account, a link is on its way.`).waitFor();
  await page.getByRole("link", { name: "Open the local mailbox" }).click();
  const mails = page.getByRole("link").filter({ hasText: ona.email });
  await expect.poll(() => mails.count()).toBe(1);
  await mails.first().click();
  await page.locator('#main a[href*="reset-password"]').click();
  await page.getByRole("heading", { level: 1, name: "Choose a new password" }).waitFor();
  await field(page, "New password").fill("short");
  await button(page, "Save and sign in").click();
  expect(await describedBy(page, "New password")).toContain("Make it at least 10 characters.");
  await field(page, "New password").fill("another walk by the river");
  await button(page, "Save and sign in").click();
  await page.getByRole("heading", { level: 1, name: "Welcome back" }).waitFor();

  expect((await elsewhere.request.get("/api/me")).status()).toBe(401);
  await fillSignIn(page, ona);
  await page.getByRole("alert").filter({ hasText: WRONG_PAIR }).waitFor();
  await fillSignIn(page, { email: ona.email, password: "another walk by the river" });
  await isAtHome(page);
});

test("after signing in, the page that required it opens", async () => {
  const ona = await makeAccount("Ona");
  const page = await openPage(browser.current);
  await page.goto("/compose?kind=question");
  await page.waitForURL("**/sign-in?next=*");
  await fillSignIn(page, ona);
  await page.waitForURL("**/compose?kind=question");
  await field(page, "Your question in one line").waitFor();
  await page.goto("/sign-in?next=//evil.example/");
  await isAtHome(page);
});
