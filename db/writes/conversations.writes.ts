/**
 * Commands on conversations, and batches from rooms. The SQL functions check permissions and publish to the
 * room.
 */
import { type SQL, sql } from "drizzle-orm";
import { type Statement, statement } from "../client/client.ts";
import type { ConversationPayload } from "../views/conversation-snapshot.view.ts";
import { uuidArray } from "./sql.ts";

/**
 * All commands raise UNAUTHENTICATED, and NOT_FOUND for a conversation of which the viewer is not a member.
 */
const command = (call: SQL): Statement<{ view: null }> =>
  statement(sql`select null::jsonb as view from ${call}`);

/**
 * Opens the direct conversation with one other account (there is one for every two), or a group: more
 * accounts, or a name. selectOpenedConversation() returns the response. Raises VALIDATION_FAILED, NOT_FOUND,
 * FORBIDDEN (the viewer blocked one of them), RATE_LIMITED.
 */
export const openConversation = (others: readonly string[], name: string | null): Statement<{ view: null }> =>
  command(sql`app.open_conversation(${uuidArray(others)}, ${name})`);

/**
 * Null removes the name. Raises FORBIDDEN unless the viewer is an admin, CONFLICT for a direct conversation.
 */
export const renameConversation = (id: string, name: string | null): Statement<{ view: null }> =>
  command(sql`app.rename_conversation(${id}, ${name})`);

/**
 * Raises FORBIDDEN, NOT_FOUND (also for an account), CONFLICT (direct conversation, group full),
 * VALIDATION_FAILED.
 */
export const addMembers = (id: string, others: readonly string[]): Statement<{ view: null }> =>
  command(sql`app.add_participants(${id}, ${uuidArray(others)})`);

/**
 * The viewer's own id: leaves. When the last admin of a group leaves, the member who joined first becomes
 * admin. Raises FORBIDDEN, NOT_FOUND, CONFLICT (direct conversation).
 */
export const removeMember = (id: string, userId: string): Statement<{ view: null }> =>
  command(sql`app.remove_participant(${id}, ${userId})`);

/**
 * Raises FORBIDDEN, NOT_FOUND, and CONFLICT for the last admin, a member who has not accepted, a direct
 * conversation.
 */
export const setMemberRole = (
  id: string,
  userId: string,
  role: "admin" | "member",
): Statement<{ view: null }> => command(sql`app.set_participant_role(${id}, ${userId}, ${role})`);

/** Raises CONFLICT for declining a conversation that was accepted; the viewer can only leave it. */
export const answerRequest = (id: string, accepts: boolean): Statement<{ view: null }> =>
  command(sql`app.answer_request(${id}, ${accepts})`);

export const muteConversation = (id: string, isMuted: boolean): Statement<{ view: null }> =>
  command(sql`app.silence_conversation(${id}, ${isMuted})`);

/**
 * Replaces NUL and lone surrogates, which Postgres rejects: one such message would fail the whole batch of
 * its room.
 */
const storable = (_: string, value: unknown): unknown =>
  typeof value === "string" ? value.toWellFormed().replaceAll("\0", "\uFFFD") : value;

/** As plaza_service: stores a batch of a room. Idempotent: a repeated or delayed batch changes nothing. */
export const storeConversation = (id: string, payload: ConversationPayload): Statement<never> =>
  statement(sql`select app.store_conversation(${id}, ${JSON.stringify(payload, storable)}::jsonb)`);
