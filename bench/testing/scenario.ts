import { randomBytes } from "node:crypto";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, onTestFinished } from "vitest";
import { launchBrowser } from "../browser/launch.ts";
import type { CaughtMail } from "../harness/plaza.ts";

const MAIL_TIMEOUT_MS = 15_000;

/**
 * Slows the processor of every page down by this factor, to find races before a slow machine does:
 * `PLAZA_CPU_THROTTLE=4 npm test -- --project scenario <file>`. Unset or 1: full speed.
 */
const CPU_THROTTLE = Number(process.env.PLAZA_CPU_THROTTLE ?? 1);

/** A person who can sign in. */
export type Account = { name: string; handle: string; email: string; password: string };

/**
 * Opens a browser for this test file and closes it at its end. Read `.current` inside tests.
 *
 * @example
 * const browser = openBrowser();
 * test("...", async () => {
 *   const page = await signedInPage(browser.current, await makeAccount("Ona"));
 *   await page.goto("/");
 * });
 */
export function openBrowser(): { readonly current: Browser } {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => browser?.close());
  return {
    get current() {
      if (!browser) throw new Error("The browser is there once the tests run, not while the file loads.");
      return browser;
    },
  };
}

type PageOptions = {
  /** Default: the Plaza of this test run. */
  url?: string;
  viewport?: { width: number; height: number };
  locale?: string;
  /** Console errors that this test causes on purpose; every other one fails it. */
  expectedErrors?: readonly RegExp[];
};

/**
 * Opens a page in a browser profile of its own (separate cookies), without an address yet; relative
 * addresses are Plaza's. Closes it when the test ends, which fails on any unexpected console error.
 */
export async function openPage(browser: Browser, options: PageOptions = {}): Promise<Page> {
  const { url = inject("plazaUrl"), viewport = { width: 1280, height: 800 }, locale = "en-GB" } = options;
  const context = await browser.newContext({ baseURL: url, viewport, locale });
  const page = await context.newPage();
  if (CPU_THROTTLE > 1) {
    const devtools = await context.newCDPSession(page);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: CPU_THROTTLE });
  }
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(`${message.text()} (${message.location().url})`);
  });
  onTestFinished(async () => {
    await context.close();
    const unexpected = errors.filter(
      (error) => !options.expectedErrors?.some((expected) => expected.test(error)),
    );
    expect(unexpected, "console errors").toEqual([]);
  });
  return page;
}

/** Signs a new person up by the API and confirms the address by the link in the mail. */
export async function makeAccount(name = "Ona Petrauskienė", url = inject("plazaUrl")): Promise<Account> {
  const handle = `p${randomBytes(6).toString("hex")}`;
  const account = {
    name,
    handle,
    email: `${handle}@example.com`,
    password: `pw ${randomBytes(9).toString("hex")}`,
  };
  await call(url, "/api/auth/sign-up/email", { ...account, birthDate: "1990-05-17", callbackURL: "/" });
  const mail = await waitForMail(account.email, url);
  const link = mail.text.match(/https?:\/\/\S*\/verify-email\S*/)?.[0];
  if (link === undefined) throw new Error(`No confirmation link in: ${mail.text}`);
  const confirmed = await fetch(link, { redirect: "manual" });
  if (confirmed.status >= 400) throw new Error(`confirming ${account.email}: HTTP ${confirmed.status}`);
  return account;
}

/** A page whose profile is signed in as this person, without an address yet. */
export async function signedInPage(
  browser: Browser,
  account: Account,
  options: PageOptions = {},
): Promise<Page> {
  const page = await openPage(browser, options);
  const url = options.url ?? inject("plazaUrl");
  const response = await page.context().request.post(`${url}/api/auth/sign-in/email`, {
    data: { email: account.email, password: account.password },
    headers: { Origin: url },
  });
  if (!response.ok())
    throw new Error(`sign-in of ${account.email}: HTTP ${response.status()} ${await response.text()}`);
  return page;
}

/** Waits for the newest mail to this address. */
export async function waitForMail(to: string, url = inject("plazaUrl")): Promise<CaughtMail> {
  const deadline = Date.now() + MAIL_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const response = await fetch(`${url}/api/dev/mailbox`);
    const { items }: { items: CaughtMail[] } = await response.json();
    const found = items.find((mail) => mail.to === to);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`No mail to ${to} within ${MAIL_TIMEOUT_MS / 1000} s.`);
}

async function call(url: string, path: string, body: unknown): Promise<void> {
  const response = await fetch(new URL(path, url), {
    method: "POST",
    headers: { "Content-Type": "application/json", Origin: url, "Idempotency-Key": crypto.randomUUID() },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status} ${await response.text()}`);
}
