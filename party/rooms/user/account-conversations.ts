/**
 * What a UserRoom does for the account's conversations: it stores and publishes the account's state in them, publishes typing,
 * passes delivery receipts on, and requests pending states when a further page opens.
 */
import type { Connection } from "partyserver";
import type { ConversationSummary } from "../../outbox/conversation-snapshot.ts";
import type { Signal } from "../../protocol/signals.ts";
import { PROTOCOL_VERSION } from "../../protocol/wire.ts";
import type { MemberStates, MemberStateUpdate, RoomTopic, TypingUpdate } from "../../rpc.ts";
import { conversationRoom } from "../../stubs.ts";
import type { EventLog } from "../kit/event-log.ts";
import type { RoomContext } from "../kit/room-context.ts";
import { MemberStateStore } from "./member-state-store.ts";

/** A page that polled no longer ago than this counts as open. */
const POLLED_RECENTLY_MS = 60_000;

interface ConversationsDeps {
  readonly context: RoomContext;
  readonly log: EventLog;
  /** The account's conversations as Postgres has them. */
  load(): Promise<ConversationSummary[]>;
  /** The rooms in which the account has sockets. */
  topics(): RoomTopic[];
  sockets(): Connection[];
  keepHeartbeat(): void;
}

export class AccountConversations {
  readonly #deps: ConversationsDeps;
  readonly #states: MemberStateStore;
  #polledAt = 0;

  constructor(deps: ConversationsDeps) {
    this.#deps = deps;
    const { sql, now, newId } = deps.context;
    this.#states = new MemberStateStore(sql, { now, newId, load: () => deps.load() });
  }

  /** Stores and publishes an update. Answers the number of open pages. */
  async update(update: MemberStateUpdate): Promise<{ pages: number }> {
    const { log, keepHeartbeat } = this.#deps;
    const text = await this.#states.update(update, log, this.#pages() > 0);
    if (text !== null) {
      keepHeartbeat();
      this.#broadcast(text);
    }
    return { pages: this.#pages() };
  }

  /** Answers whether a device was connected. */
  publishTyping(typing: TypingUpdate): { isDelivered: boolean } {
    const at = new Date(this.#deps.context.now()).toISOString();
    const signal: Signal = { v: PROTOCOL_VERSION, type: "conversation.typing", at, data: typing };
    return { isDelivered: this.#broadcast(JSON.stringify(signal)) > 0 };
  }

  async read(conversationIds: string[]): Promise<MemberStates> {
    return await this.#states.read(conversationIds);
  }

  /** A page without a socket has polled. */
  onPoll(): void {
    const { context } = this.#deps;
    const isFurtherPage = !this.#isPolling;
    this.#polledAt = context.now();
    if (isFurtherPage) context.background(this.flushOpenConversations());
  }

  /** Messages up to this seq have arrived on a device of this account. Never throws. */
  async passReceipt(conversationId: string, seq: number): Promise<void> {
    if (!this.#states.has(conversationId)) return;
    const { name, env, report } = this.#deps.context;
    try {
      await conversationRoom(env, conversationId).delivered(name, seq);
    } catch (error) {
      // The receipt of the next message covers this one.
      report("passReceipt", error);
    }
  }

  /**
   * To be called when a page has opened: conversations in which the account has sockets delay their updates while the account has
   * no other page, and are asked to send them now. Never throws.
   */
  async flushOpenConversations(): Promise<void> {
    const { name, env, report } = this.#deps.context;
    const ids = this.#deps
      .topics()
      .flatMap((topic) => (topic.startsWith("conversation:") ? topic.slice(topic.indexOf(":") + 1) : []));
    const outcomes = await Promise.allSettled(
      ids.map((id) => conversationRoom(env, id).flushMemberState(name)),
    );
    for (const outcome of outcomes)
      if (outcome.status === "rejected") report("flushOpenConversations", outcome.reason);
  }

  /** Open pages of this account: its sockets, and one that polls. */
  #pages(): number {
    return this.#deps.sockets().length + (this.#isPolling ? 1 : 0);
  }

  get #isPolling(): boolean {
    return this.#deps.context.now() - this.#polledAt < POLLED_RECENTLY_MS;
  }

  /** Returns the number of sockets. */
  #broadcast(text: string): number {
    const sockets = this.#deps.sockets();
    for (const connection of sockets) this.#deps.context.send(connection, text);
    return sockets.length;
  }
}
