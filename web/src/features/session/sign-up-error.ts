import { ApiError } from "../../api/api-error.ts";
import type { FieldErrorKey } from "./account-rules.ts";

/**
 * A field of the sign-up form that the server rejected, the step it is on, and the dictionary key of the
 * error text.
 */
export interface SignUpFieldError {
  step: 1 | 2;
  field: "name" | "handle" | "email" | "password" | "birthDate";
  text: FieldErrorKey;
}

const DEFAULTS: Record<SignUpFieldError["field"], Omit<SignUpFieldError, "field">> = {
  name: { step: 1, text: "nameLong" },
  handle: { step: 1, text: "handleShape" },
  email: { step: 2, text: "emailShape" },
  password: { step: 2, text: "passwordShort" },
  birthDate: { step: 2, text: "birthDateMissing" },
};
const FIELDS = Object.keys(DEFAULTS) as SignUpFieldError["field"][];

/** The field that an error response of the sign-up route is about; null when it is about no field. Pure. */
export function signUpFieldErrorOf(error: unknown): SignUpFieldError | null {
  if (!(error instanceof ApiError)) return null;
  const { code, details } = error;
  if (code === "HANDLE_TAKEN") return { step: 1, field: "handle", text: "handleTaken" };
  if (code === "PASSWORD_TOO_SHORT") return { step: 2, field: "password", text: "passwordShort" };
  if (code === "PASSWORD_TOO_LONG") return { step: 2, field: "password", text: "passwordLong" };
  if (code === "PASSWORD_TOO_COMMON") return { step: 2, field: "password", text: "passwordCommon" };
  if (code === "INVALID_EMAIL") return { step: 2, field: "email", text: "emailShape" };
  if (code !== "VALIDATION_FAILED" || typeof details !== "object" || details === null) return null;
  const reasons = details as Record<string, unknown>;
  const field = FIELDS.find((name) => name in reasons);
  if (!field) return null;
  if (reasons[field] === "RESERVED") return { step: 1, field, text: "handleReserved" };
  if (reasons[field] === "TOO_YOUNG") return { step: 2, field, text: "tooYoung" };
  return { field, ...DEFAULTS[field] };
}
