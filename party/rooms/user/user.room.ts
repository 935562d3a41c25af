/**
 * UserRoom, one per account (its name is the user's id): the sockets of every device, the account's numbered event log, its
 * presence, and the rooms in which it has sockets. It writes no domain data: Postgres has it, this room publishes changes.
 */
import type { Connection, ConnectionContext } from "partyserver";
import { selectConversationSummaries } from "../../../db/reads/conversations.reads.ts";
import { readAccountVisitor } from "../../gateway/visitor.ts";
import type { ConversationSummary } from "../../outbox/conversation-snapshot.ts";
import {
  type ControlEvent,
  explain,
  type FailedRow,
  isControlType,
  type OutboxRow,
} from "../../outbox/rows.ts";
import { readStoredPresence } from "../../presence-query.ts";
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
  ShareAnswer,
  SharedCell,
  SubscribeAnswer,
  TypingUpdate,
  UserRoomRpc,
} from "../../rpc.ts";
import { LiveRoom } from "../kit/live-room.ts";
import { AccountConversations } from "./account-conversations.ts";
import { collapseOf } from "./collapse.ts";
import { ControlEvents } from "./control-events.ts";
import { NearbyShare } from "./nearby-share.ts";
import { OwnPresence } from "./own-presence.ts";
import type { PresenceContext, TabState } from "./presence-context.ts";
import { PresenceSubscriptions } from "./presence-subscriptions.ts";
import { RecentChanges } from "./recent-changes.ts";
import { RoomSubscriptions, SUBSCRIPTIONS_MAX } from "./room-subscriptions.ts";
import { VerifiedSessions } from "./verified-sessions.ts";

/** Devices and tabs of one account at a time. */
export const SOCKETS_MAX = 64;

const sessionTag = (sessionId: string) => `session:${sessionId}`;

