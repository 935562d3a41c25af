/**
 * What an account's room does for its conversations: takes in how they stand and tells every page, passes on who types and
 * what has arrived, and has the open ones hurry when a page comes that knows nothing of them.
 */

import type { Connection } from "partyserver";
import type { PartyEnv } from "../../env.ts";
import type { ConversationSummary } from "../../outbox/conversation-snapshot.ts";
import type { Signal } from "../../protocol/signals.ts";
import { PROTOCOL_VERSION } from "../../protocol/wire.ts";
import type { MemberStates, MemberStateUpdate, RoomTopic, TypingUpdate } from "../../rpc.ts";
import { conversationRoom } from "../../stubs.ts";
import type { EventLog } from "../kit/event-log.ts";
import type { Deps, Sql } from "../kit/sql.ts";
import { Chats } from "./chats.ts";

/** A page that asked no longer ago than this still looks. */
const POLLED_LATELY_MS = 60_000;

interface ChatsHost {
  readonly env: PartyEnv;
  readonly sql: Sql;
  readonly deps: Deps;
  readonly log: EventLog;
  userId(): string;
  /** The account's conversations as Postgres has them. */
  load(): Promise<ConversationSummary[]>;
  /** The rooms this account has sockets in. */
  topics(): RoomTopic[];
  sockets(): Connection[];
  send(connection: Connection, text: string): void;
  keepHeartbeat(): void;
  report(where: string, error: unknown): void;
}

export class UserChats {
  readonly #host: ChatsHost;
  readonly #chats: Chats;
  #polledAt = 0;

  constructor(host: ChatsHost) {
    this.#host = host;
    this.#chats = new Chats(host.sql, { ...host.deps, load: () => host.load() });
  }

  /** A conversation's room says how it stands for this person. Safe to repeat, in any order. */
  async hear(touch: MemberStateUpdate): Promise<{ pages: number }> {
    const { log, keepHeartbeat } = this.#host;
    const text = await this.#chats.hear(touch, log, this.#pages() > 0);
    if (text !== null) {
      keepHeartbeat();
      this.#tell(text);
    }
    return { pages: this.#pages() };
  }

  /** Answers whether a page was there to show it. */
  publishTyping(typed: TypingUpdate): { isDelivered: boolean } {
    const at = new Date(this.#host.deps.now()).toISOString();
    const signal: Signal = { v: PROTOCOL_VERSION, type: "conversation.typing", at, data: typed };
    return { isDelivered: this.#tell(JSON.stringify(signal)) > 0 };
  }

  /** The totals, and of these conversations what is newer than Postgres. */
  async numbers(ids: string[]): Promise<MemberStates> {
    return await this.#chats.numbers(ids);
  }

  /** A page without a socket has asked what is new. */
  polled(): void {
    this.#polledAt = this.#host.deps.now();
  }

  /** Messages up to a place are on a device of this person. */
  async passReceipt(conversationId: string, seq: number): Promise<void> {
    if (!this.#chats.has(conversationId)) return;
    try {
      await this.#room(conversationId).delivered(this.#host.userId(), seq);
    } catch (error) {
      // The next message's receipt says the same and more.
      this.#host.report("passReceipt", error);
    }
  }

  /** A further page: conversations that are open elsewhere have told the account only now and then. */
  async hurry(): Promise<void> {
    const ids = this.#host
      .topics()
      .flatMap((topic) => (topic.startsWith("conversation:") ? topic.slice(topic.indexOf(":") + 1) : []));
    const told = await Promise.allSettled(ids.map((id) => this.#room(id).hurry(this.#host.userId())));
    for (const each of told) if (each.status === "rejected") this.#host.report("hurry", each.reason);
  }

  /** Pages of this account: those with a socket, and one that polls. */
  #pages(): number {
    const isPolled = this.#host.deps.now() - this.#polledAt < POLLED_LATELY_MS;
    return this.#host.sockets().length + (isPolled ? 1 : 0);
  }

  /** Answers how many sockets there were. */
  #tell(text: string): number {
    const sockets = this.#host.sockets();
    for (const connection of sockets) this.#host.send(connection, text);
    return sockets.length;
  }

  #room(conversationId: string) {
    return conversationRoom(this.#host.env, conversationId);
  }
}
