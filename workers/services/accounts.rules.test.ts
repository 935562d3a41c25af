import { expect, test } from "vitest";
import { ageOn, isReserved, signUpSchema } from "./accounts.rules.ts";

const day = (iso: string) => new Date(`${iso}T12:00:00Z`);

test.each([
  ["2010-05-17", "2026-05-16", 15],
  ["2010-05-17", "2026-05-17", 16],
  ["2010-12-31", "2026-01-01", 15],
  ["2008-02-29", "2026-02-28", 17],
  ["2008-02-29", "2026-03-01", 18],
  ["2026-01-01", "2026-01-01", 0],
])("born on %s, on %s a person is %i years old", (birthDate, on, years) => {
  expect(ageOn(birthDate, day(on))).toBe(years);
});

const account = {
  name: " Ona ",
  handle: " ONA_1 ",
  email: "Ona@Example.COM",
  password: "ten chars!",
  birthDate: "1990-05-17",
};

test("a sign-up is normalised: name trimmed, handle and e-mail in lower case, password unchanged", () => {
  expect(signUpSchema.parse({ ...account, password: "  with blanks  " })).toEqual({
    ...account,
    name: "Ona",
    handle: "ona_1",
    email: "ona@example.com",
    password: "  with blanks  ",
  });
});

test("handles that look like Plaza itself are reserved, in upper case too", () => {
  expect(isReserved("admin")).toBe(true);
  expect(signUpSchema.safeParse({ ...account, handle: "ADMIN" }).success).toBe(false);
});

test("S mass assignment: a sign-up with an unknown field is refused", () => {
  for (const extra of [{ image: "x" }, { role: "admin" }, { emailVerified: true }, { id: "x" }]) {
    expect(signUpSchema.safeParse({ ...account, ...extra }).success).toBe(false);
  }
});
