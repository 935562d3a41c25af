import { expect, test } from "vitest";
import {
  confirm,
  enter,
  mailTo,
  newAccount,
  newSignUp,
  signIn,
  signUp,
  tokenIn,
} from "../../../bench/testing/accounts.ts";
import { type Answer, asPerson, nobody, serviceRows } from "../../../bench/testing/api-clients.ts";

/** An error response of better-auth: code and message only, no internal details. */
function refusedBy(answer: Answer, status: number, code: string): Record<string, unknown> {
  expect(answer.status, answer.text).toBe(status);
  const body: Record<string, unknown> = Object(answer.body);
  expect(body).toMatchObject({ code, message: expect.any(String) });
  expect(answer.text).not.toMatch(/stack|select |insert |drizzle|\.ts:/i);
  return body;
}

const years = (count: number, days = 0) => {
  const day = new Date();
  day.setUTCFullYear(day.getUTCFullYear() - count, day.getUTCMonth(), day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
};

test.each([
  ["no name", { name: "" }, "name"],
  ["a name one too long", { name: "n".repeat(61) }, "name"],
  ["NUL in the name", { name: "a\u0000" }, "name"],
  ["a short handle", { handle: "ab" }, "handle"],
  ["a long handle", { handle: "a".repeat(31) }, "handle"],
  ["a handle with a dash", { handle: "a-bc" }, "handle"],
  ["a reserved handle", { handle: "Admin" }, "handle"],
  ["no address", { email: "nobody" }, "email"],
  [
    "an address one too long",
    { email: `${"a".repeat(64)}@${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(59)}.lt` },
    "email",
  ],
  ["a short password", { password: "123456789" }, "password"],
  ["a long password", { password: "p".repeat(129) }, "password"],
  ["NUL in the address", { email: "a\u0000@example.com" }, "email"],
  ["a line break in the name", { name: "a\nb" }, "name"],
  ["a control character in the password", { password: "a walk\u0007 by the river" }, "password"],
  ["NUL in the birth date", { birthDate: "1990-05-17\u0000" }, "birthDate"],
  ["one day too young", { birthDate: years(16, 1) }, "birthDate"],
  ["older than anybody", { birthDate: years(131) }, "birthDate"],
  ["a day that does not exist", { birthDate: "1990-02-30" }, "birthDate"],
  ["a birth date with a time", { birthDate: "1990-05-17T00:00:00Z" }, "birthDate"],
  ["a number for a name", { name: 7 }, "name"],
])(
  "sign-up with %s is refused with the field's name, and no account is created",
  async (_what, wish, field) => {
    const account = { ...newSignUp(), ...wish };
    const body = refusedBy(await signUp(account), 400, "VALIDATION_FAILED");
    expect(Object.keys(Object(body.fields))).toEqual([field]);
    expect(
      await serviceRows("select from sign_ups where email = $1 or handle = $2", [
        // Postgres refuses NUL in the question too.
        String(account.email).replaceAll("\u0000", ""),
        String(account.handle),
      ]),
    ).toEqual([]);
  },
);

test("sign-up with every field at its limit is accepted", async () => {
  const wish = { name: "n".repeat(60), password: "x7#pQ2!vLm", birthDate: years(16) };
  expect((await signUp(newSignUp(wish))).status).toBe(200);
  const handle = newSignUp().handle.padEnd(30, "z");
  expect(
    (
      await signUp(
        newSignUp({
          handle,
          email: `${handle}@example.com`,
          password: "a walk by the river ".repeat(7).slice(0, 128),
          birthDate: years(130),
        }),
      )
    ).status,
  ).toBe(200);
});

test("a taken handle is refused before the e-mail address is looked up", async () => {
  const taken = await newAccount();
  refusedBy(await signUp(newSignUp({ handle: taken.handle })), 409, "HANDLE_TAKEN");
  refusedBy(await signUp({ ...taken }), 409, "HANDLE_TAKEN");
  const reserved = newSignUp();
  await signUp(reserved);
  refusedBy(await signUp(newSignUp({ handle: reserved.handle })), 409, "HANDLE_TAKEN");
  expect((await signUp(reserved)).status).toBe(200);
});

test("of concurrent sign-ups with one handle one succeeds, and the others get the same error as for a taken handle", async () => {
  const { handle } = newSignUp();
  const answers = await Promise.all(
    [1, 2, 3, 4].map(() => signUp(newSignUp({ handle, email: newSignUp().email }))),
  );
  const late = await signUp(newSignUp({ handle, email: newSignUp().email }));
  const losers = answers.filter(({ status }) => status !== 200);
  expect(losers).toHaveLength(3);
  for (const loser of losers) expect(refusedBy(loser, 409, "HANDLE_TAKEN")).toEqual(late.body);
  expect(await serviceRows("select from sign_ups where handle = $1", [handle])).toHaveLength(1);
});

test.each([
  ["no JSON", "{", 400],
  ["a list", "[]", 400],
  ["nothing", "{}", 400],
])("sign-up with %s is refused without a stack trace", async (_what, body, status) => {
  const answer = await nobody().raw("POST", "/api/auth/sign-up/email", body);
  expect(answer.status, answer.text).toBe(status);
  expect(answer.text).not.toMatch(/stack|SyntaxError|\bat \S+:\d+/);
});

test("a forged link, and a reset without a link, are refused", async () => {
  refusedBy(await confirm("abc", "a walk by the river"), 400, "INVALID_TOKEN");
  for (const body of [{}, { token: "abc" }, { token: ["abc"], password: "x" }, { token: "abc", password: 7 }])
    refusedBy(await nobody().post("/api/auth/verify-email", body), 400, "VALIDATION_FAILED");
  for (const body of [
    { newPassword: "a walk by the river", token: "abc" },
    { newPassword: "a walk by the river" },
    { newPassword: 7, token: "abc" },
    { newPassword: "a walk by the river", token: 7 },
  ])
    expect((await nobody().post("/api/auth/reset-password", body)).status, JSON.stringify(body)).toBe(400);
});

const WITH_NUL = "a\u0000b";
test.each([
  ["sign-in/email", { email: "ona@example.com", password: WITH_NUL }, "password"],
  ["sign-in/email", { email: `${WITH_NUL}@example.com`, password: "x" }, "email"],
  ["request-password-reset", { email: `${WITH_NUL}@example.com` }, "email"],
  ["reset-password", { newPassword: "a walk by the river", token: WITH_NUL }, "token"],
  ["reset-password", { newPassword: WITH_NUL, token: "abc" }, "newPassword"],
  ["verify-email", { token: WITH_NUL, password: "a walk by the river" }, "token"],
  ["send-verification-email", { signUpId: WITH_NUL }, "signUpId"],
  ["change-password", { currentPassword: WITH_NUL, newPassword: "a walk by the river" }, "currentPassword"],
  ["sign-out", { anything: WITH_NUL }, "anything"],
])("%s with a control character in %j is refused with the field's name", async (path, body, field) => {
  const answer = await nobody().post(`/api/auth/${path}`, body);
  expect(Object(refusedBy(answer, 400, "VALIDATION_FAILED").fields)).toEqual({ [field]: "NOT_TEXT" });
});

test.each([
  ["ten blanks", () => " ".repeat(10)],
  ["one character", () => "a".repeat(10)],
  ["a row of digits", () => "1234567890"],
  ["a common password", () => "password123"],
  ["the address", (account: { email: string }) => account.email],
  ["the handle", (account: { handle: string }) => account.handle],
  ["the name", (account: { name: string }) => account.name],
])("sign-up, reset and change with %s as the password are refused", async (_what, choose) => {
  const account = newSignUp({ name: "Ona Petrauskienė" });
  refusedBy(await signUp({ ...account, password: choose(account) }), 400, "PASSWORD_TOO_COMMON");
  const known = await newAccount({ name: "Ona Petrauskienė" });
  const person = await enter(known);
  const change = { currentPassword: known.password, newPassword: choose(known) };
  refusedBy(await asPerson(person).post("/api/auth/change-password", change), 400, "PASSWORD_TOO_COMMON");
  await mailTo(known.email);
  await nobody().post("/api/auth/request-password-reset", { email: known.email });
  const token = tokenIn(await mailTo(known.email, 2));
  const reset = (newPassword: string) => nobody().post("/api/auth/reset-password", { newPassword, token });
  refusedBy(await reset(choose(known)), 400, "PASSWORD_TOO_COMMON");
  // The refusal did not use up the link.
  expect((await reset("a walk by the river")).status).toBe(200);
});

test("signing in with values that are not strings is refused", async () => {
  for (const wrong of [
    { email: { $ne: "" }, password: "x" },
    { email: ["a@b.lt"], password: "x" },
    { email: "a@b.lt" },
  ]) {
    const answer = await nobody().post("/api/auth/sign-in/email", wrong);
    expect(answer.status, answer.text).toBe(400);
  }
  const endless = await signIn({ email: newSignUp().email, password: "p".repeat(10_000) });
  expect(endless.status, endless.text).toBeOneOf([400, 401]);
});
