import { ApiError } from "../../api/api-error.ts";
import type { Complaint } from "./account-rules.ts";

export interface Refusal {
  step: 1 | 2;
  field: "name" | "handle" | "email" | "password" | "birthDate";
  text: Complaint;
}

const GENERAL: Record<Refusal["field"], Omit<Refusal, "field">> = {
  name: { step: 1, text: "nameLong" },
  handle: { step: 1, text: "handleShape" },
  email: { step: 2, text: "emailShape" },
  password: { step: 2, text: "passwordShort" },
  birthDate: { step: 2, text: "birthDateMissing" },
};
const FIELDS = Object.keys(GENERAL) as Refusal["field"][];

/** Which field the server's refusal of a sign-up belongs to; null when it belongs to none. Pure. */
export function refusalOf(error: unknown): Refusal | null {
  if (!(error instanceof ApiError)) return null;
  const { code, details } = error;
  if (code === "HANDLE_TAKEN") return { step: 1, field: "handle", text: "handleTaken" };
  if (code === "PASSWORD_TOO_SHORT") return { step: 2, field: "password", text: "passwordShort" };
  if (code === "PASSWORD_TOO_LONG") return { step: 2, field: "password", text: "passwordLong" };
  if (code === "PASSWORD_COMPROMISED") return { step: 2, field: "password", text: "passwordLeaked" };
  if (code === "INVALID_EMAIL") return { step: 2, field: "email", text: "emailShape" };
  if (code !== "VALIDATION_FAILED" || typeof details !== "object" || details === null) return null;
  const said = details as Record<string, unknown>;
  const field = FIELDS.find((each) => each in said);
  if (!field) return null;
  if (said[field] === "RESERVED") return { step: 1, field, text: "handleReserved" };
  if (said[field] === "TOO_YOUNG") return { step: 2, field, text: "tooYoung" };
  return { field, ...GENERAL[field] };
}
