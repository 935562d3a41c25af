/** What people do to conversations, and what rooms hand over. The functions guard, and tell the room. */
import { type SQL, sql } from "drizzle-orm";
import { type Statement, statement } from "../client/client.ts";
import type { ConversationPayload } from "../views/conversation-snapshot.view.ts";
import { uuidArray } from "./sql.ts";

/** All raise UNAUTHENTICATED, and NOT_FOUND for a conversation that the viewer is not in. */
const revocation = (call: SQL): Statement<{ view: null }> =>
  statement(sql`select null::jsonb as view from ${call}`);

/**
 * Opens the conversation with one other person (there is one for every two), or a group: with more people, or with a name.
 * Answered by selectOpenedConversation(). Raises VALIDATION_FAILED, NOT_FOUND, FORBIDDEN (the viewer blocked one of them), RATE_LIMITED.
 */
export const openConversation = (others: readonly string[], name: string | null): Statement<{ view: null }> =>
  revocation(sql`app.open_conversation(${uuidArray(others)}, ${name})`);

/** Null takes the name away. Raises FORBIDDEN unless the viewer is an admin, CONFLICT for a conversation of two. */
export const renameConversation = (id: string, name: string | null): Statement<{ view: null }> =>
  revocation(sql`app.rename_conversation(${id}, ${name})`);

/** Raises FORBIDDEN, NOT_FOUND (also for a person), CONFLICT (of two; full), VALIDATION_FAILED. */
export const addParticipants = (id: string, others: readonly string[]): Statement<{ view: null }> =>
  revocation(sql`app.add_participants(${id}, ${uuidArray(others)})`);

/** Oneself: leaves; a group whose last admin leaves goes to the one who has been in it longest. Raises FORBIDDEN, NOT_FOUND, CONFLICT (of two). */
export const removeParticipant = (id: string, userId: string): Statement<{ view: null }> =>
  revocation(sql`app.remove_participant(${id}, ${userId})`);

/** Raises FORBIDDEN, NOT_FOUND, and CONFLICT for the last admin, for who has not accepted, and for a conversation of two. */
export const setParticipantRole = (
  id: string,
  userId: string,
  role: "admin" | "member",
): Statement<{ view: null }> => revocation(sql`app.set_participant_role(${id}, ${userId}, ${role})`);

/** Raises CONFLICT for a no after a yes: that is leaving. */
export const answerRequest = (id: string, accepts: boolean): Statement<{ view: null }> =>
  revocation(sql`app.answer_request(${id}, ${accepts})`);

export const silenceConversation = (id: string, isMuted: boolean): Statement<{ view: null }> =>
  revocation(sql`app.silence_conversation(${id}, ${isMuted})`);

/** Postgres holds neither; one message with such a character would keep its whole room from being stored. */
const storable = (_: string, value: unknown): unknown =>
  typeof value === "string" ? value.toWellFormed().replaceAll("\0", "\uFFFD") : value;

/** As plaza_service: takes what a room has written down. Said twice or late, it changes nothing. */
export const storeConversation = (id: string, payload: ConversationPayload): Statement<never> =>
  statement(sql`select app.store_conversation(${id}, ${JSON.stringify(payload, storable)}::jsonb)`);
