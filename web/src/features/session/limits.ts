export {
  AGE_MIN_YEARS,
  BIO_MAX_CHARS,
  NAME_MAX_CHARS,
  PASSWORD_MAX_CHARS,
  PASSWORD_MIN_CHARS,
} from "../../../../party/protocol/limits.ts";

export const HANDLE_MAX_CHARS = 30;
/** The wait between two requests for a verification mail. */
export const RESEND_AFTER_S = 30;
/** The pause after the last key press before the availability of a handle is requested. */
export const HANDLE_CHECK_DELAY_MS = 350;
