/**
 * PostRoom, one per open post (its name is the post's id): readers' sockets, signed in or not, and the post's numbered
 * log. Changes are written into an inbox, merged, and leave as one `post.changed` at most every 250 ms.
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
import { type Closing, type SocketState, SubscribableRoom } from "../kit/subscribable-room.ts";
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

export class PostRoom extends SubscribableRoom<PostVisitor, string | null> implements PostRoomRpc {
  readonly #inbox = new Inbox(this.context.sql, this.context);
  readonly #hidden = new HiddenPeople(this.context.sql, this.context);
  readonly #flushJob = this.context.scheduler.timerJob("flush", () => this.#settle(), {
    backstopMs: FLUSH_BACKSTOP_MS,
  });
  #lastFlushAt: number | null = null;

  override async onStart(): Promise<void> {
    await super.onStart();
    // What an earlier life of this room was told and could not send any more.
    this.#settle();
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
    if (kv.get(LEFT_AT) !== STILL_HERE) kv.put(LEFT_AT, STILL_HERE);
    if (!viewer) return;
    this.#authorId = authorId;
    if (hidden) this.#hidden.replace(viewer.userId, hidden);
  }

  protected override refusalOf(
    { authorId, viewer }: PostVisitor,
    { newlyHidden }: SubscribeAnswer & { isAllowed: true },
  ): Closing | null {
    if (viewer) for (const change of newlyHidden) this.#hidden.change(viewer.userId, change);
    // Postgres let this viewer in a moment ago; a block since then counts more.
    const isBlocked = newlyHidden.some((change) => change.isBlocked && change.otherId === authorId);
    return isBlocked ? { code: closeCodes.forbidden, reason: "not allowed" } : null;
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
      return { ...envelope, data: { events: withoutHidden(this.#bury(event.data.events), hidden) } };
    });
  }

  protected override trim(): void {
    super.trim();
    this.#inbox.trim();
    const present = [...this.getConnections<SocketState>()].flatMap(({ state }) => state?.userId ?? []);
    this.#hidden.forgetExcept(present);
  }

  /** Whether nobody would miss what this room is told now. */
  #isUnheard(): boolean {
    if ([...this.getConnections()].length > 0) return false;
    const leftAt = this.context.kv.get<number>(LEFT_AT);
    if (leftAt === undefined) return true;
    if (leftAt === STILL_HERE) {
      // The last life of this room ended with readers in it: they may be on their way back.
      this.context.kv.put(LEFT_AT, this.clock.now());
      return false;
    }
    if (this.clock.now() - leftAt <= LINGER_MS) return false;
    this.context.transact(() => {
      this.log.restart();
      this.#inbox.clear();
      this.context.kv.delete(LEFT_AT);
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
    this.#flushJob.runWithin(waitMs);
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
    const envelope = this.context.transact(() => {
      this.#inbox.remove(waiting.upTo);
      const appended = this.log.append({ id: this.context.newId(), at: waiting.at, ...event });
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
    for (const { connection, userId } of this.sockets.all())
      this.context.send(connection, (userId && less.get(userId)) || forAll);
  }

  #bury(changes: readonly PostChange[]): PostChange[] {
    return buryDeleted(changes, (id) => this.#inbox.deletedAt(id));
  }

  get #authorId(): string | null {
    return this.context.kv.get<string>("author-id") ?? null;
  }

  set #authorId(authorId: string) {
    if (this.#authorId !== authorId) this.context.kv.put("author-id", authorId);
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
