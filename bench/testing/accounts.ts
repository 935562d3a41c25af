/** Accounts that are made as users make them: sign-up, the link in the mail, sign-in. */
import { randomBytes } from "node:crypto";
import { expect, vi } from "vitest";
import { z } from "zod";
import { type Answer, asPerson, COOKIE, nobody, type Person, serviceRows, thisPlaza } from "./api-clients.ts";

export type SignUp = { name: string; handle: string; email: string; password: string; birthDate: string };

export const newSignUp = (overrides: Partial<SignUp> = {}): SignUp => {
  const handle = `s${randomBytes(8).toString("hex")}`;
  return {
    name: "Ona",
    handle,
    email: `${handle}@example.com`,
    // Not made of the handle: such a password is refused.
    password: `pw ${randomBytes(12).toString("base64url")}`,
    birthDate: "1990-05-17",
    ...overrides,
  };
};

export const signUp = (account: object, target = thisPlaza()): Promise<Answer> =>
  nobody(target).post("/api/auth/sign-up/email", account);

const mails = z.object({
  items: z.array(z.object({ id: z.string(), to: z.string(), subject: z.string(), text: z.string() })),
});

/** The mails to an address so far, newest first. */
export async function mailsTo(address: string, target = thisPlaza()) {
  const answer = await nobody(target).get("/api/dev/mailbox");
  return mails.parse(answer.body).items.filter(({ to }) => to === address);
}

/** Waits until an address has this many mails and returns the newest. */
export async function mailTo(address: string, count = 1, target = thisPlaza()) {
  const areThere = async () => (await mailsTo(address, target)).length >= count;
  await vi.waitUntil(areThere, { timeout: 10_000, interval: 200 });
  const [newest] = await mailsTo(address, target);
  if (!newest) throw new Error("no mail");
  return newest;
}

/** The path of the link in a mail, with its query and fragment. */
export function linkIn(mail: { text: string }): string {
  const found = /https?:\/\/\S+/.exec(mail.text)?.[0];
  if (found === undefined) throw new Error(`no link in: ${mail.text}`);
  const { pathname, search, hash } = new URL(found);
  return pathname + search + hash;
}

/** The token in the fragment of a mailed link. */
export const tokenIn = (mail: { text: string }): string =>
  new URLSearchParams(new URL(linkIn(mail), "http://x").hash.slice(1)).get("token") ?? "";

/** Sends what the page of a confirmation link sends. */
export const confirm = (
  token: string,
  password: string,
  target = thisPlaza(),
  more: object = {},
): Promise<Answer> => nobody(target).post("/api/auth/verify-email", { token, password, ...more });

/** The session cookie that an answer sets, as a Cookie header; null when it sets none. */
export function cookieSet(answer: Answer): string | null {
  const [name] = answer.headers
    .getSetCookie()
    .flatMap((line) => line.split(";")[0] ?? [])
    .filter((pair) => pair.startsWith(`${COOKIE}=`) && pair !== `${COOKIE}=`);
  return name ?? null;
}

export const signIn = (account: Pick<SignUp, "email" | "password">, target = thisPlaza()): Promise<Answer> =>
  nobody(target).post("/api/auth/sign-in/email", { email: account.email, password: account.password });

/** Signs in and returns the person on that new device. */
export async function enter(account: SignUp, target = thisPlaza()): Promise<Person> {
  const answer = await signIn(account, target);
  const cookie = cookieSet(answer);
  expect(answer.status, answer.text).toBe(200);
  if (cookie === null) throw new Error("sign-in set no cookie");
  const token = decodeURIComponent(cookie.slice(COOKIE.length + 1)).split(".")[0];
  const [session] = await serviceRows<{ id: string; user_id: string }>(
    "select id, user_id from sessions where token = $1",
    [token],
    target,
  );
  if (!session) throw new Error("the cookie has no session in the database");
  return {
    id: session.user_id,
    handle: account.handle,
    name: account.name,
    email: account.email,
    sessionId: session.id,
    cookie,
  };
}

/** An account with a password, made by sign-up, confirmed in the database instead of by mail. */
export async function newAccount(overrides: Partial<SignUp> = {}, target = thisPlaza()): Promise<SignUp> {
  const account = newSignUp(overrides);
  const answer = await signUp(account, target);
  expect(answer.status, answer.text).toBe(200);
  await confirmInDatabase(account.email, target);
  return account;
}

/** Creates the account of the newest sign-up of an address, as its link would. */
export async function confirmInDatabase(email: string, target = thisPlaza()): Promise<void> {
  await serviceRows(
    "select app.create_account(id) from sign_ups where email = $1 order by id desc limit 1",
    [email],
    target,
  );
}

export const isSignedIn = async (person: Person, target = thisPlaza()): Promise<boolean> =>
  (await asPerson(person, target).get("/api/me")).status === 200;
