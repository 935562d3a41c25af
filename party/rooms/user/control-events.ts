/**
 * The control events of an account: a session ended, or what the account may see of another one changed. They are applied here
 * at once and passed on to the rooms in which the account has sockets; no device receives them.
 */
import type { PartyEnv } from "../../env.ts";
import { type ControlEvent, controlEventSchema, explain, type OutboxRow } from "../../outbox/rows.ts";
import type { RoomTopic, SubscribableRoom } from "../../rpc.ts";
import { postRoom, subscribableRoom } from "../../stubs.ts";
import type { RecentChanges } from "./recent-changes.ts";
import type { RoomSubscriptions } from "./room-subscriptions.ts";
import type { VerifiedSessions } from "./verified-sessions.ts";

interface ControlEventDeps {
  readonly env: PartyEnv;
  readonly subscriptions: RoomSubscriptions;
  readonly changes: RecentChanges;
  readonly sessions: VerifiedSessions;
  userId(): string;
  /** Closes the account's own sockets of a session. */
  closeSession(sessionId: string): void;
  report(where: string, error: unknown): void;
}

export class ControlEvents {
  readonly #deps: ControlEventDeps;

  constructor(deps: ControlEventDeps) {
    this.#deps = deps;
  }

  /**
   * Applies an event in this room. Null when there is nothing to pass on, because a newer event was applied before.
   * @throws when the row cannot be parsed
   */
  apply(row: OutboxRow): ControlEvent | null {
    const { changes, closeSession, sessions } = this.#deps;
    const parsed = controlEventSchema.safeParse({ type: row.type, data: row.data });
    if (!parsed.success) throw new Error(explain(parsed.error));
    const event = parsed.data;
    changes.trim();
    switch (event.type) {
      case "session.revoked":
        changes.endSession(event.data.sessionId);
        sessions.delete(event.data.sessionId);
        closeSession(event.data.sessionId);
        return event;
      case "relation.hidden":
        return changes.changeRelation({ ...event.data, order: row.id }) ? event : null;
      default:
        return event satisfies never;
    }
  }

  /** @throws when a room could not be reached; the others have received the event */
  async passOn(event: ControlEvent, rowId: string): Promise<void> {
    const { env, subscriptions, userId } = this.#deps;
    switch (event.type) {
      case "session.revoked": {
        const { sessionId } = event.data;
        await this.#callRooms(subscriptions.topicsOfSession(sessionId), (room) =>
          room.closeSession(userId(), sessionId),
        );
        return;
      }
      case "relation.hidden": {
        const change = { ...event.data, order: rowId };
        // Conversations receive rows of their own, which the same transaction writes.
        await this.#callRooms(subscriptions.posts(), (_, postId) =>
          postRoom(env, postId).changeHiddenAuthor(userId(), change),
        );
        return;
      }
      default:
        event satisfies never;
    }
  }

  /**
   * Closes the sockets of expired sessions: no event announces an expiry. A session is deleted when every room has answered;
   * until then it is no longer trusted, and its rooms are called again.
   */
  async endExpiredSessions(): Promise<void> {
    const { closeSession, report, sessions } = this.#deps;
    for (const sessionId of sessions.expired()) {
      closeSession(sessionId);
      try {
        await this.passOn({ type: "session.revoked", data: { sessionId } }, "");
        sessions.deleteExpired(sessionId);
      } catch (error) {
        report("endExpiredSessions", error);
      }
    }
  }

  /** Asks these rooms which sockets of the account are open, and removes the subscriptions of the others. */
  async verifySubscriptions(topics: RoomTopic[]): Promise<void> {
    try {
      await this.#callRooms(topics, (room) => room.connectionsOf(this.#deps.userId()));
    } catch (error) {
      this.#deps.report("verifySubscriptions", error);
    }
  }

  /** Calls rooms; each answers which sockets of this account are open there. */
  async #callRooms(
    topics: RoomTopic[],
    call: (room: SubscribableRoom, id: string) => string[] | Promise<string[]>,
  ): Promise<void> {
    const { env, subscriptions } = this.#deps;
    const outcomes = await Promise.allSettled(
      topics.map(async (topic) => {
        const known = subscriptions.connectionsOf(topic);
        const found = await call(subscribableRoom(env, topic), topic.slice(topic.indexOf(":") + 1));
        subscriptions.settle(topic, known, found);
      }),
    );
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  }
}
