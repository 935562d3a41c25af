/**
 * UserRoom, one per account (its name is the user's id): every device's socket, the account's numbered event log, and
 * the list of rooms the account has sockets in. It writes no domain data; Postgres is the truth, this is who hears of it.
 */

import type { Connection, ConnectionContext } from "partyserver";
import { selectConversationSummaries } from "../../../db/reads/conversations.reads.ts";
import { readAccountVisitor } from "../../gateway/visitor.ts";
import type { ConversationSummary } from "../../outbox/conversation-snapshot.ts";
import { type Control, explain, type FailedRow, isControlType, type OutboxRow } from "../../outbox/rows.ts";
import type { Command, CommandSchema } from "../../protocol/commands.ts";
import type { Envelope } from "../../protocol/envelope.ts";
import { type Position, positionOf } from "../../protocol/position.ts";
import { type UserCommand, userCommandSchema } from "../../protocol/user-commands.ts";
import { type UserEvent, userEventSchema } from "../../protocol/user-events.ts";
import { closeCodes } from "../../protocol/wire.ts";
import type {
  EventInEnvelope,
  MemberStates,
  MemberStateUpdate,
  PollAnswer,
  PresenceUpdate,
  RoomTopic,
  SharedCell,
  SubscribeAnswer,
  TypingUpdate,
  UserRoomRpc,
} from "../../rpc.ts";
import { LiveRoom } from "../kit/live-room.ts";
import { RecentChanges } from "../kit/recent-changes.ts";
import { RoomSubscriptions, SUBSCRIPTIONS_MAX } from "../kit/room-subscriptions.ts";
import { collapseOf } from "./collapse.ts";
import { KnownSessions } from "./known-sessions.ts";
import { NearbyShare } from "./nearby-share.ts";
import { PresenceHere } from "./presence-here.ts";
import type { PresenceHost, TabState } from "./presence-host.ts";
import { PresenceWatching } from "./presence-watching.ts";
import { UserChats } from "./user-chats.ts";
import { UserOrders } from "./user-orders.ts";

/** Devices and tabs of one account at a time. */
export const SOCKETS_MAX = 64;

const sessionTag = (sessionId: string) => `session:${sessionId}`;

