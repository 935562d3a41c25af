/**
 * ConversationRoom, one per conversation (its name is the conversation's id). It orders the messages and stores them before it
 * acknowledges them; Postgres receives them afterwards and is never waited for. The rules are in ConversationCore: this class
 * applies a command, replies, publishes the events, and schedules what is dirty, in that order.
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
import { type CloseReason, SubscribableRoom } from "../kit/subscribable-room.ts";
import { AccountTyping, type TypingChange } from "./account-typing.ts";
import { Archive } from "./archive.ts";
import { type ArchiveStore, archiveStore } from "./archive-store.ts";
import { ConversationCore, type CoreCommand, type Dirty, type Reply } from "./conversation-core.ts";
import { type AppendedEvent, EventPublisher } from "./event-publisher.ts";
import { MemberStateNotifier } from "./member-state-notifier.ts";
import { overviewOf, pageOf } from "./pages.ts";
import { redactMessage } from "./redaction.ts";
import { refused } from "./roster.ts";

/** Type of the outbox row that Postgres writes when a conversation's last account is deleted. */
export const CONVERSATION_DELETED = "conversation.deleted";
/** From the answer to that row until the instance ends. */
const ABORT_AFTER_MS = 100;

const unavailable = refused("UNAVAILABLE", "try again in a moment");
const notFound = refused("NOT_FOUND", "no such message");
const notExisting = refused("NOT_FOUND", "no such conversation");
const notMember: CloseReason = { code: closeCodes.forbidden, reason: "not in it any more" };

