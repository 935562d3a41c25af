import { expect, test } from "vitest";
import {
  confirm,
  confirmInDatabase,
  cookieSet,
  enter,
  isSignedIn,
  mailsTo,
  mailTo,
  newAccount,
  newSignUp,
  signIn,
  signUp,
  tokenIn,
} from "../../../bench/testing/accounts.ts";
import { type Answer, asPerson, nobody, serviceRows } from "../../../bench/testing/api-clients.ts";
import { refused } from "../../../bench/testing/response-assertions.ts";

const keysOf = (value: unknown): unknown =>
  value !== null && typeof value === "object"
    ? Object.fromEntries(
        Object.entries(value)
          .map(([key, inner]) => [key, keysOf(inner)])
          .sort(),
      )
    : typeof value;
/** What an attacker can compare: the status, the shape of the body, and the names of the headers. */
const outline = ({ status, body, headers }: Answer) => ({
  status,
  body: keysOf(body),
  headers: [...headers.keys()].filter((name) => !["date", "content-length", "cf-ray"].includes(name)).sort(),
});

test.concurrent("S enumeration: a wrong password and an unknown address get the same response", async () => {
  const account = await newAccount();
  const wrong = await signIn({ ...account, password: "not the password" });
  const unknown = await signIn({ ...newSignUp(), password: "not the password" });
  expect(outline(wrong)).toEqual(outline(unknown));
  expect(wrong.body).toEqual(unknown.body);
  expect(wrong.status).toBe(401);
});

test.concurrent("S enumeration: a password reset gets the same response for every address, and only the owner gets a mail", async () => {
  const account = await newAccount();
  await mailTo(account.email);
  const stranger = newSignUp().email;
  const ask = (email: string) =>
    nobody().post("/api/auth/request-password-reset", { email, redirectTo: "/reset" });
  const [known, unknown] = [await ask(account.email), await ask(stranger)];
  expect(outline(known)).toEqual(outline(unknown));
  expect(known.body).toEqual(unknown.body);
  await mailTo(account.email, 2);
  expect(await mailsTo(stranger)).toEqual([]);
});

test.concurrent("S enumeration: a sign-up gets the same response for every address, and the owner of a known address gets a mail", async () => {
  const account = await newAccount();
  await mailTo(account.email);
  const known = await signUp(newSignUp({ email: account.email }));
  const fresh = newSignUp();
  const unknown = await signUp(fresh);
  expect(outline(known)).toEqual(outline(unknown));
  expect((await mailTo(account.email, 2)).subject).toBe("You already have a Plaza account");
  expect((await mailTo(fresh.email)).subject).toBe("Confirm your e-mail for Plaza");
  expect(await serviceRows("select from users where email = $1", [account.email])).toHaveLength(1);
});

test.concurrent("S enumeration: concurrent sign-ups get the same responses for a known address and a new one", async () => {
  const account = await newAccount();
  const fresh = newSignUp();
  const together = (email: string) => Promise.all([1, 2, 3].map(() => signUp(newSignUp({ email }))));
  const [known, ...others] = [...(await together(account.email)), ...(await together(fresh.email))].map(
    outline,
  );
  for (const other of others) expect(other).toEqual(known);
  expect(known?.status).toBe(200);
  expect(await serviceRows("select from sign_ups where email = $1", [fresh.email])).toHaveLength(3);
});

test.concurrent("S enumeration: the handle of a sign-up is taken afterwards, whether an account was created or not", async () => {
  const account = await newAccount();
  for (const attempt of [newSignUp({ email: account.email }), newSignUp()]) {
    await signUp(attempt);
    const answer = await nobody().get(`/api/handles/${attempt.handle}`);
    expect(answer.body).toEqual({ available: false, reason: "TAKEN" });
    expect((await signUp(newSignUp({ handle: attempt.handle }))).status).toBe(409);
  }
});

test.concurrent("S enumeration: requesting the link again gets the same response for known, waiting and unknown addresses", async () => {
  const confirmed = await newAccount();
  const ids = [Object((await signUp(newSignUp({ email: confirmed.email }))).body).signUpId];
  ids.push(Object((await signUp(newSignUp())).body).signUpId, crypto.randomUUID());
  const answers = [];
  for (const signUpId of ids)
    answers.push(await nobody().post("/api/auth/send-verification-email", { signUpId }));
  const [first, ...others] = answers.map((answer) => ({ ...outline(answer), text: answer.text }));
  for (const other of others) expect(other).toEqual(first);
  expect(first?.status).toBe(200);
});

test.concurrent("S sessions: no response to sign-in, confirmation or a password change has the session's token", async () => {
  const account = newSignUp();
  await signUp(account);
  const confirmed = await confirm(tokenIn(await mailTo(account.email)), account.password);
  const entered = await signIn(account);
  const cookie = String(cookieSet(entered));
  const changed = await asPerson({ cookie }).post("/api/auth/change-password", {
    currentPassword: account.password,
    newPassword: "a walk by the river",
  });
  for (const answer of [confirmed, entered, changed]) {
    expect(answer.status, answer.text).toBe(200);
    const token = decodeURIComponent(String(cookieSet(answer))).split(/[=.]/)[2] ?? "";
    expect(token.length).toBeGreaterThan(20);
    expect(answer.text).not.toContain(token);
  }
});

