/**
 * ConversationRoom, one per conversation (its name is the conversation's id): the authority for order and words while they
 * are fresh. What it acks is written down here; Postgres gets it a moment later and is not waited for.
 */

import type { Connection, ConnectionContext, WSMessage } from "partyserver";
import type {
  Conversation as ConversationView,
  Message,
  MessageAck,
} from "../../../db/views/conversation.view.ts";
import { type AccountVisitor, readAccountVisitor } from "../../gateway/visitor.ts";
import { conversationSnapshotSchema } from "../../outbox/conversation-snapshot.ts";
import { explain, type FailedRow, type OutboxRow } from "../../outbox/rows.ts";
import type { CommandSchema } from "../../protocol/commands.ts";
import {
  type ConversationCommand,
  conversationCommandSchema,
  type NewMessage,
} from "../../protocol/conversation-commands.ts";
import type { ConversationEvent } from "../../protocol/conversation-events.ts";
import type { Envelope } from "../../protocol/envelope.ts";
import { type Position, positionOf } from "../../protocol/position.ts";
import { closeCodes } from "../../protocol/wire.ts";
import type {
  ChangeCommand,
  ConversationRoomRpc,
  EventInEnvelope,
  MemberStateUpdate,
  MessagePage,
  PollAnswer,
  Refused,
} from "../../rpc.ts";
import { userRoom } from "../../stubs.ts";
import { Departures } from "../kit/departures.ts";
import { LiveRoom } from "../kit/live-room.ts";
import { serviceDatabase } from "../kit/service-database.ts";
import { type ChangeResult, Conversation, type SendResult } from "./conversation-core.ts";
import { type ConversationStore, conversationStore } from "./drain.ts";
import { Floor } from "./floor.ts";
import { ConversationLoader } from "./loader.ts";
import { overviewOf, pageOf } from "./pages.ts";
import { refused } from "./roster.ts";
import { Sockets } from "./sockets.ts";
import { messageFor } from "./views.ts";

interface MemberState {
  userId: string;
  /** False until the account's room has said that this socket may listen. */
  isReady: boolean;
}

const sessionTag = (sessionId: string) => `session:${sessionId}`;
const userTag = (userId: string) => `user:${userId}`;
const away = refused("UNAVAILABLE", "try again in a moment");

