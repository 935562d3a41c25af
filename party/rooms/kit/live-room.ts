/**
 * What every room with a numbered log and sockets does alike: greet, answer `resume` and `head`, keep the heartbeat's
 * answer true, tidy up. A room adds who may come in, what is written, and what of it each socket may see.
 */

import { type Connection, Server, type WSMessage } from "partyserver";
import { type Command, type CommandSchema, commandSchema } from "../../protocol/commands.ts";
import type { ControlFrame, Envelope } from "../../protocol/envelope.ts";
import type { Position } from "../../protocol/position.ts";
import { closeCodes, type FrameErrorCode, PING, PROTOCOL_VERSION } from "../../protocol/wire.ts";
import { EventLog, LOG_KEPT_MS } from "./event-log.ts";
import { FrameGate } from "./frame-gate.ts";
import { DAY_MS, type Deps } from "./sql.ts";

/** A room that turns out to be nobody's keeps what it knows of that for so long. */
export const VANISH_AFTER_MS = 2_000;
/** Tables that have their one row from the beginning. */
const NEVER_EMPTY: ReadonlySet<string> = new Set(["log_meta", "chat_marks", "message_marks", "people_marks"]);
/** Where partyserver keeps a room's name. */
const NAME_KEY = "__ps_name";

/** What a room understands beyond its place in the log. */
type OwnCommand<C> = Exclude<C, Command>;

export abstract class LiveRoom<C extends { type: string } = Command> extends Server {
  static override options = { hibernate: true };

  /** The room's clock; a test turns it. */
  clock = { now: () => Date.now() };
  protected readonly deps: Deps = { now: () => this.clock.now(), newId: () => crypto.randomUUID() };
  protected readonly log = new EventLog(this.ctx.storage.sql, this.deps);
  protected readonly gate = new FrameGate<C>(this.deps.now, this.commands);
  /** When the alarm is set for; null when it is not. */
  #wakeAt: number | null = null;
  #isVanishing = false;

  override async onStart(): Promise<void> {
    this.#wakeAt = await this.ctx.storage.getAlarm();
    this.keepHeartbeat();
  }

  /** A failed start answers without the stack that partyserver would show. */
  override async fetch(request: Request): Promise<Response> {
    try {
      await this.started();
    } catch (error) {
      this.report("onStart", error);
      return new Response(null, { status: 503 });
    }
    return await super.fetch(request);
  }

  override onMessage(connection: Connection, message: WSMessage): void {
    const admission = this.gate.admit(connection.id, message);
    if (admission.kind === "refused") {
      this.refuse(connection, admission);
      if (admission.close) connection.close(admission.close, admission.code);
      return;
    }
    const { command } = admission;
    if (isOwnCommand<C>(command)) this.onCommand(connection, command);
    else if (isPlaceCommand(command)) this.#answerPlace(connection, command);
  }

  /** A room that understands more than everybody's commands carries them out here. */
  protected onCommand(_connection: Connection, _command: OwnCommand<C>): void {}

  override onRequest(): Response {
    return new Response(null, { status: 404 });
  }

  override onAlarm(): void {
    this.#wakeAt = null;
    try {
      this.tidy();
    } catch (error) {
      // A thrown error would be retried six times and then never again.
      this.report("onAlarm", error);
    } finally {
      if (!this.log.isEmpty) this.wakeBy(this.clock.now() + DAY_MS);
    }
  }

  override onClose(connection: Connection): void | Promise<void> {
    this.gate.forget(connection.id);
  }

  override onError(connection: Connection): void | Promise<void> {
    // A broken socket is a closed one; its client comes back and resumes.
    return this.onClose(connection);
  }

  /** The grammar of what clients may say; a getter, so that it is there before any field is. */
  protected get commands(): CommandSchema<C> {
    return commandSchema as unknown as CommandSchema<C>;
  }

  /** Starts the room when a call is the first thing it hears; a room that runs goes on at once. */
  protected async started(): Promise<void> {
    await this.setName(this.name);
  }

  /** For how long nothing has happened here, if this room hears of everything. */
  protected idleMs(): number | null {
    return null;
  }

  /** What of the log this socket may see; numbers always stay. */
  protected visible(events: Envelope[], _connection: Connection): Envelope[] {
    return events;
  }

  protected tidy(): void {
    this.log.trim();
  }

  /** First frames of a socket: where the log stands, and what was missed if it says where it was. */
  protected greet(connection: Connection, position: Position | null): void {
    this.sendTo(connection, { ...this.headFrame(), type: "room.welcome", idleMs: this.idleMs() });
    if (position) this.catchUp(connection, position);
  }

