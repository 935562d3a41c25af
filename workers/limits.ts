/** Bare limits of the HTTP side. */

/** No JSON body is larger; posts are the largest at 20,000 characters. */
export const BODY_MAX_BYTES = 128 * 1024;
export const PAGE_DEFAULT = 20;
export const PAGE_MAX = 100;
export const TITLE_MAX_CHARS = 200;
export const POST_MAX_CHARS = 20_000;
export const COMMENT_MAX_CHARS = 5_000;
export const NAME_MAX_CHARS = 60;
export const BIO_MAX_CHARS = 300;
export const IDS_MAX = 200;
/** People whom one may choose to be seen by; the database holds the same rule. */
export const CHOSEN_MAX = 500;
/** People of one conversation, oneself included. */
export const CONVERSATION_PEOPLE_MAX = 100;
export const CONVERSATION_NAME_MAX_CHARS = 80;
/** Somebody's whole name, as it is typed. */
export const PEOPLE_QUERY_MAX_CHARS = 60;
export const SEARCH_MIN_CHARS = 2;
export const SEARCH_MAX_CHARS = 100;
export const PASSWORD_MIN_CHARS = 10;
export const PASSWORD_MAX_CHARS = 128;
/** Sixteen: the age of consent for data in most of Europe. */
export const AGE_MIN_YEARS = 16;
export const AGE_MAX_YEARS = 130;
/** How long signed-out readers may be shown the same first page. */
export const LANDING_TTL_S = 120;
/** Seconds named in Retry-After, the windows of the limiters in wrangler.toml. */
export const LIMIT_WINDOW_S = { write: 10, read: 10, auth: 60 } as const;
/** What is limited by the day may be tried again about then: it is counted over the last 24 hours. */
export const DAY_LIMIT_RETRY_S = 3600;
/** An answer waits for the rooms it concerns no longer than this, in milliseconds. */
export const ROOMS_TOLD_WITHIN_MS = 500;
/** Mails of the laptop's mailbox are kept this long. */
export const MAILBOX_TTL_S = 7 * 24 * 3600;
