/**
 * Limits that server and browser share. The server enforces them; the browser checks them to show an error without a round trip.
 * Imports nothing, because browsers load this file with the first page.
 */

/** Commands per second that a browser sends on one socket. Further commands wait in the browser (003-30). */
export const COMMANDS_PER_SECOND_CLIENT = 10;
/** Commands per second that a room accepts from one socket. It refuses further ones with RATE_LIMITED (003-30). */
export const COMMANDS_PER_SECOND_SERVER_MAX = 20;

/** Ids in one request: a presence query or subscription, follow states, notifications to mark as read, people nearby. */
export const IDS_MAX = 200;
/** People that an account may choose to show its presence to; a trigger enforces it too. */
export const CHOSEN_MAX = 500;

/** The longest message, in UTF-16 code units. */
export const MESSAGE_MAX_CHARS = 4_000;
/** Messages in a direct conversation whose request has not been accepted yet. */
export const REQUEST_MESSAGES_MAX = 3;
/** Members of one conversation, its creator included. */
export const CONVERSATION_MEMBERS_MAX = 100;
export const CONVERSATION_NAME_MAX_CHARS = 80;
/** A typing signal expires after this long, both in the room and in each browser. */
export const TYPING_MS = 5_000;

export const POST_MAX_CHARS = 20_000;
export const TITLE_MAX_CHARS = 200;
export const COMMENT_MAX_CHARS = 5_000;

/** A display name, and a query that searches for one. */
export const NAME_MAX_CHARS = 60;
export const BIO_MAX_CHARS = 300;
/** Of a suspension. A check of the table audit_log has the same limit. */
export const SUSPENSION_REASON_MAX_CHARS = 500;
export const PASSWORD_MIN_CHARS = 10;
export const PASSWORD_MAX_CHARS = 128;
/** The age from which people in most of Europe may consent to the processing of their data. */
export const AGE_MIN_YEARS = 16;

/** A query that searches for messages. */
export const SEARCH_MIN_CHARS = 2;
export const SEARCH_MAX_CHARS = 100;
