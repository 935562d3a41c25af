/**
 * Limits that server and browser share, each written once. Imports nothing: a browser loads this file with its first page.
 * The server enforces them; the browser checks them to show an error without a round trip.
 */

/** Commands in any second that a browser sends on one socket; more wait in the browser (003-30). */
export const COMMANDS_PER_SECOND_CLIENT = 10;
/** Commands in any second that a room accepts from one socket; it refuses more with RATE_LIMITED (003-30). */
export const COMMANDS_PER_SECOND_SERVER_MAX = 20;

/** Ids in one request: a presence query or subscription, follow states, notifications to mark as read, people nearby. */
export const IDS_MAX = 200;
/** People that an account may choose to show its presence to; a trigger enforces it too. */
export const CHOSEN_MAX = 500;

/** The longest message, in UTF-16 code units. */
export const MESSAGE_MAX_CHARS = 4_000;
/** Messages to somebody who has not accepted the request yet. */
export const REQUEST_MESSAGES_MAX = 3;
/** Members of one conversation, its creator included. */
export const CONVERSATION_MEMBERS_MAX = 100;
export const CONVERSATION_NAME_MAX_CHARS = 80;
/** A typing signal expires after this long, by the room's clock and by each browser's own. */
export const TYPING_MS = 5_000;

export const POST_MAX_CHARS = 20_000;
export const TITLE_MAX_CHARS = 200;
export const COMMENT_MAX_CHARS = 5_000;

/** A display name, and a search text for one. */
export const NAME_MAX_CHARS = 60;
export const BIO_MAX_CHARS = 300;
export const PASSWORD_MIN_CHARS = 10;
export const PASSWORD_MAX_CHARS = 128;
/** The age of consent for data in most of Europe. */
export const AGE_MIN_YEARS = 16;

/** A search text for messages. */
export const SEARCH_MIN_CHARS = 2;
export const SEARCH_MAX_CHARS = 100;
