import { describe, expect, it } from "vitest";
import { ApiError } from "../../api/api-error.ts";
import { checkBirthDate, checkEmail, checkHandle, checkPassword, suggestHandle } from "./account-rules.ts";
import { refusalOf } from "./sign-up-refusal.ts";

describe("what a new account must look like", () => {
  it("lets people in on their sixteenth birthday, not the day before", () => {
    expect(checkBirthDate("2010-11-20", "2026-11-20")).toBeNull();
    expect(checkBirthDate("2010-11-21", "2026-11-20")).toBe("tooYoung");
    expect(checkBirthDate("", "2026-11-20")).toBe("birthDateMissing");
    expect(checkBirthDate("2027-01-01", "2026-11-20")).toBe("birthDateMissing");
  });

  it("takes handles of 3 to 30 small letters, digits and _, a letter first", () => {
    for (const good of ["abc", "a_1", "a".repeat(30)]) expect(checkHandle(good)).toBeNull();
    for (const bad of ["", "ab", "1abc", "_abc", "Abc", "a-b-c", "a".repeat(31)]) {
      expect(checkHandle(bad)).toBe("handleShape");
    }
  });

  it("suggests a handle from a name in any spelling", () => {
    expect(suggestHandle("Rūta Žukaitė")).toBe("ruta_zukaite");
    expect(suggestHandle("  42 Ada  Lovelace! ")).toBe("ada_lovelace");
    expect(suggestHandle("日本")).toBe("");
  });

  it("checks addresses and passwords loosely: the server has the last word", () => {
    expect(checkEmail("a@b.lt")).toBeNull();
    expect(checkEmail("a@b")).toBe("emailShape");
    expect(checkPassword("123456789")).toBe("passwordShort");
    expect(checkPassword("x".repeat(129))).toBe("passwordLong");
  });
});

describe("a refused sign-up", () => {
  const refused = (code: string, details?: unknown) =>
    refusalOf(new ApiError({ status: 400, code, message: "", details }));

  it("points at the field and the step it belongs to", () => {
    expect(refused("HANDLE_TAKEN")).toEqual({ step: 1, field: "handle", text: "handleTaken" });
    expect(refused("VALIDATION_FAILED", { handle: "RESERVED" })?.text).toBe("handleReserved");
    expect(refused("VALIDATION_FAILED", { birthDate: "TOO_YOUNG" })?.text).toBe("tooYoung");
    expect(refused("VALIDATION_FAILED", { email: "Invalid" })).toMatchObject({ step: 2, field: "email" });
  });

  it("belongs to no field when it is about something else", () => {
    expect(refused("RATE_LIMITED")).toBeNull();
    expect(refusalOf(new Error("x"))).toBeNull();
  });
});
