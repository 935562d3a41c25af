/**
 * What an account's room is told to do and tells nobody's device: sessions end, what one may see of another changes. Done
 * here at once, then passed on to the rooms the account has sockets in.
 */
import type { PartyEnv } from "../../env.ts";
import { type Control, controlSchema, explain, type OutboxRow } from "../../outbox/rows.ts";
import type { RoomTopic, SubscribableRoom } from "../../rpc.ts";
import { postRoom, subscribableRoom } from "../../stubs.ts";
import type { RecentChanges } from "../kit/recent-changes.ts";
import type { RoomSubscriptions } from "../kit/room-subscriptions.ts";
import type { KnownSessions } from "./known-sessions.ts";

interface OrdersHost {
  readonly env: PartyEnv;
  readonly watches: RoomSubscriptions;
  readonly changes: RecentChanges;
  readonly sessions: KnownSessions;
  userId(): string;
  now(): number;
  /** Closes the account's own sockets of a session. */
  closeSession(sessionId: string): void;
  report(where: string, error: unknown): void;
}

export class UserOrders {
  readonly #host: OrdersHost;

  constructor(host: OrdersHost) {
    this.#host = host;
  }

  /** What can be done without asking anybody. Null when there is nothing to pass on: a newer order was obeyed before. */
  obey(row: OutboxRow): Control | null {
    const { changes, closeSession, sessions } = this.#host;
    const parsed = controlSchema.safeParse({ type: row.type, data: row.data });
    if (!parsed.success) throw new Error(explain(parsed.error));
    const order = parsed.data;
    changes.trim();
    if (order.type === "session.revoked") {
      changes.endSession(order.data.sessionId);
      sessions.forget(order.data.sessionId);
      closeSession(order.data.sessionId);
      return order;
    }
    return changes.changeRelation({ ...order.data, order: row.id }) ? order : null;
  }

  /** @throws when a room could not be told; the others have been */
  async passOn(order: Control, rowId: string): Promise<void> {
    const { env, userId, watches } = this.#host;
    if (order.type === "session.revoked") {
      const { sessionId } = order.data;
      await this.#forEachRoom(watches.topicsOfSession(sessionId), (room) =>
        room.closeSession(userId(), sessionId),
      );
    } else {
      const change = { ...order.data, order: rowId };
      // Conversations are told by their own rows, which the same change writes.
      await this.#forEachRoom(watches.posts(), (_, postId) =>
        postRoom(env, postId).changeHiddenAuthor(userId(), change),
      );
    }
  }

  /**
   * Nobody tells of a session that runs out: its sockets are closed, and whoever used it meanwhile comes back. It is
   * forgotten when every room has heard; until then it opens nothing, and its rooms are told again.
   */
  async endExpiredSessions(): Promise<void> {
    const { closeSession, report, sessions } = this.#host;
    for (const sessionId of sessions.expired()) {
      closeSession(sessionId);
      try {
        await this.passOn({ type: "session.revoked", data: { sessionId } }, "");
        sessions.forgetExpired(sessionId);
      } catch (error) {
        report("endExpiredSessions", error);
      }
    }
  }

  /** Whether the account's sockets in these rooms are still there. */
  async checkWatches(topics: RoomTopic[]): Promise<void> {
    try {
      await this.#forEachRoom(topics, (room) => room.connectionsOf(this.#host.userId()));
    } catch (error) {
      this.#host.report("checkWatches", error);
    }
  }

  /** Calls rooms; each answers which sockets of this account it really has. */
  async #forEachRoom(
    topics: RoomTopic[],
    call: (room: SubscribableRoom, id: string) => string[] | Promise<string[]>,
  ): Promise<void> {
    const { env, watches } = this.#host;
    const told = await Promise.allSettled(
      topics.map(async (topic) => {
        const known = watches.connectionsOf(topic);
        const found = await call(subscribableRoom(env, topic), topic.slice(topic.indexOf(":") + 1));
        watches.settle(topic, known, found);
      }),
    );
    for (const each of told) if (each.status === "rejected") throw each.reason;
  }
}
