/** Who owns an account, where links lead, and what mails say. */
import { expect, test } from "vitest";
import {
  confirm,
  cookieSet,
  enter,
  isSignedIn,
  linkIn,
  mailsTo,
  mailTo,
  newAccount,
  newSignUp,
  signIn,
  signUp,
  tokenIn,
} from "../../../bench/testing/accounts.ts";
import { asPerson, nobody, serviceRows } from "../../../bench/testing/api-clients.ts";

test.concurrent("account ownership: a stranger's sign-up with my address gives the stranger nothing, before and after mine", async () => {
  const mine = newSignUp();
  const theirs = newSignUp({ email: mine.email, name: "Attacker", password: "attacker-knows-1" });
  const { signUpId } = Object((await signUp(theirs)).body);
  const firstLink = tokenIn(await mailTo(mine.email));
  await signUp(mine);
  const myLink = tokenIn(await mailTo(mine.email, 2));
  // The stranger has a new link sent; I open it with the password that I chose.
  await nobody().post("/api/auth/send-verification-email", { signUpId });
  const theirLink = tokenIn(await mailTo(mine.email, 3));
  for (const token of [firstLink, theirLink]) {
    const answer = await confirm(token, mine.password);
    expect(answer.status, answer.text).toBeOneOf([400, 403]);
    expect(cookieSet(answer)).toBeNull();
  }
  expect((await signIn(theirs)).status).toBe(401);
  const cookie = String(cookieSet(await confirm(myLink, mine.password)));
  expect((await asPerson({ cookie }).get("/api/me")).body).toMatchObject({
    name: "Ona",
    handle: mine.handle,
  });
  expect((await signIn(theirs)).status).toBe(401);
  expect((await confirm(theirLink, theirs.password)).status).toBe(400);
  expect((await signIn(mine)).status).toBe(200);
});

test.concurrent("account ownership: opening a mailed link with GET or HEAD changes nothing", async () => {
  const account = newSignUp();
  await signUp(account);
  const mail = await mailTo(account.email);
  for (const path of [
    linkIn(mail),
    `/api/auth/verify-email?token=${tokenIn(mail)}`,
    `/api/auth/reset-password/${tokenIn(mail)}?callbackURL=/`,
  ])
    for (const method of ["GET", "HEAD"]) expect(cookieSet(await nobody().raw(method, path))).toBeNull();
  expect(await serviceRows("select from users where email = $1", [account.email])).toEqual([]);
  expect((await confirm(tokenIn(mail), account.password)).status).toBe(200);
});

test.concurrent("account ownership: a link can be tried ten times only", async () => {
  const account = newSignUp();
  await signUp(account);
  const token = tokenIn(await mailTo(account.email));
  for (let attempt = 1; attempt <= 10; attempt += 1)
    expect((await confirm(token, "not the password")).body).toMatchObject({ code: "INVALID_PASSWORD" });
  expect((await confirm(token, account.password)).body).toMatchObject({ code: "INVALID_TOKEN" });
});

test.concurrent("a confirmation never replaces the browser's session unless it says so", async () => {
  const ann = await enter(await newAccount());
  const mallory = newSignUp();
  await signUp(mallory);
  const body = { token: tokenIn(await mailTo(mallory.email)), password: mallory.password };
  const refusal = await asPerson(ann).post("/api/auth/verify-email", body);
  expect(refusal.status).toBe(409);
  expect(refusal.body).toMatchObject({ code: "SIGNED_IN_ALREADY" });
  expect(refusal.headers.getSetCookie()).toEqual([]);
  expect(await isSignedIn(ann)).toBe(true);
  const replaced = await asPerson(ann).post("/api/auth/verify-email", { ...body, replaceSession: true });
  expect(replaced.status, replaced.text).toBe(200);
  expect(await isSignedIn(ann)).toBe(false);
  const me = await asPerson({ cookie: String(cookieSet(replaced)) }).get("/api/me");
  expect(me.body).toMatchObject({ handle: mallory.handle });
});

test.concurrent("mails about a sign-up have no word of whoever signed up", async () => {
  const known = await newAccount();
  const hostile = { name: "URGENT https://evil.example/unlock" };
  const fresh = newSignUp(hostile);
  const { signUpId } = Object((await signUp(fresh)).body);
  await mailTo(fresh.email);
  await nobody().post("/api/auth/send-verification-email", { signUpId });
  await nobody().post("/api/auth/request-password-reset", { email: fresh.email });
  await signUp(newSignUp({ ...hostile, email: known.email }));
  await mailTo(fresh.email, 2);
  await mailTo(known.email, 2);
  const mails = [...(await mailsTo(fresh.email)), ...(await mailsTo(known.email))];
  expect(mails).toHaveLength(4);
  for (const { text, subject } of mails) expect(`${subject} ${text}`).not.toMatch(/URGENT|evil/);
});

const FOREIGN_CALLBACKS = [
  "https://evil.example/steal",
  "//evil.example",
  "///evil.example",
  "/.//evil.example/login",
  "/..//evil.example",
  "/x/..//evil.example",
  "/%2e%2e//evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "/\t/evil.example",
  "\t//evil.example",
  "https:evil.example",
  "javascript:alert(1)",
  "data:text/html,x",
  "/verify-email/..//evil.example",
  "/verify-email?next=//evil.example",
  "/@evil.example",
  "@evil.example",
  ".evil.example",
  "http://localhost.evil.example",
  "",
];
test.concurrent.each(FOREIGN_CALLBACKS)(
  "no route accepts %j as the page to open, or redirects there",
  async (callback) => {
    const account = await newAccount();
    const person = await enter(account);
    const { email, password } = account;
    const bodies: [string, object][] = [
      ["sign-up/email", newSignUp()],
      ["sign-in/email", { email, password }],
      ["request-password-reset", { email }],
      ["send-verification-email", { signUpId: crypto.randomUUID() }],
      ["verify-email", { token: "x", password }],
      ["reset-password", { token: "x", newPassword: "a walk by the river" }],
      ["sign-out", {}],
    ];
    for (const [path, body] of bodies)
      for (const field of ["callbackURL", "redirectTo", "errorCallbackURL"]) {
        const answer = await nobody().post(`/api/auth/${path}`, { ...body, [field]: callback });
        expect(answer.status, `${path} ${answer.text}`).toBeOneOf([400, 403]);
        expect(answer.headers.get("location")).toBeNull();
      }
    const query = new URLSearchParams({ callbackURL: callback, redirectTo: callback, token: "x" });
    for (const path of [
      "verify-email",
      "reset-password",
      "reset-password/x",
      "sign-in/email",
      "error",
      "sign-out",
    ])
      for (const answer of [
        await asPerson(person).get(`/api/auth/${path}?${query}`),
        await nobody().post(`/api/auth/${path}?${query}`, { email, password }),
      ])
        expect(answer.headers.get("location"), path).toBeNull();
  },
);
