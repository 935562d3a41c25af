/**
 * PostRoom, one per open post (its name is the post's id): readers' sockets, signed in or not, and the post's numbered
 * log. Changes are written into an inbox, merged, and leave as one `post.changed` at most every 250 ms.
 */

import type { Connection, ConnectionContext } from "partyserver";
import { type AccountVisitor, type PostVisitor, readPostVisitor } from "../../gateway/visitor.ts";
import { explain, type FailedRow, type OutboxRow } from "../../outbox/rows.ts";
import type { Envelope } from "../../protocol/envelope.ts";
import { positionOf } from "../../protocol/position.ts";
import {
  type PostChange,
  type PostEvent,
  postChangeSchema,
  postEventSchema,
} from "../../protocol/post-events.ts";
import { closeCodes } from "../../protocol/wire.ts";
import type { PostRoomRpc, RelationChange } from "../../rpc.ts";
import { userRoom } from "../../stubs.ts";
import { Departures } from "../kit/departures.ts";
import { LiveRoom } from "../kit/live-room.ts";
import { HiddenPeople } from "./hidden-people.ts";
import { Inbox } from "./inbox.ts";
import { authorOf, buryDeleted, mergeChanges, waitBeforeFlush, withoutHidden } from "./post-changes.ts";

/**
 * How long after its last reader left a room still writes down what it is told, so that whoever comes back finds no gap.
 * Afterwards, and before the first reader ever came, changes pass unwritten: most posts are never open.
 */
export const LINGER_MS = 10 * 60_000;
const LEFT_AT = "left-at";
/** In place of the time: readers are here, or were when this room last ran. */
const STILL_HERE = 0;

/** If the process dies with changes waiting, the alarm sends them after this long at the latest. */
export const FLUSH_BACKSTOP_MS = 2_000;

interface ReaderState {
  viewerId: string | null;
  /** False until the account's room has said that this socket may listen. */
  isReady: boolean;
}

const sessionTag = (sessionId: string) => `session:${sessionId}`;
const viewerTag = (viewerId: string) => `viewer:${viewerId}`;

