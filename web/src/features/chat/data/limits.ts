/** The bounds of what people write here; the server holds the same (party/protocol/conversation-commands.ts, party/rooms/conversation/conversation-core.ts, workers/limits.ts). */
export const MESSAGE_MAX_CHARS = 4_000;
export const GROUP_NAME_MAX_CHARS = 80;
/** People in a group, its maker included. */
export const GROUP_PEOPLE_MAX = 100;
/** Messages to somebody who has not accepted. */
export const REQUEST_MESSAGES_MAX = 3;
