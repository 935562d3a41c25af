/**
 * PostRoom, one per open post (its name is the post's id): sockets of visitors, signed in or not, and the post's event log.
 * Changes are merged and sent as one `post.changed` at most every 250 ms. Until then they are stored as pending.
 */
import type { Connection } from "partyserver";
import { type AccountVisitor, type PostVisitor, readPostVisitor } from "../../gateway/visitor.ts";
import { explain, type FailedRow, type OutboxRow } from "../../outbox/rows.ts";
import type { Envelope } from "../../protocol/envelope.ts";
import {
  type PostChange,
  type PostEvent,
  postChangeSchema,
  postEventSchema,
} from "../../protocol/post-events.ts";
import { closeCodes } from "../../protocol/wire.ts";
import type { PostRoomRpc, RelationChange, SubscribeAnswer } from "../../rpc.ts";
import { type CloseReason, type SocketState, SubscribableRoom } from "../kit/subscribable-room.ts";
import { HiddenAuthors } from "./hidden-authors.ts";
import { PendingChanges } from "./pending-changes.ts";
import {
  authorOf,
  mergeChanges,
  redactDeleted,
  waitBeforeFlush,
  withoutHidden,
  withoutViewer,
} from "./post-changes.ts";

/**
 * For this long after its last visitor left, a room goes on logging changes, so that a visitor who comes back can resume. Later,
 * and before the first visitor comes, changes are acknowledged without a write, because most posts are not open.
 */
export const LOGGING_KEPT_MS = 10 * 60_000;
/** If the process stops while changes are pending, the alarm sends them after this long. */
export const FLUSH_BACKSTOP_MS = 2_000;
/** A delivery with more changes than this is stored as pending, so that the size of each frame is limited. */
const DIRECT_MAX_CHANGES = 20;

/** A logged event: the frame as JSON, its changes, and the authors of their texts. */
interface LoggedEvent {
  text: string;
  changes: PostChange[];
  authorIds: string[];
}

const LEFT_AT = "left-at";
/** Value of LEFT_AT while there are visitors, and after a crash with visitors. Otherwise the time at which the last one left. */
const HAS_VISITORS = 0;
const AUTHOR_ID = "author-id";

