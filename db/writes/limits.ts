/** Limits of writes: outbox retries and the nightly clean-up. */

/** After this many failed deliveries an outbox row is dead-lettered. */
export const OUTBOX_ATTEMPTS_MAX = 10;
/** Delay before the second delivery of an outbox row; it doubles with every attempt. */
export const OUTBOX_RETRY_MIN_S = 5;
/** The longest delay between two deliveries of an outbox row. */
export const OUTBOX_RETRY_MAX_S = 600;
/** Characters of a delivery error that are stored with its outbox row. */
export const OUTBOX_ERROR_MAX_CHARS = 500;
/** Rows deleted per table and night, to keep the transaction short. The rest is deleted the next night. */
export const CLEANUP_ROWS_PER_TABLE = 20_000;
/** Passwords that may be tried with the link of one sign-up. */
export const SIGN_UP_ATTEMPTS_MAX = 10;