export class ConversationRoom
  extends SubscribableRoom<AccountVisitor, string, ConversationCommand>
  implements ConversationRoomRpc
{
  /** Access to Postgres; tests replace it. */
  store: ArchiveStore = archiveStore(() => this.context.database);
  readonly #core = new ConversationCore(this.context.sql, this.context);
  readonly #archive = new Archive(this.#core, () => this.store, this.context);
  readonly #publisher = new EventPublisher({
    log: this.log,
    core: this.#core,
    sockets: this.sockets,
    context: this.context,
  });
  readonly #notifier = new MemberStateNotifier({
    core: this.#core,
    now: this.context.now,
    scheduler: this.context.scheduler,
    socketsOf: (userId) => this.sockets.countOf(userId),
    send: (userId, update) => this.sendMemberState(userId, update),
  });
  readonly #accountTyping = new AccountTyping({
    roster: this.#core.roster,
    now: this.context.now,
    isPresent: (userId) => this.sockets.has(userId),
    send: async (viewerId, change) => {
      const typing = { conversationId: this.name, ...change };
      return (await userRoom(this.env, viewerId).publishTyping(typing)).isDelivered;
    },
  });
  readonly #receiptsJob = this.context.scheduler.timerJob("receipts", () => this.#publishReceipts());
  readonly #typingJob = this.context.scheduler.timerJob("typing", () => this.#expireTyping());
  #isDeleted = false;

  constructor(state: DurableObjectState, env: Cloudflare.Env) {
    super(state, env);
    this.context.onRollback(() => this.#core.reload());
  }

  /** Sends a member's state to their account's room; tests let it fail. */
  async sendMemberState(userId: string, update: MemberStateUpdate): Promise<{ pages: number }> {
    const answer = await userRoom(this.env, userId).updateMemberState(update);
    if (answer.pages > 0) this.#accountTyping.resume(userId);
    return answer;
  }

  protected override get commands(): CommandSchema<ConversationCommand> {
    return conversationCommandSchema;
  }

  override async onStart(): Promise<void> {
    await super.onStart();
    if (!this.#core.roster.isKnown) return;
    // What was pending when the room was evicted.
    this.#archive.start();
    this.#notifier.start();
  }

  /** Answers everybody else like a conversation that does not exist. */
  override async fetch(request: Request): Promise<Response> {
    const visitor = readAccountVisitor(request.headers);
    if (!visitor) return new Response(null, { status: 404 });
    const refusal = await this.#loadRefusal();
    if (refusal) return new Response(null, { status: refusal.code === "NOT_FOUND" ? 404 : 503 });
    if (!this.#core.roster.members.has(visitor.userId)) return new Response(null, { status: 404 });
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

  protected override refusalOf({ userId }: AccountVisitor): CloseReason | null {
    return this.#core.roster.members.has(userId) ? null : notMember;
  }

  protected override onLeave(userId: string): void {
    this.#notifier.reschedule(userId);
    if (!this.sockets.has(userId) && this.#core.typing.stop(userId))
      this.#publishTyping({ userId, isTyping: false });
  }

  protected override onCommand(
    connection: Connection,
    command: Exclude<ConversationCommand, { type: "resume" | "head" }>,
  ): void {
    const userId = this.sockets.userOf(connection.id);
    if (userId === null) return;
    switch (command.type) {
      case "message.send":
        this.#tryApply({ ...command, userId }, (reply) => {
          if (!reply.ok) this.refuse(connection, { ...reply, ref: command.clientId });
          else if (reply.ack)
            this.#publisher.sendSignal(connection, { type: "message.acked", data: reply.ack });
        });
        break;
      case "message.edit":
      case "message.delete":
      case "message.react":
        this.context.background(this.#changeFrom(connection, userId, command));
        break;
      case "typing.start":
      case "typing.stop":
      case "receipt.delivered":
      case "receipt.read":
        this.#tryApply({ ...command, userId });
        break;
      default:
        command satisfies never;
    }
  }

  /** Takes rosters from Postgres, and the deletion of the conversation with its last account. Idempotent. */
  async deliver(rows: OutboxRow[]): Promise<{ failed: FailedRow[] }> {
    await this.started();
    const failed: FailedRow[] = [];
    for (const row of rows) {
      if (row.type === CONVERSATION_DELETED) {
        this.#isDeleted = true;
        continue;
      }
      const parsed = conversationSnapshotSchema.safeParse(row.data);
      if (row.type !== "conversation.snapshot" || !parsed.success) {
        failed.push({ id: row.id, error: parsed.error ? explain(parsed.error) : "unknown type" });
        continue;
      }
      if (this.#isDeleted) continue;
      try {
        if (!this.#core.roster.isKnown && !(await this.#archive.verify(parsed.data))) {
          this.deleteStorageIfUnused();
          continue;
        }
        this.#apply({ type: "roster.snapshot", snapshot: parsed.data, rowId: row.id });
      } catch (error) {
        failed.push({ id: row.id, error: String(error) });
      }
    }
    if (this.#isDeleted) await this.#deleteStorage();
    return { failed };
  }

  async send(userId: string, message: NewMessage): Promise<{ ok: true; ack: MessageAck } | Refused> {
    const refusal = await this.#loadRefusal();
    if (refusal) return refusal;
    const reply = this.#apply({ type: "message.send", userId, ...message }) ?? notFound;
    if (!reply.ok) return reply;
    return reply.ack ? { ok: true, ack: reply.ack } : unavailable;
  }

  async change(userId: string, command: ChangeCommand): Promise<{ ok: true; message: Message } | Refused> {
    const refusal = await this.#loadRefusal();
    if (refusal) return refusal;
    const reply = await this.#applyChange(userId, command);
    if (!reply.ok) return reply;
    const message = this.#core.messages.at(command.seq);
    return message ? { ok: true, message: redactMessage(message, this.#core.roster, userId) } : notFound;
  }

  async page(
    userId: string,
    at: { before?: number | undefined; limit: number },
  ): Promise<MessagePage | Refused> {
    return (await this.#loadRefusal()) ?? pageOf(this.#core, userId, at);
  }

  async overview(userId: string): Promise<{ ok: true; conversation: ConversationView } | Refused> {
    return (await this.#loadRefusal()) ?? overviewOf(this.#core, userId);
  }

  async read(userId: string, seq: number): Promise<{ ok: true } | Refused> {
    return await this.#moveReceipt({ type: "receipt.read", userId, seq });
  }

  async delivered(userId: string, seq: number): Promise<{ ok: true } | Refused> {
    return await this.#moveReceipt({ type: "receipt.delivered", userId, seq });
  }

  async eventsAfter(
    userId: string,
    position: Position | null,
  ): Promise<PollAnswer<ConversationEvent> | Refused> {
    const refusal = (await this.#loadRefusal()) ?? this.#core.roster.refusal(userId, "conversation.read");
    if (refusal) return refusal;
    const missed = this.log.since(position);
    const { epoch, seq } = missed;
    if (missed.kind === "resync") return { epoch, seq, resync: true };
    const events = missed.kind === "gap" ? this.#publisher.replay(missed.events, userId) : [];
    // Only this room's own events are appended to its log.
    return { epoch, seq, events: events as EventInEnvelope<ConversationEvent>[] };
  }

  async flushMemberState(userId: string): Promise<void> {
    await this.started();
    this.#notifier.flush(userId);
  }

  protected override visible(events: Envelope[], connection: Connection): Envelope[] {
    const userId = this.sockets.userOf(connection.id);
    return userId === null ? [] : this.#publisher.replay(events, userId);
  }

  protected override idleMs(): number {
    return this.log.idleMs;
  }

  /** Deletes what is stored before the outbox row is acknowledged; the instance ends when the answer has left. */
  async #deleteStorage(): Promise<void> {
    for (const { connection } of [...this.sockets.all()]) connection.close(notMember.code, notMember.reason);
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    setTimeout(() => this.ctx.abort("conversation deleted"), ABORT_AFTER_MS);
  }

  /** Null when the room has the conversation, which is loaded from Postgres if need be; otherwise the refusal. */
  async #loadRefusal(): Promise<Refused | null> {
    try {
      await this.started();
      if (this.#isDeleted) return notExisting;
      if (await this.#archive.load(this.name)) return null;
      this.deleteStorageIfUnused();
      return notExisting;
    } catch (error) {
      this.context.report("load", error);
      return unavailable;
    }
  }

  /**
   * Applies a command and does what follows from it. `onReply` is called after the write and before anybody else receives the
   * event. Null: the message is stored in Postgres only.
   */
  #apply(command: CoreCommand, onReply?: (reply: Reply) => void): Reply | null {
    let appended: AppendedEvent[] = [];
    const run = () => {
      const outcome = this.#core.apply(command);
      appended = outcome.events.map((event) => this.#publisher.append(event));
      return outcome;
    };
    const outcome = isStored(command) ? this.context.transact(run) : run();
    const { reply, dirty, typing } = outcome;
    if (reply) onReply?.(reply);
    for (const userId of outcome.left) this.closeSocketsOf(userId, notMember);
    if (appended.length > 0) this.keepHeartbeat();
    for (const event of appended) this.#publisher.publish(event);
    for (const userId of outcome.resync) this.#publisher.sendResync(userId);
    if (typing) this.#publishTyping(typing);
    for (const userId of outcome.left) this.#notifier.markDirty(userId, true);
    this.#schedule(dirty, command);
    return reply;
  }

  /** Like `#apply`, for sockets: an error is reported and answered as `UNAVAILABLE`. */
  #tryApply(command: CoreCommand, onReply?: (reply: Reply) => void): void {
    try {
      this.#apply(command, onReply);
    } catch (error) {
      this.context.report(command.type, error);
      onReply?.(unavailable);
    }
  }

  #schedule(dirty: Dirty, command: CoreCommand): void {
    if (dirty.memberStates === "all") this.#notifier.markAllDirty(dirty.isUrgent);
    else if (dirty.memberStates === "own" && "userId" in command) this.#notifier.markDirty(command.userId);
    if (dirty.archive) this.#archive.schedule(dirty.archive === "messages");
    if (dirty.receipts) this.#receiptsJob.runWithin(this.#core.receipts.waitMs);
    if (dirty.typing) this.#typingJob.runBy(this.#core.typing.nextAt);
  }

  #publishReceipts(): void {
    const appended = this.context.transact(() => {
      const receipts = this.#core.receipts.take().map((receipt) => this.#publisher.appendReceipt(receipt));
      this.#core.states.flush(this.#core.messages.head);
      return receipts;
    });
    if (appended.length > 0) this.keepHeartbeat();
    for (const event of appended) this.#publisher.publish(event);
  }

  #expireTyping(): void {
    for (const userId of this.#core.typing.expire(this.context.now()))
      this.#publishTyping({ userId, isTyping: false });
    this.#typingJob.runBy(this.#core.typing.nextAt);
  }

  #publishTyping(change: TypingChange): void {
    this.#publisher.publishTyping(change);
    this.context.background(this.#accountTyping.publish(change));
  }

  async #moveReceipt(
    command: Extract<CoreCommand, { type: "receipt.delivered" | "receipt.read" }>,
  ): Promise<{ ok: true } | Refused> {
    const reply = (await this.#loadRefusal()) ?? this.#apply(command) ?? notFound;
    // Only an open page sends receipts.
    if (reply.ok) this.#accountTyping.resume(command.userId);
    return reply.ok ? { ok: true } : reply;
  }

  async #changeFrom(connection: Connection, userId: string, command: ChangeCommand): Promise<void> {
    const { ref } = command;
    const reply = await this.#applyChange(userId, command);
    if (reply.ok) this.#publisher.sendSignal(connection, { type: "command.done", data: { ref } });
    else this.refuse(connection, { ...reply, ref });
  }

  /** Loads the message first when it is stored in Postgres only. Never throws. */
  async #applyChange(userId: string, command: ChangeCommand): Promise<Reply> {
    try {
      const reply = this.#apply({ ...command, userId });
      if (reply) return reply;
      if (!(await this.#archive.loadMessage(this.name, command.seq))) return notFound;
      return this.#apply({ ...command, userId }) ?? notFound;
    } catch (error) {
      this.context.report("change", error);
      return unavailable;
    }
  }
}

/** False for commands that change memory only, which need no transaction. */
function isStored({ type }: CoreCommand): boolean {
  return !(type.startsWith("receipt.") || type.startsWith("typing."));
}
