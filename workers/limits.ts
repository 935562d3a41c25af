/**
 * Limits of the HTTP API alone; those that the browser and the rooms share are in party/protocol/limits.ts.
 */

/** Of a JSON body; posts are the largest, with POST_MAX_CHARS. */
export const BODY_MAX_BYTES = 128 * 1024;
export const PAGE_DEFAULT = 20;
export const PAGE_MAX = 100;
export const CURSOR_MAX_CHARS = 600;
export const AGE_MAX_YEARS = 130;
/** How old the first page for signed-out readers may be. */
export const FIRST_PAGE_TTL_S = 120;
/** Retry-After in seconds: the windows of the limiters in wrangler.toml. */
export const LIMIT_WINDOW_S = { write: 10, read: 10, auth: 60 } as const;
/** Retry-After of limits per day, which count the last 24 hours. */
export const DAY_LIMIT_RETRY_S = 3600;
/** How long a response waits for the delivery of its outbox rows. */
export const DELIVERY_WAIT_MS = 500;
/** How long the development mailbox keeps a mail, and how many it shows. */
export const MAILBOX_TTL_S = 7 * 24 * 3600;
export const MAILBOX_PAGE = 50;
