import type { Auth } from "../../i18n/en/auth.ts";
import {
  AGE_MIN_YEARS,
  HANDLE_MAX_CHARS,
  NAME_MAX_CHARS,
  PASSWORD_MAX_CHARS,
  PASSWORD_MIN_CHARS,
} from "./limits.ts";

/** A key of the dictionary that says what is wrong, or null. Pure checks; the server has the last word. */
export type Complaint = Extract<
  keyof Auth,
  | "nameMissing"
  | "nameLong"
  | "handleShape"
  | "handleTaken"
  | "handleReserved"
  | "emailShape"
  | "passwordShort"
  | "passwordLong"
  | "passwordLeaked"
  | "birthDateMissing"
  | "tooYoung"
>;

export function checkName(name: string): Complaint | null {
  if (name.trim() === "") return "nameMissing";
  return name.trim().length > NAME_MAX_CHARS ? "nameLong" : null;
}

export function checkHandle(handle: string): Complaint | null {
  return /^[a-z][a-z0-9_]{2,29}$/.test(handle) ? null : "handleShape";
}

export function checkEmail(email: string): Complaint | null {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.trim()) ? null : "emailShape";
}

export function checkPassword(password: string): Complaint | null {
  if (password.length < PASSWORD_MIN_CHARS) return "passwordShort";
  return password.length > PASSWORD_MAX_CHARS ? "passwordLong" : null;
}

/** `birthDate` and `today` as YYYY-MM-DD. Old enough on the birthday itself. */
export function checkBirthDate(birthDate: string, today: string): Complaint | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(birthDate) || birthDate > today) return "birthDateMissing";
  const years = Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4));
  const hadBirthday = today.slice(5) >= birthDate.slice(5);
  return years - (hadBirthday ? 0 : 1) < AGE_MIN_YEARS ? "tooYoung" : null;
}

/** The local day as YYYY-MM-DD. */
export function dayOf(date: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** A handle made of a name: "Rūta Žukaitė" -> "ruta_zukaite". May be too short to be one. */
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
