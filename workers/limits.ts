/** Bare limits of the HTTP side. */

export {
  AGE_MIN_YEARS,
  BIO_MAX_CHARS,
  CHOSEN_MAX,
  COMMENT_MAX_CHARS,
  CONVERSATION_MEMBERS_MAX as CONVERSATION_PEOPLE_MAX,
  CONVERSATION_NAME_MAX_CHARS,
  IDS_MAX,
  NAME_MAX_CHARS,
  NAME_MAX_CHARS as PEOPLE_QUERY_MAX_CHARS,
  PASSWORD_MAX_CHARS,
  PASSWORD_MIN_CHARS,
  POST_MAX_CHARS,
  SEARCH_MAX_CHARS,
  SEARCH_MIN_CHARS,
  TITLE_MAX_CHARS,
} from "../party/protocol/limits.ts";

/** No JSON body is larger; posts are the largest at 20,000 characters. */
export const BODY_MAX_BYTES = 128 * 1024;
export const PAGE_DEFAULT = 20;
export const PAGE_MAX = 100;
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
