// The server enforces the same limits. The browser checks them to show an error without a round trip.
export const NAME_MAX_CHARS = 60;
export const BIO_MAX_CHARS = 300;
export const PASSWORD_MIN_CHARS = 10;
export const PASSWORD_MAX_CHARS = 128;
export const AGE_MIN_YEARS = 16;
export const HANDLE_MAX_CHARS = 30;
/** The wait between two requests for a verification mail. */
export const RESEND_AFTER_S = 30;
/** The pause after the last key press before the availability of a handle is requested. */
export const HANDLE_CHECK_DELAY_MS = 350;