export class PostRoom extends SubscribableRoom<PostVisitor, string | null> implements PostRoomRpc {
  readonly #pending = new PendingChanges(this.context.sql, this.context);
  readonly #hidden = new HiddenAuthors(this.context.sql, this.context);
  readonly #flushJob = this.context.scheduler.timerJob("flush", () => this.#flushWhenDue(), {
    backstopMs: FLUSH_BACKSTOP_MS,
  });
  #lastFlushAt: number | null = null;

  override async onStart(): Promise<void> {
    await super.onStart();
    // Sends the changes that an earlier instance has stored and not sent.
    this.#flushWhenDue();
  }

  protected override get topic() {
    return `post:${this.name}` as const;
  }

  protected override visitorOf(headers: Headers): PostVisitor | null {
    return readPostVisitor(headers);
  }

  protected override accountOf({ viewer }: PostVisitor): AccountVisitor | null {
    return viewer;
  }

  protected override onVisit({ authorId, hidden, viewer }: PostVisitor): void {
    const { kv } = this.context;
    if (kv.get(LEFT_AT) !== HAS_VISITORS) kv.put(LEFT_AT, HAS_VISITORS);
    if (!viewer) return;
    if (this.#authorId !== authorId) kv.put(AUTHOR_ID, authorId);
    if (hidden) this.#hidden.replace(viewer.userId, hidden);
  }

  protected override refusalOf(
    { authorId, viewer }: PostVisitor,
    { newlyHidden }: SubscribeAnswer & { isAllowed: true },
  ): CloseReason | null {
    if (viewer) for (const change of newlyHidden) this.#hidden.change(viewer.userId, change);
    // The author may have blocked the viewer after the Worker's query.
    const isBlocked = newlyHidden.some((change) => change.isBlocked && change.otherId === authorId);
    return isBlocked ? { code: closeCodes.forbidden, reason: "not allowed" } : null;
  }

  async deliver(rows: OutboxRow[]): Promise<{ failed: FailedRow[] }> {
    await this.started();
    const failed: FailedRow[] = [];
    const changes: { rowId: string; change: PostChange; at: string }[] = [];
    for (const { id, type, data, createdAt } of rows) {
      const parsed = postChangeSchema.safeParse({ type, data });
      if (parsed.success) changes.push({ rowId: id, change: parsed.data, at: createdAt });
      else failed.push({ id, error: explain(parsed.error) });
    }
    if (!this.#isLogging()) return { failed };
    this.#broadcast(this.context.transact(() => this.#accept(changes)));
    this.#flushWhenDue();
    return { failed };
  }

  async setHiddenAuthors(viewerId: string, authorIds: string[]): Promise<void> {
    await this.started();
    this.#hidden.replace(viewerId, authorIds);
  }

  async changeHiddenAuthor(viewerId: string, change: RelationChange): Promise<string[]> {
    await this.started();
    if (this.connectionsOf(viewerId).length > 0) {
      this.#hidden.change(viewerId, change);
      const authorId = this.#authorId;
      // A mute hides an author's comments. Only a block closes the author's posts.
      if (change.isBlocked && change.otherId === authorId && this.#hidden.isHidden(viewerId, authorId)) {
        this.closeSocketsOf(viewerId, { code: closeCodes.forbidden, reason: "not allowed any more" });
      }
    }
    return this.connectionsOf(viewerId);
  }

  override onClose(connection: Connection<SocketState>): void {
    super.onClose(connection);
    const others = [...this.getConnections()].filter((other) => other.id !== connection.id);
    if (others.length === 0) this.context.kv.put(LEFT_AT, this.clock.now());
  }

  protected override visible(events: Envelope[], connection: Connection): Envelope[] {
    const viewerId = this.sockets.userOf(connection.id);
    const hidden = viewerId ? this.#hidden.hiddenFrom(viewerId) : new Set<string>();
    return events.map((envelope) => {
      const event = postEventSchema.parse({ type: envelope.type, data: envelope.data });
      return { ...envelope, data: { events: withoutHidden(this.#redact(event.data.events), hidden) } };
    });
  }

  protected override trim(): void {
    super.trim();
    this.#pending.trim();
    const present = [...this.getConnections<SocketState>()].flatMap(({ state }) => state?.userId ?? []);
    this.#hidden.deleteExcept(present);
  }

  /** Whether changes have to be logged. Restarts the log with a new epoch when they no longer have to. */
  #isLogging(): boolean {
    if ([...this.getConnections()].length > 0) return true;
    const leftAt = this.context.kv.get<number>(LEFT_AT);
    if (leftAt === undefined) return false;
    if (leftAt === HAS_VISITORS) {
      // The last instance of this room ended with visitors, who may be reconnecting.
      this.context.kv.put(LEFT_AT, this.clock.now());
      return true;
    }
    if (this.clock.now() - leftAt <= LOGGING_KEPT_MS) return true;
    this.context.transact(() => {
      this.log.restart();
      this.#pending.clear();
      this.context.kv.delete(LEFT_AT);
    });
    this.keepHeartbeat();
    return false;
  }

  /** Stores the changes of a delivery. If a frame may be sent now, appends and returns the event; else stores them as pending. */
  #accept(changes: readonly { rowId: string; change: PostChange; at: string }[]): LoggedEvent | null {
    const { seen } = this.log;
    const fresh = changes.filter(({ rowId }) => {
      const isNew = !seen.has(rowId);
      if (isNew) seen.add(rowId);
      return isNew;
    });
    const isDue = waitBeforeFlush(this.#lastFlushAt, this.clock.now()) === 0;
    if (fresh.length === 0 || fresh.length > DIRECT_MAX_CHANGES || !isDue || !this.#pending.isEmpty) {
      for (const { change, at } of fresh) this.#pending.add(change, at);
      return null;
    }
    for (const { change, at } of fresh) this.#pending.recordDeletion(change, at);
    const newestAt =
      fresh
        .map(({ at }) => at)
        .sort()
        .at(-1) ?? "";
    return this.#append(
      fresh.map(({ change }) => change),
      newestAt,
    );
  }

  /** Sends the pending changes, at once or FLUSH_EVERY_MS after the last frame. */
  #flushWhenDue(): void {
    if (this.#pending.isEmpty) return;
    const waitMs = waitBeforeFlush(this.#lastFlushAt, this.clock.now());
    if (waitMs > 0) {
      this.#flushJob.runWithin(waitMs);
      return;
    }
    const batch = this.#pending.peek();
    if (!batch) return;
    const event = this.context.transact(() => {
      this.#pending.remove(batch.upTo);
      return batch.changes.length > 0 ? this.#append(batch.changes, batch.at) : null;
    });
    this.#broadcast(event);
    this.#flushWhenDue();
  }

  /** Appends the changes to the log as one event. */
  #append(accepted: readonly PostChange[], at: string): LoggedEvent {
    const changes = this.#redact(mergeChanges(accepted.map(withoutViewer)));
    const authorIds = [...new Set(changes.flatMap((change) => authorOf(change) ?? []))];
    const event: PostEvent = { type: "post.changed", data: { events: changes } };
    const text = this.log.appendOwn(event.type, at, JSON.stringify(event.data));
    const isPostDeleted = changes.some(
      (change) => change.type === "post.deleted" && change.data.id === this.name,
    );
    // Earlier events of a deleted post must not be replayed. A visitor who resumes gets a resync and reads that it is deleted.
    if (isPostDeleted) this.log.forgetUpTo(this.log.head - 1);
    return { text, changes, authorIds };
  }

  /** Sends all sockets the same JSON. A viewer from whom an author is hidden gets the same seq with fewer changes. */
  #broadcast(event: LoggedEvent | null): void {
    if (!event) return;
    const { text, changes, authorIds } = event;
    this.#lastFlushAt = this.clock.now();
    this.keepHeartbeat();
    const redacted = new Map(
      [...this.#hidden.hiddenAmong(authorIds)].map(([viewerId, hidden]) => [
        viewerId,
        JSON.stringify({ ...JSON.parse(text), data: { events: withoutHidden(changes, hidden) } }),
      ]),
    );
    for (const { connection, userId } of this.sockets.all())
      this.context.send(connection, (userId && redacted.get(userId)) || text);
  }

  #redact(changes: readonly PostChange[]): PostChange[] {
    return redactDeleted(changes, (id) => this.#pending.deletedAt(id));
  }

  get #authorId(): string | null {
    return this.context.kv.get<string>(AUTHOR_ID) ?? null;
  }
}
