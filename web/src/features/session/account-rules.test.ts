import { describe, expect, it } from "vitest";
import { ApiError } from "../../api/api-error.ts";
import { checkBirthDate, checkEmail, checkHandle, checkPassword, suggestHandle } from "./account-rules.ts";
import { signUpFieldErrorOf } from "./sign-up-error.ts";

describe("the rules of a new account", () => {
  it("accepts a person on their sixteenth birthday and not the day before", () => {
    expect(checkBirthDate("2010-11-20", "2026-11-20")).toBeNull();
    expect(checkBirthDate("2010-11-21", "2026-11-20")).toBe("tooYoung");
    expect(checkBirthDate("", "2026-11-20")).toBe("birthDateMissing");
    expect(checkBirthDate("2027-01-01", "2026-11-20")).toBe("birthDateMissing");
  });

  it("accepts handles of 3 to 30 lower-case letters, digits and _, beginning with a letter", () => {
    for (const good of ["abc", "a_1", "a".repeat(30)]) expect(checkHandle(good)).toBeNull();
    for (const bad of ["", "ab", "1abc", "_abc", "Abc", "a-b-c", "a".repeat(31)]) {
      expect(checkHandle(bad)).toBe("handleShape");
    }
  });

  it("derives a handle from a name with accents, spaces and digits", () => {
    expect(suggestHandle("Rūta Žukaitė")).toBe("ruta_zukaite");
    expect(suggestHandle("  42 Ada  Lovelace! ")).toBe("ada_lovelace");
    expect(suggestHandle("日本")).toBe("");
  });

  it("checks the shape of addresses and the length of passwords only", () => {
    expect(checkEmail("a@b.lt")).toBeNull();
    expect(checkEmail("a@b")).toBe("emailShape");
    expect(checkPassword("123456789")).toBe("passwordShort");
    expect(checkPassword("x".repeat(129))).toBe("passwordLong");
  });
});

describe("a rejected sign-up", () => {
  const fieldErrorOf = (code: string, details?: unknown) =>
    signUpFieldErrorOf(new ApiError({ status: 400, code, message: "", details }));

  it("names the field and the step of the form", () => {
    expect(fieldErrorOf("HANDLE_TAKEN")).toEqual({ step: 1, field: "handle", text: "handleTaken" });
    expect(fieldErrorOf("VALIDATION_FAILED", { handle: "RESERVED" })?.text).toBe("handleReserved");
    expect(fieldErrorOf("VALIDATION_FAILED", { birthDate: "TOO_YOUNG" })?.text).toBe("tooYoung");
    expect(fieldErrorOf("VALIDATION_FAILED", { email: "Invalid" })).toMatchObject({
      step: 2,
      field: "email",
    });
  });

  it("names no field when the error is about something else", () => {
    expect(fieldErrorOf("RATE_LIMITED")).toBeNull();
    expect(signUpFieldErrorOf(new Error("x"))).toBeNull();
  });
});
