/** The limits of messages and groups. */
export {
  CONVERSATION_MEMBERS_MAX as GROUP_PEOPLE_MAX,
  CONVERSATION_NAME_MAX_CHARS as GROUP_NAME_MAX_CHARS,
  MESSAGE_MAX_CHARS,
  REQUEST_MESSAGES_MAX,
} from "../../../../../party/protocol/limits.ts";
