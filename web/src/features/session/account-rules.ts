import { ApiError } from "../../api/api-error.ts";
import type { Auth } from "../../i18n/en/auth.ts";
import {
  AGE_MIN_YEARS,
  HANDLE_MAX_CHARS,
  NAME_MAX_CHARS,
  PASSWORD_MAX_CHARS,
  PASSWORD_MIN_CHARS,
} from "./limits.ts";

/**
 * The dictionary key (`t.auth`) of a validation error. The checks below are pure; the server makes the same
 * ones.
 */
export type FieldErrorKey = Extract<
  keyof Auth,
  | "nameMissing"
  | "nameLong"
  | "handleShape"
  | "handleTaken"
  | "handleReserved"
  | "emailShape"
  | "passwordShort"
  | "passwordLong"
  | "passwordCommon"
  | "birthDateMissing"
  | "tooYoung"
>;

export function checkName(name: string): FieldErrorKey | null {
  if (name.trim() === "") return "nameMissing";
  return name.trim().length > NAME_MAX_CHARS ? "nameLong" : null;
}

export function checkHandle(handle: string): FieldErrorKey | null {
  return /^[a-z][a-z0-9_]{2,29}$/.test(handle) ? null : "handleShape";
}

export function checkEmail(email: string): FieldErrorKey | null {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.trim()) ? null : "emailShape";
}

export function checkPassword(password: string): FieldErrorKey | null {
  if (password.length < PASSWORD_MIN_CHARS) return "passwordShort";
  return password.length > PASSWORD_MAX_CHARS ? "passwordLong" : null;
}

/** Whether the server refused a new password as too easy to guess. */
export function isTooCommon(error: unknown): boolean {
  return error instanceof ApiError && error.code === "PASSWORD_TOO_COMMON";
}

/** `birthDate` and `today` as YYYY-MM-DD. The birthday itself counts as old enough. */
export function checkBirthDate(birthDate: string, today: string): FieldErrorKey | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(birthDate) || birthDate > today) return "birthDateMissing";
  const years = Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4));
  const hadBirthday = today.slice(5) >= birthDate.slice(5);
  return years - (hadBirthday ? 0 : 1) < AGE_MIN_YEARS ? "tooYoung" : null;
}

/** The day in the local time zone, as YYYY-MM-DD. */
export function dayOf(date: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Derives a handle from a name: "Rūta Žukaitė" -> "ruta_zukaite". It may be shorter than a valid handle. */
export function suggestHandle(name: string): string {
  return name
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+/, "")
    .slice(0, HANDLE_MAX_CHARS)
    .replace(/_+$/, "");
}