export class UserRoom extends LiveRoom<UserCommand> implements UserRoomRpc {
  /** A timer in memory; the answer cancels it. Tests replace it. */
  later = (ms: number, work: () => void): (() => void) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  };
  /** The account's conversations as Postgres has them. Tests replace it. */
  loadConversations = async (): Promise<ConversationSummary[]> => {
    const [rows] = await this.context.database.asService([selectConversationSummaries(this.name)]);
    return rows.map(({ summary }) => summary);
  };
  readonly #subscriptions = new RoomSubscriptions(this.context.sql, this.context);
  readonly #changes = new RecentChanges(this.context.sql, this.context);
  readonly #sessions = new VerifiedSessions(this.context.sql, this.context);
  readonly #controlEvents = new ControlEvents({
    env: this.env,
    subscriptions: this.#subscriptions,
    changes: this.#changes,
    sessions: this.#sessions,
    userId: () => this.name,
    closeSession: (sessionId) => this.#closeSession(sessionId),
    report: this.context.report,
  });
  readonly #expiryJob = this.context.scheduler.derivedJob(
    "end-expired-sessions",
    () => this.#controlEvents.endExpiredSessions(),
    () => this.#sessions.nextExpiryAt,
  );
  readonly #conversations = new AccountConversations({
    context: this.context,
    log: this.log,
    load: () => this.loadConversations(),
    topics: () => this.#subscriptions.topics(),
    sockets: () => [...this.getConnections()],
    keepHeartbeat: () => this.keepHeartbeat(),
  });
  readonly #presenceContext: PresenceContext = {
    env: this.env,
    kv: this.context.kv,
    jobs: {
      announce: this.context.scheduler.durableJob("announce", () => this.#ownPresence.report()),
      resubscribe: this.context.scheduler.durableJob("resubscribe", () => this.#presence.resubscribe()),
    },
    userId: () => this.name,
    now: this.context.now,
    sockets: () => [...this.getConnections<TabState>()],
    aliveAt: (connection) => this.#aliveAt(connection),
    send: this.context.send,
    readStored: (userIds) => readStoredPresence(this.context.database, this.name, userIds),
    later: (ms, work) => this.later(ms, work),
    background: this.context.background,
    report: this.context.report,
  };
  readonly #ownPresence = new OwnPresence(this.#presenceContext);
  readonly #presence = new PresenceSubscriptions(this.context.sql, this.#presenceContext);
  readonly #nearby = new NearbyShare(this.#presenceContext);

  override async onStart(): Promise<void> {
    await super.onStart();
    this.#presence.onStart();
    this.#ownPresence.onDisconnect();
  }

  override getConnectionTags(_connection: Connection, { request }: ConnectionContext): string[] {
    const visitor = readAccountVisitor(request.headers);
    return visitor ? [sessionTag(visitor.sessionId)] : [];
  }

  override onConnect(connection: Connection, { request }: ConnectionContext): void {
    const visitor = readAccountVisitor(request.headers);
    const sockets = [...this.getConnections()].length;
    if (visitor?.userId !== this.name) {
      connection.close(closeCodes.forbidden, "not your room");
    } else if (this.#changes.isEnded(visitor.sessionId)) {
      connection.close(closeCodes.sessionEnded, "session ended");
    } else if (sockets > SOCKETS_MAX) {
      connection.close(closeCodes.tryAgainLater, "too many sockets");
    } else {
      connection.setState({ connectedAt: this.clock.now(), set: null } satisfies TabState);
      this.greet(connection, positionOf(new URL(request.url).searchParams));
      this.#ownPresence.onConnect();
      this.context.background(this.#conversations.flushOpenConversations());
    }
  }

  protected override get commands() {
    return userCommandSchema as unknown as CommandSchema<UserCommand>;
  }

  protected override onCommand(
    connection: Connection<TabState>,
    command: Exclude<UserCommand, Command>,
  ): void {
    switch (command.type) {
      case "presence.watch":
        this.#presence.replaceSet(connection, command.ids);
        break;
      case "receipt.delivered":
        this.context.background(this.#conversations.passReceipt(command.conversationId, command.seq));
        break;
      default:
        command satisfies never;
    }
  }

  async deliver(rows: OutboxRow[]): Promise<{ failed: FailedRow[] }> {
    await this.started();
    const failed: FailedRow[] = [];
    const appended: Envelope[] = [];
    const control: { rowId: string; event: ControlEvent }[] = [];
    for (const row of rows) {
      try {
        if (isControlType(row.type)) {
          const event = this.#controlEvents.apply(row);
          if (event) control.push({ rowId: row.id, event });
        } else {
          const envelope = this.#append(row);
          if (envelope) appended.push(envelope);
        }
      } catch (error) {
        failed.push({ id: row.id, error: error instanceof Error ? error.message : String(error) });
      }
    }
    if (appended.length > 0) this.#broadcast(appended);
    await Promise.all(
      control.map(async ({ rowId, event }) => {
        try {
          await this.#controlEvents.passOn(event, rowId);
        } catch (error) {
          failed.push({ id: rowId, error: `subscribed rooms: ${String(error)}` });
        }
      }),
    );
    return { failed };
  }

  eventsAfter(position: Position | null): PollAnswer<UserEvent> {
    this.#conversations.onPoll();
    const missed = this.log.since(position);
    const { epoch, seq } = missed;
    if (missed.kind === "resync") return { epoch, seq, resync: true };
    // Only parsed events of this union are appended to this log.
    const events = missed.kind === "gap" ? (missed.events as EventInEnvelope<UserEvent>[]) : [];
    return { epoch, seq, events };
  }

  subscribe(
    topic: RoomTopic,
    connectionId: string,
    sessionId: string,
    closedIds: string[] = [],
  ): SubscribeAnswer {
    this.unsubscribe(topic, closedIds);
    if (this.#changes.isEnded(sessionId)) {
      return { isAllowed: false, code: closeCodes.sessionEnded, reason: "session ended" };
    }
    const isFull = this.#subscriptions.count >= SUBSCRIPTIONS_MAX;
    const unverified = isFull ? this.#subscriptions.topics() : this.#subscriptions.doubtful();
    if (unverified.length > 0) this.context.background(this.#controlEvents.verifySubscriptions(unverified));
    if (isFull) return { isAllowed: false, code: closeCodes.tryAgainLater, reason: "too many open rooms" };
    this.#subscriptions.add(topic, connectionId, sessionId);
    return { isAllowed: true, newlyHidden: this.#changes.newlyHidden() };
  }

  unsubscribe(topic: RoomTopic, connectionIds: string[]): void {
    for (const connectionId of connectionIds) this.#subscriptions.remove(topic, connectionId);
  }

  subscribedTopics(): RoomTopic[] {
    return this.#subscriptions.topics();
  }

  async findVerifiedSession(tokenHash: string): Promise<string | null> {
    await this.started();
    const sessionId = this.#sessions.find(tokenHash);
    if (sessionId === null) this.deleteStorageIfUnused();
    return sessionId;
  }

  async storeVerifiedSession(tokenHash: string, sessionId: string, expiresAt: number): Promise<void> {
    await this.started();
    // It may have ended after Postgres verified it; the event of that has reached this room.
    if (this.#changes.isEnded(sessionId)) return;
    this.#sessions.store(tokenHash, sessionId, expiresAt);
    this.#expiryJob.reschedule();
  }

  async updateMemberState(update: MemberStateUpdate): Promise<{ pages: number }> {
    await this.started();
    return await this.#conversations.update(update);
  }

  publishTyping(typing: TypingUpdate): { isDelivered: boolean } {
    return this.#conversations.publishTyping(typing);
  }

  async memberStates(conversationIds: string[]): Promise<MemberStates> {
    await this.started();
    return await this.#conversations.read(conversationIds);
  }

  async updatePresence(update: PresenceUpdate): Promise<string[]> {
    await this.started();
    return this.#presence.onUpdate(update);
  }

  async ownPresence(): Promise<{ leftAt: number | null }> {
    await this.started();
    return { leftAt: this.#ownPresence.leftAt() };
  }

  async shareNearbyCell(cell: string | null): Promise<ShareAnswer> {
    await this.started();
    return await this.#nearby.share(cell);
  }

  async sharedNearbyCell(): Promise<SharedCell | null> {
    await this.started();
    return this.#nearby.shared;
  }

  async publishNearbyChanged(): Promise<void> {
    await this.started();
    this.#nearby.publishChanged();
  }

  override onClose(connection: Connection<TabState>): void {
    void super.onClose(connection);
    this.#presence.onClose(connection);
    this.#ownPresence.onDisconnect(connection.id);
  }

  protected override idleMs(): number {
    return this.log.idleMs;
  }

  protected override trim(): void {
    super.trim();
    this.#changes.trim();
  }

  /** Null when the row was appended before, or a newer event replaces it. */
  #append({ id, type, data, createdAt }: OutboxRow): Envelope | null {
    const parsed = userEventSchema.safeParse({ type, data });
    if (!parsed.success) throw new Error(explain(parsed.error));
    return this.log.append({
      id,
      type: parsed.data.type,
      at: createdAt,
      data: parsed.data.data,
      collapse: collapseOf(parsed.data, id),
    });
  }

  #broadcast(envelopes: readonly Envelope[]): void {
    this.keepHeartbeat();
    const texts = envelopes.map((envelope) => JSON.stringify(envelope));
    for (const connection of this.getConnections())
      for (const text of texts) this.context.send(connection, text);
  }

  #aliveAt(connection: Connection<TabState>): number {
    const pingedAt = this.ctx.getWebSocketAutoResponseTimestamp(connection)?.getTime() ?? 0;
    return Math.max(pingedAt, connection.state?.connectedAt ?? 0);
  }

  #closeSession(sessionId: string): void {
    this.closeTagged(sessionTag(sessionId), closeCodes.sessionEnded, "session ended");
    this.#ownPresence.onDisconnect();
  }
}
