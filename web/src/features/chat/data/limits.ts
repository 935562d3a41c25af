/** Limits that the server enforces as well (party/protocol, party/rooms/conversation and workers/limits.ts). */
export const MESSAGE_MAX_CHARS = 4_000;
export const GROUP_NAME_MAX_CHARS = 80;
/** Members of a group, its creator included. */
export const GROUP_PEOPLE_MAX = 100;
/** Messages to somebody who has not accepted the message request. */
export const REQUEST_MESSAGES_MAX = 3;