  protected catchUp(connection: Connection, position: Position): void {
    const missed = this.log.since(position);
    const { epoch, seq } = missed;
    if (missed.kind === "resync") {
      this.sendTo(connection, { v: PROTOCOL_VERSION, type: "room.resync", epoch, seq });
      return;
    }
    let events: Envelope[];
    try {
      events = missed.kind === "gap" ? this.visible(missed.events, connection) : [];
    } catch (error) {
      // Written by an earlier version that said things otherwise: the reader asks for everything anew.
      this.report("catchUp", error);
      this.sendTo(connection, { v: PROTOCOL_VERSION, type: "room.resync", epoch, seq });
      return;
    }
    this.sendTo(connection, {
      v: PROTOCOL_VERSION,
      type: "room.gap",
      epoch,
      after: position.seq,
      seq,
      events,
    });
  }

  /** All of the work is written, or nothing of it. */
  protected transact<T>(work: () => T): T {
    try {
      return this.ctx.storage.transactionSync(work);
    } catch (error) {
      this.log.reload();
      throw error;
    }
  }

  /** To be called after every append: the platform's answer to a ping tells the newest number. */
  protected keepHeartbeat(): void {
    const answer = JSON.stringify(this.headFrame());
    this.ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, answer));
    if (this.log.head > 0) this.wakeBy(this.clock.now() + LOG_KEPT_MS + DAY_MS);
  }

  /** Sets the alarm, unless it comes earlier anyway. */
  protected wakeBy(at: number): void {
    if (this.#wakeAt !== null && this.#wakeAt <= at) return;
    this.#wakeAt = at;
    this.ctx.waitUntil(this.ctx.storage.setAlarm(at));
  }

  protected sendTo(connection: Connection, frame: ControlFrame | Envelope | string): void {
    try {
      connection.send(typeof frame === "string" ? frame : JSON.stringify(frame));
    } catch {
      connection.close(closeCodes.internal, "unsendable");
    }
  }

  /** Tells one socket why a frame of its own was not taken. */
  protected refuse(
    connection: Connection,
    { code, message, ref }: { code: FrameErrorCode; message: string; ref?: string },
  ): void {
    const frame: ControlFrame = { v: PROTOCOL_VERSION, type: "room.error", code, message };
    this.sendTo(connection, ref === undefined ? frame : { ...frame, ref });
  }

  /**
   * To be called when the room was asked for by a name that may be nobody's: names cost nothing, tables do. Unless something
   * was written by then, the storage is given back and the room is gone.
   */
  protected vanishSoon(): void {
    if (this.#isVanishing) return;
    this.#isVanishing = true;
    setTimeout(() => this.ctx.waitUntil(this.#vanish()), VANISH_AFTER_MS);
  }

  async #vanish(): Promise<void> {
    this.#isVanishing = false;
    if (!this.#isBlank()) return;
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    this.ctx.abort("nobody's room");
  }

  #isBlank(): boolean {
    const { kv, sql } = this.ctx.storage;
    if ([...this.getConnections()].length > 0) return false;
    if ([...kv.list({ limit: 2 })].some(([key]) => key !== NAME_KEY)) return false;
    return sql
      .exec<{ name: string }>(
        "select name from sqlite_master where type = 'table' and name not like '\\_cf%' escape '\\'",
      )
      .toArray()
      .every(
        ({ name }) =>
          NEVER_EMPTY.has(name) || sql.exec(`select 1 from "${name}" limit 1`).toArray().length === 0,
      );
  }

  protected closeTagged(tag: string, code: number, reason: string): void {
    for (const connection of this.getConnections(tag)) connection.close(code, reason);
  }

  protected report(where: string, error: unknown): void {
    console.error(JSON.stringify({ room: this.constructor.name, where, error: String(error) }));
  }

  #answerPlace(connection: Connection, command: Command): void {
    switch (command.type) {
      case "resume":
        this.catchUp(connection, command);
        break;
      case "head":
        this.sendTo(connection, this.headFrame());
        break;
      default:
        command satisfies never;
    }
  }

  private headFrame(): ControlFrame & { type: "room.head" } {
    return { v: PROTOCOL_VERSION, type: "room.head", epoch: this.log.epoch, seq: this.log.head };
  }
}

function isOwnCommand<C extends { type: string }>(command: C): command is OwnCommand<C> {
  return command.type !== "resume" && command.type !== "head";
}

function isPlaceCommand(command: { type: string }): command is Command {
  return !isOwnCommand(command);
}
