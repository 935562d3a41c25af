/**
 * ConversationRoom, one per conversation (its name is the conversation's id): the authority for order and words while they
 * are fresh. What it acks is written down here; Postgres gets it a moment later and is not waited for.
 */
import type { Connection } from "partyserver";
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
import type { Position } from "../../protocol/position.ts";
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
import { type Closing, SubscribableRoom } from "../kit/subscribable-room.ts";
import { type ChangeResult, Conversation, type SendResult } from "./conversation-core.ts";
import { type ConversationStore, conversationStore } from "./drain.ts";
import { Floor } from "./floor.ts";
import { ConversationLoader } from "./loader.ts";
import { overviewOf, pageOf } from "./pages.ts";
import { refused } from "./roster.ts";
import { messageFor } from "./views.ts";

const away = refused("UNAVAILABLE", "try again in a moment");

export class ConversationRoom
  extends SubscribableRoom<AccountVisitor, string, ConversationCommand>
  implements ConversationRoomRpc
{
  /** Postgres; a test puts its own. */
  store: ConversationStore = conversationStore(this.context.database);
  readonly #talk = new Conversation(this.context.sql, this.context);
  readonly #loader = new ConversationLoader(this.#talk, () => this.store, this.context);
  readonly #floor = new Floor({
    conversation: this.#talk,
    sockets: this.sockets,
    log: this.log,
    deps: this.context,
    store: () => this.store,
    transact: this.context.transact,
    send: this.context.send,
    keepHeartbeat: () => this.keepHeartbeat(),
    touch: (userId, touch) => this.touchAccount(userId, touch),
    tellTyping: async (viewerId, typed) =>
      (await this.#account(viewerId).publishTyping({ conversationId: this.name, ...typed })).isDelivered,
    background: this.context.background,
    scheduler: this.context.scheduler,
    closeSockets: (userId) =>
      this.closeSocketsOf(userId, { code: closeCodes.forbidden, reason: "not in it any more" }),
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
    // What an earlier life left undone.
    this.#floor.resume();
  }

  /** Who is not in the conversation does not learn that there is one. */
  override async fetch(request: Request): Promise<Response> {
    const visitor = readAccountVisitor(request.headers);
    if (!visitor) return new Response(null, { status: 404 });
    try {
      await this.started();
      if (!(await this.#loader.known(this.name))) this.deleteStorageIfUnused();
    } catch (error) {
      this.context.report("known", error);
      return new Response(null, { status: 503 });
    }
    if (!this.#talk.roster.people.has(visitor.userId)) return new Response(null, { status: 404 });
    return await super.fetch(request);
  }

  protected override get topic() {
    return `conversation:${this.name}` as const;
  }

  protected override visitorOf(headers: Headers): AccountVisitor | null {
    return readAccountVisitor(headers);
  }

  protected override accountOf(visitor: AccountVisitor): AccountVisitor {
    return visitor;
  }

  protected override refusalOf({ userId }: AccountVisitor): Closing | null {
    const isMember = this.#talk.roster.people.has(userId);
    return isMember ? null : { code: closeCodes.forbidden, reason: "not in it any more" };
  }

  protected override onLeave(userId: string): void {
    this.#floor.leave(userId);
  }

  protected override onCommand(
    connection: Connection,
    command: Exclude<ConversationCommand, { type: "resume" | "head" }>,
  ): void {
    const userId = this.sockets.userOf(connection.id);
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

  /** The person's account has another page, which knows nothing of what this room kept for later. */
  async hurry(userId: string): Promise<void> {
    await this.started();
    this.#floor.hurry(userId);
  }

  protected override visible(events: Envelope[], connection: Connection): Envelope[] {
    const userId = this.sockets.userOf(connection.id);
    return userId === null ? [] : this.#floor.teller.replay(events, userId);
  }

  protected override idleMs(): number {
    return this.log.idleMs;
  }

  #account(userId: string) {
    return userRoom(this.env, userId);
  }

  /** Null when the room knows its conversation; otherwise what to answer. */
  async #unavailable(): Promise<Refused | null> {
    try {
      await this.started();
      if (await this.#loader.known(this.name)) return null;
      this.deleteStorageIfUnused();
      return refused("NOT_FOUND", "no such conversation");
    } catch (error) {
      this.context.report("known", error);
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
      this.context.report("send", error);
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
      this.context.report("change", error);
      return away;
    }
  }
}