export class PostRoom extends LiveRoom implements PostRoomRpc {
  readonly #inbox = new Inbox(this.ctx.storage.sql, this.deps);
  readonly #hidden = new HiddenPeople(this.ctx.storage.sql, this.deps);
  /** A test does not wait for them to be told. */
  readonly departures = new Departures({
    now: this.deps.now,
    background: (work) => this.ctx.waitUntil(work),
    tell: (viewerId, ids) => this.#account(viewerId).unsubscribe(`post:${this.name}`, ids),
  });
  #lastFlushAt: number | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  override async onStart(): Promise<void> {
    await super.onStart();
    // What an earlier life of this room was told and could not send any more.
    this.#settle();
  }

  override getConnectionTags(_connection: Connection, { request }: ConnectionContext): string[] {
    const viewer = readPostVisitor(request.headers)?.viewer;
    return viewer ? [sessionTag(viewer.sessionId), viewerTag(viewer.userId)] : [];
  }

  override async onConnect(
    connection: Connection<ReaderState>,
    { request }: ConnectionContext,
  ): Promise<void> {
    const visitor = readPostVisitor(request.headers);
    if (!visitor) {
      connection.close(closeCodes.forbidden, "not allowed");
      return;
    }
    const viewerId = visitor.viewer?.userId ?? null;
    connection.setState({ viewerId, isReady: false });
    if (this.ctx.storage.kv.get(LEFT_AT) !== STILL_HERE) this.ctx.storage.kv.put(LEFT_AT, STILL_HERE);
    if (visitor.viewer && !(await this.#admit(connection, visitor, visitor.viewer))) return;
    connection.setState({ viewerId, isReady: true });
    this.greet(connection, positionOf(new URL(request.url).searchParams));
  }

  /** Takes outbox rows of this post: writes them down, then sends what is due. Safe to repeat. */
  async deliver(rows: OutboxRow[]): Promise<{ failed: FailedRow[] }> {
    await this.started();
    const failed: FailedRow[] = [];
    const isUnheard = this.#isUnheard();
    for (const row of rows) {
      const parsed = postChangeSchema.safeParse({ type: row.type, data: row.data });
      if (!parsed.success) {
        failed.push({ id: row.id, error: explain(parsed.error) });
      } else if (!isUnheard && !this.log.seen.has(row.id)) {
        this.#inbox.add(withoutViewer(parsed.data), row.createdAt);
        this.log.seen.add(row.id);
      }
    }
    this.#settle();
    return { failed };
  }

  /** A viewer's whole list of hidden people, when it is too long for a header. */
  async setHiddenAuthors(viewerId: string, otherIds: string[]): Promise<void> {
    await this.started();
    this.#hidden.replace(viewerId, otherIds);
  }

  /** Someone became hidden from a viewer, or visible again. Answers which sockets of the viewer are here. */
  async changeHiddenAuthor(viewerId: string, change: RelationChange): Promise<string[]> {
    await this.started();
    if (this.connectionsOf(viewerId).length > 0) {
      this.#hidden.change(viewerId, change);
      const author = this.#authorId;
      // Muting someone keeps their words away, not their posts.
      if (change.isBlocked && change.otherId === author && this.#hidden.isHidden(viewerId, author)) {
        this.closeTagged(viewerTag(viewerId), closeCodes.forbidden, "not allowed any more");
      }
    }
    return this.connectionsOf(viewerId);
  }

  /** A session ended. Answers which sockets of the viewer are left. */
  async closeSession(viewerId: string, sessionId: string): Promise<string[]> {
    await this.started();
    this.closeTagged(sessionTag(sessionId), closeCodes.sessionEnded, "session ended");
    return this.connectionsOf(viewerId);
  }

  /** The viewer's open sockets, by connection id. */
  connectionsOf(viewerId: string): string[] {
    return [...this.getConnections(viewerTag(viewerId))].map((connection) => connection.id);
  }

  override onAlarm(): void {
    super.onAlarm();
    this.#settle();
  }

  override onClose(connection: Connection<ReaderState>): void {
    void super.onClose(connection);
    const others = [...this.getConnections()].filter((other) => other.id !== connection.id);
    if (others.length === 0) this.ctx.storage.kv.put(LEFT_AT, this.clock.now());
    const viewerId = connection.state?.viewerId;
    if (viewerId) this.departures.note(viewerId, connection.id);
  }

  protected override visible(events: Envelope[], connection: Connection<ReaderState>): Envelope[] {
    const viewerId = connection.state?.viewerId;
    const hidden = viewerId ? this.#hidden.hiddenFrom(viewerId) : new Set<string>();
    return events.map((envelope) => {
      const event = postEventSchema.parse({ type: envelope.type, data: envelope.data });
      return { ...envelope, data: { events: withoutHidden(this.#bury(event.data.events), hidden) } };
    });
  }

  protected override tidy(): void {
    super.tidy();
    this.#inbox.trim();
    const present = [...this.getConnections<ReaderState>()].flatMap(({ state }) => state?.viewerId ?? []);
    this.#hidden.forgetExcept(present);
  }

  /** Asks the account's room; false when the socket was closed instead. */
  async #admit(
    connection: Connection,
    { authorId, hidden }: PostVisitor,
    viewer: AccountVisitor,
  ): Promise<boolean> {
    this.#authorId = authorId;
    if (hidden) this.#hidden.replace(viewer.userId, hidden);
    const gone = this.departures.take(viewer.userId);
    try {
      const answer = await this.#account(viewer.userId).subscribe(
        `post:${this.name}`,
        connection.id,
        viewer.sessionId,
        gone,
      );
      if (!answer.isAllowed) {
        connection.close(answer.code, answer.reason);
        return false;
      }
      for (const change of answer.newlyHidden) this.#hidden.change(viewer.userId, change);
      // Postgres let this viewer in a moment ago; a block since then counts more.
      if (answer.newlyHidden.some((change) => change.isBlocked && change.otherId === authorId)) {
        connection.close(closeCodes.forbidden, "not allowed");
        return false;
      }
    } catch (error) {
      for (const id of gone) this.departures.note(viewer.userId, id);
      // Without the account's room nobody could take this socket away again.
      this.report("watch", error);
      connection.close(closeCodes.tryAgainLater, "try again");
      return false;
    }
    return connection.readyState === WebSocket.OPEN;
  }

  /** Whether nobody would miss what this room is told now. */
  #isUnheard(): boolean {
    if ([...this.getConnections()].length > 0) return false;
    const leftAt = this.ctx.storage.kv.get<number>(LEFT_AT);
    if (leftAt === undefined) return true;
    if (leftAt === STILL_HERE) {
      // The last life of this room ended with readers in it: they may be on their way back.
      this.ctx.storage.kv.put(LEFT_AT, this.clock.now());
      return false;
    }
    if (this.clock.now() - leftAt <= LINGER_MS) return false;
    this.transact(() => {
      this.log.restart();
      this.#inbox.clear();
      this.ctx.storage.kv.delete(LEFT_AT);
    });
    this.keepHeartbeat();
    return true;
  }

  /** Sends what waits, at once or when the last frame is old enough. */
  #settle(): void {
    if (this.#inbox.isEmpty) return;
    const waitMs = waitBeforeFlush(this.#lastFlushAt, this.clock.now());
    if (waitMs === 0) {
      this.#flush();
      return;
    }
    // The timer is prompt and dies with the process; the alarm does not.
    this.wakeBy(this.clock.now() + FLUSH_BACKSTOP_MS);
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#settle();
    }, waitMs);
  }

  #flush(): void {
    const waiting = this.#inbox.peek();
    if (!waiting) return;
    if (waiting.changes.length === 0) {
      this.#inbox.remove(waiting.upTo);
      this.#settle();
      return;
    }
    const changes = this.#bury(mergeChanges(waiting.changes));
    const event: PostEvent = { type: "post.changed", data: { events: changes } };
    const envelope = this.transact(() => {
      this.#inbox.remove(waiting.upTo);
      const appended = this.log.append({ id: this.deps.newId(), at: waiting.at, ...event });
      const isGone = changes.some((change) => change.type === "post.deleted" && change.data.id === this.name);
      // Nobody reads a deleted post's past any more; whoever resumes is told to ask again, and finds it gone.
      if (appended && isGone) this.log.forgetUpTo(appended.seq - 1);
      return appended;
    });
    this.#lastFlushAt = this.clock.now();
    this.keepHeartbeat();
    if (envelope) this.#broadcast(envelope, changes);
    this.#settle();
  }

  /** One frame for nearly everyone; a viewer from whom an author is hidden gets the same number with less in it. */
  #broadcast(envelope: Envelope, changes: PostChange[]): void {
    const forAll = JSON.stringify(envelope);
    const authors = [...new Set(changes.flatMap((change) => authorOf(change) ?? []))];
    const less = new Map(
      [...this.#hidden.viewersWithout(authors)].map(([viewerId, hidden]) => [
        viewerId,
        JSON.stringify({ ...envelope, data: { events: withoutHidden(changes, hidden) } }),
      ]),
    );
    for (const connection of this.getConnections<ReaderState>()) {
      const { state } = connection;
      if (state?.isReady) this.sendTo(connection, (state.viewerId && less.get(state.viewerId)) || forAll);
    }
  }

  #bury(changes: readonly PostChange[]): PostChange[] {
    return buryDeleted(changes, (id) => this.#inbox.deletedAt(id));
  }

  #account(userId: string) {
    return userRoom(this.env, userId);
  }

  get #authorId(): string | null {
    return this.ctx.storage.kv.get<string>("author-id") ?? null;
  }

  set #authorId(authorId: string) {
    if (this.#authorId !== authorId) this.ctx.storage.kv.put("author-id", authorId);
  }
}

/** An event is the same for everybody: whatever a viewer did to it is left out. */
function withoutViewer(change: PostChange): PostChange {
  switch (change.type) {
    case "comment.created":
      return { type: change.type, data: { ...change.data, viewer: null } };
    case "answer.created":
      return { type: change.type, data: { ...change.data, viewer: null } };
    case "comment.deleted":
    case "comment.counted":
    case "post.counted":
    case "post.deleted":
      return change;
    default:
      return change satisfies never;
  }
}
