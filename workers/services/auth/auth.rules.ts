/** What every body of /api/auth must look like, before a route looks at its fields. */
import { APIError } from "better-auth/api";

export interface AuthBody {
  fields: Record<string, unknown>;
  /** The trimmed address in lower case, when there is one: limits count by its digest. */
  email: string | undefined;
}

/** Where a page may be opened after a step. Nothing redirects any more; older clients still send the fields. */
const CALLBACKS = new Set(["/", "/sign-in", "/verify-email", "/reset", "/reset-password"]);
const CALLBACK_FIELDS = ["callbackURL", "redirectTo", "errorCallbackURL", "newUserCallbackURL"];
const EMAIL_MAX_CHARS = 320;
const CONTROL = /\p{Cc}/u;

const invalid = (fields: Record<string, string>) =>
  new APIError("BAD_REQUEST", { code: "VALIDATION_FAILED", message: "Some fields are not valid.", fields });

/**
 * The fields of a JSON object, without callbacks. No text in it has control characters: Postgres cannot store NUL,
 * and nothing here has a use for the others.
 * @throws APIError VALIDATION_FAILED, INVALID_CALLBACK_URL
 */
export function parseAuthBody(text: string): AuthBody {
  const body = parseObject(text);
  const fields: AuthBody["fields"] = {};
  for (const [name, value] of Object.entries(body)) {
    if (CALLBACK_FIELDS.includes(name)) {
      if (typeof value === "string" && CALLBACKS.has(value)) continue;
      throw new APIError("FORBIDDEN", { code: "INVALID_CALLBACK_URL", message: "Invalid callbackURL" });
    }
    if (typeof value === "string" && (CONTROL.test(value) || !value.isWellFormed()))
      throw invalid({ [name]: "NOT_TEXT" });
    fields[name] = value;
  }
  const email = typeof fields.email === "string" ? fields.email.trim().toLowerCase() : undefined;
  if (email !== undefined && email.length > EMAIL_MAX_CHARS) throw invalid({ email: "TOO_LONG" });
  return { fields, email };
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const body: unknown = text === "" ? {} : JSON.parse(text);
    if (typeof body === "object" && body !== null && !Array.isArray(body))
      return body as Record<string, unknown>;
  } catch {
    // Not JSON: refused below.
  }
  throw invalid({ body: "NOT_AN_OBJECT" });
}

/**
 * Who a client is for the limits of this route: an IPv4 address, or the /64 of an IPv6 address, which one home
 * has to itself.
 */
export function clientNetwork(address: string | undefined): string {
  if (!address?.includes(":")) return address ?? "local";
  const [head = "", tail] = address.toLowerCase().split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) while (groups.length < 8 - tail.split(":").length) groups.push("0");
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}
