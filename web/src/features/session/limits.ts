// What the server holds too; here they only save a round trip.
export const NAME_MAX_CHARS = 60;
export const BIO_MAX_CHARS = 300;
export const PASSWORD_MIN_CHARS = 10;
export const PASSWORD_MAX_CHARS = 128;
export const AGE_MIN_YEARS = 16;
export const HANDLE_MAX_CHARS = 30;
/** Time between two mails asked for from here. */
export const RESEND_AFTER_S = 30;
/** Rest after the last key before a handle is asked for. */
export const HANDLE_PAUSE_MS = 350;
