/**
 * A room with sockets and a numbered event log. It sends each socket the first frames, answers the commands `resume` and `head`,
 * updates the auto-response to pings, and trims the log. A subclass defines who is admitted, which events are appended, and which
 * part of them each socket may see.
 */
import type { Connection, WSMessage } from "partyserver";
import { type Command, type CommandSchema, commandSchema } from "../../protocol/commands.ts";
import type { ControlFrame, Envelope } from "../../protocol/envelope.ts";
import type { Position } from "../../protocol/position.ts";
import { type FrameErrorCode, PING, PROTOCOL_VERSION } from "../../protocol/wire.ts";
import { BaseRoom } from "./base-room.ts";
import { EventLog, LOG_KEPT_MS } from "./event-log.ts";
import { FrameGate } from "./frame-gate.ts";
import { DAY_MS } from "./sql.ts";

/** The commands of one kind of room, without those that every room with a log answers. */
type OwnCommand<C> = Exclude<C, Command>;

export abstract class LiveRoom<C extends { type: string } = Command> extends BaseRoom {
  static override options = { hibernate: true };

  protected readonly log = new EventLog(this.context.sql, this.context);
  readonly #gate = new FrameGate<C>(this.context.now, this.commands);
  readonly #trimJob = this.context.scheduler.durableJob("trim", () => {
    this.trim();
    if (!this.log.isEmpty) this.#trimJob.runWithin(DAY_MS);
  });

  constructor(state: DurableObjectState, env: Cloudflare.Env) {
    super(state, env);
    this.context.onRollback(() => this.log.reload());
  }

  override async onStart(): Promise<void> {
    await super.onStart();
    this.keepHeartbeat();
  }

  override onMessage(connection: Connection, message: WSMessage): void {
    const result = this.#gate.admit(connection.id, message);
    if (result.kind === "refused") {
      this.refuse(connection, result);
      if (result.close) connection.close(result.close, result.code);
      return;
    }
    const { command } = result;
    if (isOwnCommand<C>(command)) this.onCommand(connection, command);
    else if (isLogCommand(command)) this.#onLogCommand(connection, command);
  }

  /** Runs a command of this kind of room. */
  protected onCommand(_connection: Connection, _command: OwnCommand<C>): void {}

  override onClose(connection: Connection): void | Promise<void> {
    this.#gate.delete(connection.id);
  }

  override onError(connection: Connection): void | Promise<void> {
    // The client of a broken socket reconnects and resumes.
    return this.onClose(connection);
  }

  /** The schema of client commands. A getter, because fields of this class read it before the fields of a subclass exist. */
  protected get commands(): CommandSchema<C> {
    return commandSchema as unknown as CommandSchema<C>;
  }

  /** Milliseconds since the newest event; null in rooms that do not log every change. */
  protected idleMs(): number | null {
    return null;
  }

  /** Redacts logged events for this socket. Must return as many events as it gets: sequence numbers stay dense. */
  protected visible(events: Envelope[], _connection: Connection): Envelope[] {
    return events;
  }

  /** Deletes old rows. Runs at least once a day while the log has events. */
  protected trim(): void {
    this.log.trim();
  }

  /** Sends the first frames of a socket: the head of the log and, if the client has sent its position, the missed events. */
  protected greet(connection: Connection, position: Position | null): void {
    this.context.send(connection, { ...this.#headFrame(), type: "room.welcome", idleMs: this.idleMs() });
    if (position) this.#catchUp(connection, position);
  }

  #catchUp(connection: Connection, position: Position): void {
    const { report, send } = this.context;
    const missed = this.log.since(position);
    const { epoch, seq } = missed;
    if (missed.kind === "resync") {
      send(connection, { v: PROTOCOL_VERSION, type: "room.resync", epoch, seq });
      return;
    }
    let events: Envelope[];
    try {
      events = missed.kind === "gap" ? this.visible(missed.events, connection) : [];
    } catch (error) {
      // An earlier version of this code has logged an event in another shape. The client has to read everything again.
      report("catchUp", error);
      send(connection, { v: PROTOCOL_VERSION, type: "room.resync", epoch, seq });
      return;
    }
    send(connection, { v: PROTOCOL_VERSION, type: "room.gap", epoch, after: position.seq, seq, events });
  }

  /** To be called after every append: the platform's auto-response to a ping contains the newest sequence number. */
  protected keepHeartbeat(): void {
    const { epoch, head } = this.log;
    // Not by JSON.stringify, because this runs for every event.
    const answer = `{"v":${PROTOCOL_VERSION},"type":"room.head","epoch":"${epoch}","seq":${head}}`;
    this.ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, answer));
    if (head > 0 && !this.#trimJob.isPending) this.#trimJob.runWithin(LOG_KEPT_MS + DAY_MS);
  }

  /** Sends a socket the error for its refused frame. */
  protected refuse(
    connection: Connection,
    { code, message, ref }: { code: FrameErrorCode; message: string; ref?: string },
  ): void {
    const frame: ControlFrame = { v: PROTOCOL_VERSION, type: "room.error", code, message };
    this.context.send(connection, ref === undefined ? frame : { ...frame, ref });
  }

  protected closeTagged(tag: string, code: number, reason: string): void {
    for (const connection of this.getConnections(tag)) connection.close(code, reason);
  }

  #onLogCommand(connection: Connection, command: Command): void {
    switch (command.type) {
      case "resume":
        this.#catchUp(connection, command);
        break;
      case "head":
        this.context.send(connection, this.#headFrame());
        break;
      default:
        command satisfies never;
    }
  }

  #headFrame(): ControlFrame & { type: "room.head" } {
    return { v: PROTOCOL_VERSION, type: "room.head", epoch: this.log.epoch, seq: this.log.head };
  }
}

function isOwnCommand<C extends { type: string }>(command: C): command is OwnCommand<C> {
  return command.type !== "resume" && command.type !== "head";
}

function isLogCommand(command: { type: string }): command is Command {
  return !isOwnCommand(command);
}
