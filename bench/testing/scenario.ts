import { randomBytes } from "node:crypto";
import { hashPassword } from "better-auth/crypto";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, onTestFinished } from "vitest";
import type { CaughtMail } from "../harness/plaza.ts";
import { newPerson, newSession, serviceRows, type Target, thisPlaza } from "./api-clients.ts";

const MAIL_TIMEOUT_MS = 15_000;

/**
 * Slows the processor of every page down by this factor, to find races before a slow machine does:
 * `PLAZA_CPU_THROTTLE=4 npm test -- --project scenario <file>`. Unset or 1: full speed.
 */
const CPU_THROTTLE = Number(process.env.PLAZA_CPU_THROTTLE ?? 1);

/** A person who can sign in. */
export type Account = { id: string; name: string; handle: string; email: string; password: string };

/**
 * Connects this test file to the run's browser. Read `.current` inside tests.
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
    browser = await chromium.connect(inject("browserEndpoint"));
  });
  // Ends this file's connection, with its contexts; the browser serves the next file.
  afterAll(async () => browser?.close());
  return {
    get current() {
      if (!browser)
        throw new Error("The browser can be used inside tests and hooks only, not while the file loads.");
      return browser;
    },
  };
}

type PageOptions = {
  /** Default: the Plaza of this test run. */
  plaza?: Target;
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
  const { plaza = thisPlaza(), viewport = { width: 1280, height: 800 }, locale = "en-GB" } = options;
  const context = await browser.newContext({ baseURL: plaza.url, viewport, locale });
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

/**
 * Inserts a person with a confirmed address and a password. A test of signing up uses the form or the API instead; this
 * spares every other test the mail.
 */
export async function makeAccount(name = "Ona Petrauskienė", plaza: Target = thisPlaza()): Promise<Account> {
  const password = `pw ${randomBytes(9).toString("hex")}`;
  const { id, handle, email } = await newPerson(name, plaza);
  await serviceRows(
    "insert into auth_accounts (user_id, account_id, provider_id, password) values ($1, $2, 'credential', $3)",
    [id, id, await hashPassword(password)],
    plaza,
  );
  return { id, name, handle, email, password };
}

/** A page whose profile has a session of this person, without an address yet. */
export async function signedInPage(
  browser: Browser,
  account: Account,
  options: PageOptions = {},
): Promise<Page> {
  const page = await openPage(browser, options);
  const plaza = options.plaza ?? thisPlaza();
  const { cookie } = await newSession(account.id, plaza);
  const [name = "", value = ""] = cookie.split("=", 2);
  await page.context().addCookies([{ name, value, url: plaza.url, httpOnly: true, sameSite: "Lax" }]);
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
