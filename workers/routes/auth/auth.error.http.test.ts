import { expect, test } from "vitest";
import { newAccount, newSignUp, signIn, signUp } from "../../../bench/testing/accounts.ts";
import { type Answer, nobody, serviceRows } from "../../../bench/testing/api-clients.ts";

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
      await serviceRows("select from users where email = $1 or handle = $2", [
        String(account.email),
        String(account.handle),
      ]),
    ).toEqual([]);
  },
);

test("sign-up with every field at its limit is accepted", async () => {
  const wish = { name: "n".repeat(60), password: "1234567890", birthDate: years(16) };
  expect((await signUp(newSignUp(wish))).status).toBe(200);
  const handle = newSignUp().handle.padEnd(30, "z");
  expect(
    (
      await signUp(
        newSignUp({
          handle,
          email: `${handle}@example.com`,
          password: "p".repeat(128),
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
  expect(await serviceRows("select from users where handle = $1", [handle])).toHaveLength(1);
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
  const confirmed = await nobody().get("/api/auth/verify-email?token=abc&callbackURL=/");
  expect(confirmed.headers.getSetCookie()).toEqual([]);
  expect(confirmed.status).toBeLessThan(500);
  expect(
    (await nobody().post("/api/auth/reset-password", { newPassword: "a new password", token: "abc" })).status,
  ).toBe(400);
  expect((await nobody().post("/api/auth/reset-password", { newPassword: "a new password" })).status).toBe(
    400,
  );
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