test.concurrent("S mass assignment: a sign-up cannot set its id, role, picture or confirmation", async () => {
  const account = newSignUp();
  const id = crypto.randomUUID();
  const extra = {
    id,
    emailVerified: true,
    image: "https://evil.example/x.png",
    role: "admin",
    suspendedAt: null,
    createdAt: "2001-01-01T00:00:00Z",
  };
  const answer = await signUp({ ...account, ...extra });
  expect(answer.status, answer.text).toBe(400);
  expect(await serviceRows("select from sign_ups where email = $1", [account.email])).toEqual([]);
});

test.concurrent("S over-exposure: the responses of sign-up and sign-in have no birth date, no password, no hash", async () => {
  const account = newSignUp();
  const answers = [await signUp(account)];
  await confirmInDatabase(account.email);
  answers.push(await signIn(account));
  for (const { text } of answers) expect(text).not.toMatch(/1990-05-17|birth|password|suspended/i);
});

test.concurrent("S sessions: every sign-in creates a new token, with an older cookie too; sign-out revokes the old one", async () => {
  const account = await newAccount();
  const first = await enter(account);
  const again = await asPerson(first).post("/api/auth/sign-in/email", {
    email: account.email,
    password: account.password,
  });
  const cookie = cookieSet(again);
  expect(cookie).not.toBeNull();
  expect(cookie).not.toBe(first.cookie);
  await asPerson(first).post("/api/auth/sign-out", {});
  refused(await asPerson(first).get("/api/me"), 401, "SESSION_EXPIRED");
  expect((await asPerson({ cookie: String(cookie) }).get("/api/me")).status).toBe(200);
});

test.concurrent("S sessions: the cookie is SameSite and HttpOnly", async () => {
  const account = await newAccount();
  const [line] = (await signIn(account)).headers
    .getSetCookie()
    .filter((each) => each.startsWith("plaza.session_token="));
  expect(line).toMatch(/HttpOnly/i);
  expect(line).toMatch(/SameSite=Lax/i);
  expect(line).toMatch(/Path=\//i);
});

test.concurrent("S sessions: a password change ends every other session, whether the request asks for it or not (R9)", async () => {
  for (const wish of [{ revokeOtherSessions: true }, { revokeOtherSessions: false }, {}]) {
    const account = await newAccount();
    const [laptop, phone] = [await enter(account), await enter(account)];
    const change = { currentPassword: account.password, newPassword: "a walk by the river", ...wish };
    const answer = await asPerson(laptop).post("/api/auth/change-password", change);
    expect(answer.status, answer.text).toBe(200);
    expect(await isSignedIn(phone), JSON.stringify(wish)).toBe(false);
    // The device that changed it stays signed in, with a new token.
    expect(await isSignedIn(laptop), JSON.stringify(wish)).toBe(false);
    expect((await asPerson({ cookie: String(cookieSet(answer)) }).get("/api/me")).status).toBe(200);
  }
});

test.concurrent("S sessions: a password change needs the old password and a session", async () => {
  const account = await newAccount();
  const person = await enter(account);
  const change = (currentPassword: string) => ({ currentPassword, newPassword: "a walk by the river" });
  expect((await asPerson(person).post("/api/auth/change-password", change("guessed it"))).status).toBe(400);
  expect((await nobody().post("/api/auth/change-password", change(account.password))).status).toBe(401);
  expect((await signIn(account)).status).toBe(200);
});

test.concurrent("S sessions: a password is stored as a hash, and tokens are long", async () => {
  const account = await newAccount();
  await enter(account);
  const [row] = await serviceRows<{ password: string; token: string }>(
    "select a.password, s.token from users u join auth_accounts a on a.user_id = u.id join sessions s on s.user_id = u.id where u.email = $1",
    [account.email],
  );
  expect(row?.password).not.toContain(account.password);
  expect(row?.token.length).toBeGreaterThanOrEqual(32);
});

test.concurrent("routes of better-auth that Plaza does not use are not found", async () => {
  const person = await enter(await newAccount());
  for (const path of [
    "get-session",
    "list-sessions",
    "ok",
    "error",
    "account-info",
    "delete-user/callback",
    "callback/google",
  ]) {
    refused(await asPerson(person).get(`/api/auth/${path}`), 404, "NOT_FOUND");
  }
  for (const path of [
    "update-user",
    "delete-user",
    "change-email",
    "sign-in/social",
    "link-social",
    "revoke-sessions",
    "set-password",
    "verify-password",
    "sign-up/email/",
    "SIGN-UP/EMAIL",
  ]) {
    refused(await asPerson(person).post(`/api/auth/${path}`, { name: "x" }), 404, "NOT_FOUND");
  }
});

test.concurrent("neither a suspended nor an unconfirmed account can sign in", async () => {
  const account = await newAccount();
  await serviceRows("update users set suspended_at = now() where email = $1", [account.email]);
  const answer = await signIn(account);
  expect([answer.status, Object(answer.body).code, cookieSet(answer)]).toEqual([
    403,
    "ACCOUNT_SUSPENDED",
    null,
  ]);
  // Only who knows the password learns of the suspension.
  expect((await signIn({ ...account, password: "not the password" })).status).toBe(401);
  expect(
    await serviceRows("select from sessions join users u on u.id = user_id where u.email = $1", [
      account.email,
    ]),
  ).toEqual([]);
  await serviceRows("update users set suspended_at = null, email_verified = false where email = $1", [
    account.email,
  ]);
  expect(cookieSet(await signIn(account))).toBeNull();
});
