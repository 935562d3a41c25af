import { expect, test } from "vitest";
import {
  confirm,
  cookieSet,
  enter,
  isSignedIn,
  linkIn,
  mailTo,
  newAccount,
  newSignUp,
  signIn,
  signUp,
  tokenIn,
} from "../../../bench/testing/accounts.ts";
import { asPerson, nobody, serviceRows } from "../../../bench/testing/api-clients.ts";

test.concurrent("the link in the sign-up mail opens a page, and its token with the password creates the account and signs in", async () => {
  const account = newSignUp({ name: "  Ona P. ", birthDate: "1990-05-17" });
  const answer = await signUp({ ...account, handle: account.handle.toUpperCase() });
  expect(answer.status, answer.text).toBe(200);
  expect(cookieSet(answer)).toBeNull();
  expect((await signIn(account)).status).toBe(401);
  const mail = await mailTo(account.email);
  expect(mail.subject).toBe("Confirm your e-mail for Plaza");
  expect(linkIn(mail)).toMatch(/^\/verify-email#token=[\w-]{32}$/);
  const confirmed = await confirm(tokenIn(mail), account.password);
  expect(confirmed.status, confirmed.text).toBe(200);
  const cookie = cookieSet(confirmed);
  const me = await asPerson({ cookie: String(cookie) }).get("/api/me");
  expect(me.body).toMatchObject({ handle: account.handle, name: "Ona P.", email: account.email });
  expect((await signIn(account)).status).toBe(200);
});

test.concurrent("the confirmation link works once", async () => {
  const account = newSignUp();
  await signUp(account);
  const token = tokenIn(await mailTo(account.email));
  expect(cookieSet(await confirm(token, account.password))).not.toBeNull();
  const again = await confirm(token, account.password);
  expect(again.body).toMatchObject({ code: "INVALID_TOKEN" });
  expect(cookieSet(again)).toBeNull();
});

test.concurrent("a new link for a sign-up is mailed on request, and the older one ends", async () => {
  const account = newSignUp();
  const { signUpId } = Object((await signUp(account)).body);
  const first = tokenIn(await mailTo(account.email));
  expect((await nobody().post("/api/auth/send-verification-email", { signUpId })).status).toBe(200);
  const second = tokenIn(await mailTo(account.email, 2));
  expect((await confirm(first, account.password)).status).toBe(400);
  expect((await confirm(second, account.password)).status).toBe(200);
});

test.concurrent("sign-in ignores the case of the e-mail address", async () => {
  const account = await newAccount();
  expect((await signIn({ ...account, email: account.email.toUpperCase() })).status).toBe(200);
});

test.concurrent("a forgotten password is replaced through the link in the mail, which works once", async () => {
  const account = await newAccount();
  await mailTo(account.email);
  await nobody().post("/api/auth/request-password-reset", { email: account.email, redirectTo: "/reset" });
  const mail = await mailTo(account.email, 2);
  expect(linkIn(mail)).toMatch(/^\/reset-password#token=\w+$/);
  const token = tokenIn(mail);
  const reset = (newPassword: string) => nobody().post("/api/auth/reset-password", { newPassword, token });
  expect((await reset("a walk by the river")).status).toBe(200);
  expect((await signIn(account)).status).toBe(401);
  expect((await signIn({ ...account, password: "a walk by the river" })).status).toBe(200);
  expect((await reset("another long walk")).status).toBe(400);
  expect((await mailTo(account.email, 3)).subject).toBe("Your Plaza password was changed");
});

test.concurrent("after a password change only the new password works, and the owner gets a mail", async () => {
  const account = await newAccount();
  await mailTo(account.email);
  const person = await enter(account);
  const change = { currentPassword: account.password, newPassword: "a walk by the river" };
  const changed = await asPerson(person).post("/api/auth/change-password", change);
  expect(changed.status, changed.text).toBe(200);
  expect((await signIn(account)).status).toBe(401);
  expect((await signIn({ ...account, password: "a walk by the river" })).status).toBe(200);
  expect((await mailTo(account.email, 2)).subject).toBe("Your Plaza password was changed");
});

test.concurrent("sign-out ends this device's session and deletes its cookie; another device stays signed in", async () => {
  const account = await newAccount();
  const [laptop, phone] = [await enter(account), await enter(account)];
  const answer = await asPerson(laptop).post("/api/auth/sign-out", {});
  expect(answer.status).toBe(200);
  expect(answer.headers.getSetCookie().join()).toMatch(/plaza\.session_token=;.*Max-Age=0/i);
  expect(await isSignedIn(laptop)).toBe(false);
  expect(await isSignedIn(phone)).toBe(true);
});

test.concurrent("a mail is in the language of the browser", async () => {
  const account = newSignUp();
  await nobody().post("/api/auth/sign-up/email", account, {
    headers: { "Accept-Language": "lt-LT,lt;q=0.9" },
  });
  expect((await mailTo(account.email)).subject).toBe("Patvirtinkite savo el. paštą „Plaza“");
});

test.concurrent("a session in use is extended once a day", async () => {
  const account = await newAccount();
  const person = await enter(account);
  await serviceRows(
    "update sessions set updated_at = now() - interval '2 days', expires_at = now() + interval '1 hour' where id = $1",
    [person.sessionId],
  );
  expect(await isSignedIn(person)).toBe(true);
  const [row] = await serviceRows(
    "select expires_at > now() + interval '29 days' as prolonged from sessions where id = $1",
    [person.sessionId],
  );
  expect(row).toEqual({ prolonged: true });
});