export class ConversationRoom extends LiveRoom<ConversationCommand> implements ConversationRoomRpc {
  /** Postgres; a test puts its own. */
  store: ConversationStore = conversationStore(serviceDatabase(this.env));
  readonly #talk = new Conversation(this.ctx.storage.sql, this.deps);
  readonly #sockets = new Sockets();
  readonly #loader = new ConversationLoader(this.#talk, () => this.store, this.deps);
  /** A test does not wait for them to be told. */
  readonly departures = new Departures({
    now: this.deps.now,
    background: (work) => this.ctx.waitUntil(work),
    tell: (userId, ids) => this.#account(userId).unsubscribe(`conversation:${this.name}`, ids),
  });
  readonly #floor = new Floor({
    conversation: this.#talk,
    sockets: this.#sockets,
    log: this.log,
    deps: this.deps,
    store: () => this.store,
    transact: (work) => this.transact(work),
    send: (connection, text) => this.sendTo(connection, text),
    keepHeartbeat: () => this.keepHeartbeat(),
    touch: (userId, touch) => this.touchAccount(userId, touch),
    tellTyping: async (viewerId, typed) =>
      (await this.#account(viewerId).publishTyping({ conversationId: this.name, ...typed })).isDelivered,
    background: (work) => this.ctx.waitUntil(work),
    wakeBy: (at) => this.wakeBy(at),
    report: (where, error) => this.report(where, error),
  });

  /** Tells somebody's account how things stand for them; a test makes it fail. */
  async touchAccount(userId: string, touch: MemberStateUpdate): Promise<{ pages: number }> {
    return await this.#account(userId).updateMemberState(touch);
  }

  protected override get commands(): CommandSchema<ConversationCommand> {
    return conversationCommandSchema;
  }

  override async onStart(): Promise<void> {
    await super.onStart();
    for (const connection of this.getConnections<MemberState>()) {
      const { state } = connection;
      if (state?.isReady) this.#sockets.add(connection, state.userId);
      else connection.close(closeCodes.tryAgainLater, "try again");
    }
    // What an earlier life left undone.
    this.#floor.resume();
  }

  /** Who is not in the conversation does not learn that there is one. */
  override async fetch(request: Request): Promise<Response> {
    const visitor = readAccountVisitor(request.headers);
    if (!visitor) return new Response(null, { status: 404 });
    try {
      await this.started();
      if (!(await this.#loader.known(this.name))) this.vanishSoon();
    } catch (error) {
      this.report("known", error);
      return new Response(null, { status: 503 });
    }
    if (!this.#talk.roster.people.has(visitor.userId)) return new Response(null, { status: 404 });
    return await super.fetch(request);
  }

  override getConnectionTags(_connection: Connection, { request }: ConnectionContext): string[] {
    const visitor = readAccountVisitor(request.headers);
    return visitor ? [sessionTag(visitor.sessionId), userTag(visitor.userId)] : [];
  }

  override async onConnect(
    connection: Connection<MemberState>,
    { request }: ConnectionContext,
  ): Promise<void> {
    const visitor = readAccountVisitor(request.headers);
    if (!visitor) {
      connection.close(closeCodes.forbidden, "not allowed");
      return;
    }
    const { userId } = visitor;
    connection.setState({ userId, isReady: false });
    if (!(await this.#admit(connection, visitor))) return;
    connection.setState({ userId, isReady: true });
    this.#sockets.add(connection, userId);
    this.greet(connection, positionOf(new URL(request.url).searchParams));
  }

  /** Who is not let in yet is not heard: not even where the log stands is theirs to ask. */
  override onMessage(connection: Connection, message: WSMessage): void {
    if (this.#sockets.userOf(connection.id) !== null) super.onMessage(connection, message);
  }

  protected override onCommand(
    connection: Connection,
    command: Exclude<ConversationCommand, { type: "resume" | "head" }>,
  ): void {
    const userId = this.#sockets.userOf(connection.id);
    if (userId === null) return;
    switch (command.type) {
      case "message.send":
        this.#sendFrom(connection, userId, command);
        break;
      case "message.edit":
      case "message.delete":
      case "message.react":
        this.ctx.waitUntil(this.#changeFrom(connection, userId, command));
        break;
      case "typing.start":
      case "typing.stop":
        this.#floor.type(userId, command.type === "typing.start");
        break;
      case "receipt.delivered":
        this.#floor.moveReceipt(userId, command.seq, false);
        break;
      case "receipt.read":
        this.#floor.moveReceipt(userId, command.seq, true);
        break;
      default:
        command satisfies never;
    }
  }

  /** Takes rosters that Postgres wrote, and what caused them. Safe to repeat. */
  async deliver(rows: OutboxRow[]): Promise<{ failed: FailedRow[] }> {
    await this.started();
    const failed: FailedRow[] = [];
    for (const row of rows) {
      const parsed = conversationSnapshotSchema.safeParse(row.data);
      if (row.type !== "conversation.snapshot" || !parsed.success) {
        failed.push({ id: row.id, error: parsed.error ? explain(parsed.error) : "unknown type" });
        continue;
      }
      try {
        this.#loader.appeared();
        // Without messages in Postgres the roster is all there is to know.
        if (!this.#talk.roster.isKnown && parsed.data.lastSeq > 0) await this.#loader.known(this.name);
        this.#floor.takeRoster(parsed.data, row.id);
      } catch (error) {
        failed.push({ id: row.id, error: String(error) });
      }
    }
    return { failed };
  }

  /** Says something over HTTP; the same as `message.send` over a socket. */
  async send(userId: string, message: NewMessage): Promise<{ ok: true; ack: MessageAck } | Refused> {
    const refusal = await this.#unavailable();
    if (refusal) return refusal;
    const result = this.#floor.say(userId, message);
    return result.ok ? { ok: true, ack: result.ack } : result;
  }

  /** Edits, deletes or reacts over HTTP; answers the message as it then is for this viewer. */
  async change(userId: string, command: ChangeCommand): Promise<{ ok: true; message: Message } | Refused> {
    const refusal = await this.#unavailable();
    if (refusal) return refusal;
    const result = await this.#changed(userId, command);
    if (!result.ok) return result;
    const message = this.#talk.messages.at(command.seq);
    return message
      ? { ok: true, message: messageFor(message, this.#talk.roster, userId) }
      : refused("NOT_FOUND", "no such message");
  }

  /** Messages before a place, newest first, as this viewer is shown them. */
  async page(
    userId: string,
    at: { before?: number | undefined; limit: number },
  ): Promise<MessagePage | Refused> {
    return (await this.#unavailable()) ?? pageOf(this.#talk, userId, at);
  }

  /** The conversation as it is this moment, as this viewer is shown it. */
  async overview(userId: string): Promise<{ ok: true; conversation: ConversationView } | Refused> {
    return (await this.#unavailable()) ?? overviewOf(this.#talk, userId);
  }

  /** The person has read up to a place. */
  async read(userId: string, seq: number): Promise<{ ok: true } | Refused> {
    return (await this.#unavailable()) ?? this.#floor.moveReceipt(userId, seq, true);
  }

  /** Messages up to a place are on one of the person's devices. */
  async delivered(userId: string, seq: number): Promise<{ ok: true } | Refused> {
    return (await this.#unavailable()) ?? this.#floor.moveReceipt(userId, seq, false);
  }

  /** The log for readers without a socket. */
  async eventsAfter(
    userId: string,
    position: Position | null,
  ): Promise<PollAnswer<ConversationEvent> | Refused> {
    const refusal = (await this.#unavailable()) ?? this.#talk.roster.refusal(userId, "conversation.read");
    if (refusal) return refusal;
    const missed = this.log.since(position);
    const { epoch, seq } = missed;
    if (missed.kind === "resync") return { epoch, seq, resync: true };
    const events = missed.kind === "gap" ? this.#floor.teller.replay(missed.events, userId) : [];
    // Nothing but this room's own events is ever appended to this log.
    return { epoch, seq, events: events as EventInEnvelope<ConversationEvent>[] };
  }

  /** A session ended. Answers which sockets of the person are left. */
  async closeSession(userId: string, sessionId: string): Promise<string[]> {
    await this.started();
    for (const connection of this.getConnections(sessionTag(sessionId))) {
      this.#floor.leave(connection.id);
      connection.close(closeCodes.sessionEnded, "session ended");
    }
    return this.connectionsOf(userId);
  }

  /** The person's account has another page, which knows nothing of what this room kept for later. */
  async hurry(userId: string): Promise<void> {
    await this.started();
    this.#floor.hurry(userId);
  }

  /** The person's open sockets, by connection id. */
  connectionsOf(userId: string): string[] {
    return [...this.getConnections(userTag(userId))].map((connection) => connection.id);
  }

  override async onAlarm(): Promise<void> {
    super.onAlarm();
    await this.#floor.catchUp();
  }

  override onClose(connection: Connection<MemberState>): void {
    void super.onClose(connection);
    this.#floor.leave(connection.id);
    const userId = connection.state?.userId;
    if (userId) this.departures.note(userId, connection.id);
  }

  protected override visible(events: Envelope[], connection: Connection): Envelope[] {
    const userId = this.#sockets.userOf(connection.id);
    return userId === null ? [] : this.#floor.teller.replay(events, userId);
  }

  protected override idleMs(): number {
    return this.log.idleMs;
  }

  /** Asks the account's room; false when the socket was closed instead. */
  async #admit(connection: Connection, { userId, sessionId }: AccountVisitor): Promise<boolean> {
    const gone = this.departures.take(userId);
    try {
      const topic = `conversation:${this.name}` as const;
      const answer = await this.#account(userId).subscribe(topic, connection.id, sessionId, gone);
      if (!answer.isAllowed) {
        connection.close(answer.code, answer.reason);
        return false;
      }
    } catch (error) {
      for (const id of gone) this.departures.note(userId, id);
      // Without the account's room nobody could take this socket away again.
      this.report("watch", error);
      connection.close(closeCodes.tryAgainLater, "try again");
      return false;
    }
    if (!this.#talk.roster.people.has(userId)) {
      connection.close(closeCodes.forbidden, "not in it any more");
      return false;
    }
    return connection.readyState === WebSocket.OPEN;
  }

  #account(userId: string) {
    return userRoom(this.env, userId);
  }

  /** Null when the room knows its conversation; otherwise what to answer. */
  async #unavailable(): Promise<Refused | null> {
    try {
      await this.started();
      if (await this.#loader.known(this.name)) return null;
      this.vanishSoon();
      return refused("NOT_FOUND", "no such conversation");
    } catch (error) {
      this.report("known", error);
      return away;
    }
  }

  #sendFrom(connection: Connection, userId: string, { clientId, body, replyTo }: NewMessage): void {
    let result: SendResult;
    try {
      result = this.#floor.say(userId, { clientId, body, replyTo }, (ack) =>
        this.#floor.signal(connection, { type: "message.acked", data: ack }),
      );
    } catch (error) {
      this.report("send", error);
      result = away;
    }
    if (!result.ok) this.refuse(connection, { ...result, ref: clientId });
  }

  async #changeFrom(connection: Connection, userId: string, command: ChangeCommand): Promise<void> {
    const { ref } = command;
    const result = await this.#changed(userId, command);
    if (result.ok) this.#floor.signal(connection, { type: "command.done", data: { ref } });
    else this.refuse(connection, { ...result, ref });
  }

  /** Asks Postgres for the message when it is no longer kept here. Never throws. */
  async #changed(userId: string, command: ChangeCommand): Promise<ChangeResult> {
    try {
      return (
        this.#floor.change(userId, command) ??
        ((await this.#loader.fetch(this.name, command.seq)) ? this.#floor.change(userId, command) : null) ??
        refused("NOT_FOUND", "no such message")
      );
    } catch (error) {
      this.report("change", error);
      return away;
    }
  }
}
