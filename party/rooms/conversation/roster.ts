/**
 * Who is in a conversation and who may do what in it, as Postgres last told the room. Postgres alone changes it; of two
 * rosters the one with the greater version is the truer.
 */

import type { Notice } from "../../../db/views/conversation.view.ts";
import { type ConversationSnapshot, conversationSnapshotSchema } from "../../outbox/conversation-snapshot.ts";
import type { FrameErrorCode } from "../../protocol/wire.ts";
import type { Refused } from "../../rpc.ts";
import type { Sql } from "../kit/sql.ts";

export type RosterPerson = ConversationSnapshot["participants"][number];
/** The conversation as Postgres told it, without what caused the telling. */
export type RosterView = Omit<ConversationSnapshot, "cause">;
export type NoticeCause = Notice & { actorId: string | null };

export const refused = (code: FrameErrorCode, message: string): Refused => ({ ok: false, code, message });

/** How somebody stands in a conversation when they want to do something. */
interface Standing {
  person: RosterPerson;
  /** A block between the two of a direct conversation, whichever of them made it. */
  isShut: boolean;
}
type Rule = (standing: Standing) => Refused | null;

const answered: Rule = ({ person }) =>
  person.state === "accepted" ? null : refused("FORBIDDEN", "accept the request first");
const open: Rule = ({ isShut }) => (isShut ? refused("FORBIDDEN", "a block stands between you") : null);
const admin: Rule = ({ person }) => (person.role === "admin" ? null : refused("FORBIDDEN", "admins only"));

/** What people may do in a conversation they are in, in one table. Who is not in it finds nothing. */
const rules = {
  "conversation.read": [],
  "message.send": [answered, open],
  "message.edit": [answered, open],
  "message.react": [answered, open],
  /** Taking back one's own words is always possible. */
  "message.delete": [],
  "message.deleteOthers": [answered, admin],
  /** Whether others hear that somebody types, or how far they have read. */
  "self.show": [answered, open],
} as const satisfies Record<string, readonly Rule[]>;
export type Revocation = keyof typeof rules;

const notHere = refused("NOT_FOUND", "no such conversation");
const nobody: ReadonlySet<string> = new Set();

export class Roster {
  readonly #sql: Sql;
  #view: RosterView | null;
  #people = new Map<string, RosterPerson>();
  /** For each viewer, whom they do not see: blocked either way or muted; and of these the blocked ones. */
  #hidden = new Map<string, Set<string>>();
  #blocked = new Map<string, Set<string>>();

  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec(
      "create table if not exists roster (one integer primary key check (one = 1), snapshot text not null)",
    );
    this.#view = this.#stored();
    this.#index();
  }

  /** To be called when a transaction was rolled back. */
  reload(): void {
    this.#view = this.#stored();
    this.#index();
  }

  get isKnown(): boolean {
    return this.#view !== null;
  }

  /** @throws when nothing is known yet */
  get view(): RosterView {
    if (!this.#view) throw new Error("the conversation is not known yet");
    return this.#view;
  }

  get isGroup(): boolean {
    return this.#view?.kind === "group";
  }

  /** False in the usual case: everybody sees everything. */
  get hidesSomething(): boolean {
    return this.#hidden.size > 0;
  }

  /** Takes a newer roster; false when this one says nothing new. */
  take({ cause: _, ...view }: ConversationSnapshot): boolean {
    if (this.#view && this.#view.version >= view.version) return false;
    this.#sql.exec(
      "insert into roster values (1, ?) on conflict do update set snapshot = excluded.snapshot",
      JSON.stringify(view),
    );
    this.#view = view;
    this.#index();
    return true;
  }

  /** People who are in it now, those included who have not answered yet. */
  get people(): ReadonlyMap<string, RosterPerson> {
    return this.#people;
  }

  /** Whose words and deeds this viewer is not shown in a group. */
  hiddenFrom(viewerId: string): ReadonlySet<string> {
    return this.#hidden.get(viewerId) ?? nobody;
  }

  isBlockedBetween(viewerId: string, otherId: string): boolean {
    return this.#blocked.get(viewerId)?.has(otherId) ?? false;
  }

  /** Null when this person may; otherwise why not. */
  refusal(userId: string, revocation: Revocation): Refused | null {
    const person = this.#people.get(userId);
    if (!person) return notHere;
    const standing: Standing = { person, isShut: !this.isGroup && this.#blocked.has(userId) };
    for (const rule of rules[revocation]) {
      const why = rule(standing);
      if (why) return why;
    }
    return null;
  }

  /** A direct conversation whose other half has not said yes, as far as the sender is to know. */
  get isWaiting(): boolean {
    const { participants, absent } = this.view;
    return !this.isGroup && [...participants, ...absent].some(({ state }) => state === "requested");
  }

  /** True when `viewerId` may know how far `otherId` has read: receipts go both ways or not at all. */
  sharesReceipts(viewerId: string, otherId: string): boolean {
    if (viewerId === otherId) return true;
    const [viewer, other] = [this.#people.get(viewerId), this.#people.get(otherId) ?? this.#absent(otherId)];
    if (!viewer || !other || !this.shows(viewerId, otherId)) return false;
    return viewer.sharesReceipts && other.sharesReceipts;
  }

  /** True when what reaches `otherId` is for `viewerId` to know: not before a request is answered, never across a block. */
  shows(viewerId: string, otherId: string): boolean {
    if (viewerId === otherId) return true;
    const other = this.#people.get(otherId) ?? this.#absent(otherId);
    return other?.state === "accepted" && !this.isBlockedBetween(viewerId, otherId);
  }

  #absent(userId: string): RosterPerson | undefined {
    return this.#view?.absent.find(({ id }) => id === userId);
  }

  #stored(): RosterView | null {
    const [row] = this.#sql.exec<{ snapshot: string }>("select snapshot from roster").toArray();
    if (!row) return null;
    const parsed = conversationSnapshotSchema.omit({ cause: true }).safeParse(JSON.parse(row.snapshot));
    // Written by an earlier version that said things otherwise: it is asked for anew.
    return parsed.success ? parsed.data : null;
  }

  #index(): void {
    this.#people = new Map(this.#view?.participants.map((person) => [person.id, person]));
    this.#hidden = new Map();
    this.#blocked = new Map();
    for (const { viewerId, otherId, isBlocked } of this.#view?.hidden ?? []) {
      note(this.#hidden, viewerId, otherId);
      if (isBlocked) note(this.#blocked, viewerId, otherId);
    }
  }
}

function note(pairs: Map<string, Set<string>>, viewerId: string, otherId: string): void {
  pairs.set(viewerId, (pairs.get(viewerId) ?? new Set()).add(otherId));
}