export class UserRoom extends LiveRoom<UserCommand> implements UserRoomRpc {
  /** Waits in memory; a test does not wait. */
  later = (ms: number, work: () => void): (() => void) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  };
  readonly #watches = new RoomSubscriptions(this.context.sql, this.context);
  readonly #changes = new RecentChanges(this.context.sql, this.context);
  readonly #sessions = new KnownSessions(this.context.sql, this.context);
  readonly #orders = new UserOrders({
    env: this.env,
    watches: this.#watches,
    changes: this.#changes,
    sessions: this.#sessions,
    userId: () => this.name,
    now: this.context.now,
    closeSession: (sessionId) => this.#closeSession(sessionId),
    report: (where, error) => this.context.report(where, error),
  });
  readonly #expirySchedule = this.context.scheduler.derivedJob(
    "end-expired-sessions",
    () => this.#orders.endExpiredSessions(),
    () => this.#sessions.nextEndAt,
  );
  readonly #chats = new UserChats({
    env: this.env,
    sql: this.context.sql,
    deps: this.context,
    log: this.log,
    userId: () => this.name,
    load: () => this.loadChats(),
    topics: () => this.#watches.topics(),
    sockets: () => [...this.getConnections()],
    send: (connection, text) => this.context.send(connection, text),
    keepHeartbeat: () => this.keepHeartbeat(),
    report: (where, error) => this.context.report(where, error),
  });
  readonly #host: PresenceHost = {
    env: this.env,
    kv: this.ctx.storage.kv,
    jobs: {
      announce: this.context.scheduler.durableJob("announce", () => this.#here.tell()),
      ask: this.context.scheduler.durableJob("ask", () => this.#watching.askAgain()),
    },
    userId: () => this.name,
    now: this.context.now,
    sockets: () => [...this.getConnections<TabState>()],
    aliveAt: (connection) => this.#aliveAt(connection),
    send: (connection, text) => this.context.send(connection, text),
    later: (ms, work) => this.later(ms, work),
    background: (work) => this.ctx.waitUntil(work),
    report: (where, error) => this.context.report(where, error),
  };
  readonly #here = new PresenceHere(this.#host);
  readonly #watching = new PresenceWatching(this.context.sql, this.#host);
  readonly #nearby = new NearbyShare(this.#host);

  override async onStart(): Promise<void> {
    await super.onStart();
    this.#watching.started();
    this.#here.recount();
  }

  override getConnectionTags(_connection: Connection, { request }: ConnectionContext): string[] {
    const visitor = readAccountVisitor(request.headers);
    return visitor ? [sessionTag(visitor.sessionId)] : [];
  }

  override onConnect(connection: Connection, { request }: ConnectionContext): void {
    const visitor = readAccountVisitor(request.headers);
    if (visitor?.userId !== this.name) {
      connection.close(closeCodes.forbidden, "not your room");
    } else if (this.#changes.isEnded(visitor.sessionId)) {
      connection.close(closeCodes.sessionEnded, "session ended");
    } else if ([...this.getConnections()].length > SOCKETS_MAX) {
      connection.close(closeCodes.tryAgainLater, "too many sockets");
    } else {
      connection.setState({ connectedAt: this.clock.now(), set: null } satisfies TabState);
      this.greet(connection, positionOf(new URL(request.url).searchParams));
      this.#here.connected();
      if ([...this.getConnections()].length > 1) this.ctx.waitUntil(this.#chats.hurry());
    }
  }

  /** The account's conversations as Postgres has them; a test puts its own. */
  loadChats = async (): Promise<ConversationSummary[]> => {
    const [rows] = await this.context.database.asService([selectConversationSummaries(this.name)]);
    return rows.map(({ summary }) => summary);
  };

  protected override get commands() {
    return userCommandSchema as unknown as CommandSchema<UserCommand>;
  }

  protected override onCommand(
    connection: Connection<TabState>,
    command: Exclude<UserCommand, Command>,
  ): void {
    switch (command.type) {
      case "presence.watch":
        this.#watching.watch(connection, command.ids);
        break;
      case "receipt.delivered":
        this.ctx.waitUntil(this.#chats.passReceipt(command.conversationId, command.seq));
        break;
      default:
        command satisfies never;
    }
  }

  override onClose(connection: Connection<TabState>): void {
    void super.onClose(connection);
    this.#watching.closed(connection);
    this.#here.recount(connection.id);
  }

  /** Takes outbox rows of this account: writes them down, then tells every device. Safe to repeat. */
  async deliver(rows: OutboxRow[]): Promise<{ failed: FailedRow[] }> {
    await this.started();
    const failed: FailedRow[] = [];
    const fresh: Envelope[] = [];
    const orders: { row: OutboxRow; order: Control }[] = [];
    for (const row of rows) {
      try {
        if (isControlType(row.type)) {
          const order = this.#orders.obey(row);
          if (order) orders.push({ row, order });
        } else {
          fresh.push(...this.#write(row));
        }
      } catch (error) {
        failed.push({ id: row.id, error: error instanceof Error ? error.message : String(error) });
      }
    }
    if (fresh.length > 0) this.keepHeartbeat();
    for (const envelope of fresh) {
      const text = JSON.stringify(envelope);
      for (const connection of this.getConnections()) this.context.send(connection, text);
    }
    await Promise.all(
      orders.map(async ({ row, order }) => {
        try {
          await this.#orders.passOn(order, row.id);
        } catch (error) {
          failed.push({ id: row.id, error: `watched rooms: ${String(error)}` });
        }
      }),
    );
    return { failed };
  }

  /** The log for readers without a socket: what came after `position`, or that all must be read again. */
  eventsAfter(position: Position | null): PollAnswer<UserEvent> {
    this.#chats.polled();
    const missed = this.log.since(position);
    const { epoch, seq } = missed;
    if (missed.kind === "resync") return { epoch, seq, resync: true };
    // Nothing but parsed events of this union is ever appended to this log.
    return {
      epoch,
      seq,
      events: missed.kind === "gap" ? (missed.events as EventInEnvelope<UserEvent>[]) : [],
    };
  }

  /**
   * A room asks before it lets a socket of this account in, and is told what changed a moment ago. `gone`: sockets of this
   * account there that have closed.
   */
  subscribe(topic: RoomTopic, connectionId: string, sessionId: string, gone: string[] = []): SubscribeAnswer {
    this.unsubscribe(topic, gone);
    if (this.#changes.isEnded(sessionId)) {
      return { isAllowed: false, code: closeCodes.sessionEnded, reason: "session ended" };
    }
    const isFull = this.#watches.count >= SUBSCRIPTIONS_MAX;
    const doubtful = isFull ? this.#watches.topics() : this.#watches.doubtful();
    if (doubtful.length > 0) this.ctx.waitUntil(this.#orders.checkWatches(doubtful));
    if (isFull) return { isAllowed: false, code: closeCodes.tryAgainLater, reason: "too many open rooms" };
    this.#watches.add(topic, connectionId, sessionId);
    return { isAllowed: true, newlyHidden: this.#changes.newlyHidden() };
  }

  /** These sockets are gone. */
  unsubscribe(topic: RoomTopic, connectionIds: string[]): void {
    for (const connectionId of connectionIds) this.#watches.remove(topic, connectionId);
  }

  /** The rooms this account has sockets in. */
  subscribedTopics(): RoomTopic[] {
    return this.#watches.topics();
  }

  /** The session of the token with this SHA-256 digest, or null when only Postgres can tell. */
  async findVerifiedSession(tokenHash: string): Promise<string | null> {
    await this.started();
    const sessionId = this.#sessions.recognise(tokenHash);
    if (sessionId === null) this.deleteStorageIfUnused();
    return sessionId;
  }

  /** Postgres has proved this session; it ends by itself at `expiresAt` (milliseconds since 1970). */
  async storeVerifiedSession(tokenHash: string, sessionId: string, expiresAt: number): Promise<void> {
    await this.started();
    // It may have been ended since it was proved: that is known here and counts more.
    if (this.#changes.isEnded(sessionId)) return;
    this.#sessions.remember(tokenHash, sessionId, expiresAt);
    this.#expirySchedule.changed();
  }

  /** A conversation's room says how it stands for this person. Safe to repeat, in any order. */
  async updateMemberState(touch: MemberStateUpdate): Promise<{ pages: number }> {
    await this.started();
    return await this.#chats.hear(touch);
  }

  /** Somebody types in a conversation of this account, or stopped. */
  publishTyping(typed: TypingUpdate): { isDelivered: boolean } {
    return this.#chats.publishTyping(typed);
  }

  /** The totals, and of these conversations what is newer than Postgres. */
  async memberStates(ids: string[]): Promise<MemberStates> {
    await this.started();
    return await this.#chats.numbers(ids);
  }

  /** A shard of presence says how people are now that tabs here watch. Answers whom of them nobody here does. */
  async updatePresence(states: PresenceUpdate): Promise<string[]> {
    await this.started();
    return this.#watching.hear(states);
  }

  /** When this person left (milliseconds since 1970); null while they are here. */
  async ownPresence(): Promise<{ leftAt: number | null }> {
    await this.started();
    return { leftAt: this.#here.leftAt() };
  }

  /** Shares being in this cell for a while, in the place of another; null shares none. */
  async shareNearbyCell(cell: string | null): Promise<SharedCell | null> {
    await this.started();
    return await this.#nearby.move(cell);
  }

  /** The cell this account shares being in, if any. */
  async sharedNearbyCell(): Promise<SharedCell | null> {
    await this.started();
    return this.#nearby.shared;
  }

  /** Somebody near the cell that this account shares came or went, whom it may know of. */
  async publishNearbyChanged(): Promise<void> {
    await this.started();
    this.#nearby.hear();
  }

  #aliveAt(connection: Connection<TabState>): number {
    const pingedAt = this.ctx.getWebSocketAutoResponseTimestamp(connection)?.getTime() ?? 0;
    return Math.max(pingedAt, connection.state?.connectedAt ?? 0);
  }

  protected override idleMs(): number {
    return this.log.idleMs;
  }

  protected override trim(): void {
    super.trim();
    this.#changes.trim();
  }

  #write(row: OutboxRow): Envelope[] {
    const parsed = userEventSchema.safeParse({ type: row.type, data: row.data });
    if (!parsed.success) throw new Error(explain(parsed.error));
    const { type, data } = parsed.data;
    const envelope = this.log.append({
      id: row.id,
      type,
      at: row.createdAt,
      data,
      collapse: collapseOf(parsed.data, row.id),
    });
    return envelope ? [envelope] : [];
  }

  #closeSession(sessionId: string): void {
    this.closeTagged(sessionTag(sessionId), closeCodes.sessionEnded, "session ended");
    this.#here.recount();
  }
}
