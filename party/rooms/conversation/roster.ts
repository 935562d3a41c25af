/**
 * The members of a conversation and their permissions, as Postgres has sent them last. Only Postgres changes them; of two rosters
 * the one with the greater version is newer.
 */
import { type ConversationSnapshot, conversationSnapshotSchema } from "../../outbox/conversation-snapshot.ts";
import type { FrameErrorCode } from "../../protocol/wire.ts";
import type { Refused } from "../../rpc.ts";
import type { Sql } from "../kit/sql.ts";

export type RosterMember = ConversationSnapshot["participants"][number];
/** A snapshot without the notice about what caused it. */
export type RosterView = Omit<ConversationSnapshot, "cause">;

export const refused = (code: FrameErrorCode, message: string): Refused => ({ ok: false, code, message });

/** What a permission depends on. */
interface Standing {
  member: RosterMember;
  /** A direct conversation in which one of the two has blocked the other. */
  isBlocked: boolean;
}
type Rule = (standing: Standing) => Refused | null;

const accepted: Rule = ({ member }) =>
  member.state === "accepted" ? null : refused("FORBIDDEN", "accept the request first");
const notBlocked: Rule = ({ isBlocked }) =>
  isBlocked ? refused("FORBIDDEN", "one of you has blocked the other") : null;
const admin: Rule = ({ member }) => (member.role === "admin" ? null : refused("FORBIDDEN", "admins only"));

/** What each permission requires of a member. Others are answered that the conversation does not exist. */
const rules = {
  "conversation.read": [],
  "message.send": [accepted, notBlocked],
  "message.edit": [accepted, notBlocked],
  "message.react": [accepted, notBlocked],
  /** One's own message can always be deleted. */
  "message.delete": [],
  "message.deleteOthers": [accepted, admin],
  /** Whether others receive this member's typing signals and receipts. */
  "self.show": [accepted, notBlocked],
} as const satisfies Record<string, readonly Rule[]>;
export type Permission = keyof typeof rules;

const notFound = refused("NOT_FOUND", "no such conversation");
const nobody: ReadonlySet<string> = new Set();

export class Roster {
  readonly #sql: Sql;
  #view: RosterView | null;
  #members = new Map<string, RosterMember>();
  /** By viewer: the people hidden from them (blocked in either direction, or muted), and of these the blocked ones. */
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

  /** To be called after a transaction was rolled back. */
  reload(): void {
    this.#view = this.#stored();
    this.#index();
  }

  get isKnown(): boolean {
    return this.#view !== null;
  }

  /** @throws when no roster was received yet */
  get view(): RosterView {
    if (!this.#view) throw new Error("no roster was received yet");
    return this.#view;
  }

  get isGroup(): boolean {
    return this.#view?.kind === "group";
  }

  /** False in the usual case, in which no message has to be redacted. */
  get hasHidden(): boolean {
    return this.#hidden.size > 0;
  }

  /** Stores a newer roster; false when this one is not newer. */
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

  /** The present members, including those who have not answered the request yet. */
  get members(): ReadonlyMap<string, RosterMember> {
    return this.#members;
  }

  /** People whose messages and reactions are redacted for this viewer in a group. */
  hiddenFrom(viewerId: string): ReadonlySet<string> {
    return this.#hidden.get(viewerId) ?? nobody;
  }

  isBlockedBetween(viewerId: string, otherId: string): boolean {
    return this.#blocked.get(viewerId)?.has(otherId) ?? false;
  }

  /** Null when this person has the permission; otherwise why it is refused. */
  refusal(userId: string, permission: Permission): Refused | null {
    const member = this.#members.get(userId);
    if (!member) return notFound;
    const standing: Standing = { member, isBlocked: !this.isGroup && this.#blocked.has(userId) };
    for (const rule of rules[permission]) {
      const refusal = rule(standing);
      if (refusal) return refusal;
    }
    return null;
  }

  /** A direct conversation whose other member has not accepted the request, as the sender sees it. */
  get isUnanswered(): boolean {
    const { participants, absent } = this.view;
    return !this.isGroup && [...participants, ...absent].some(({ state }) => state === "requested");
  }

  /** True when `viewerId` may see the read pointer of `otherId`: both have to share theirs. */
  sharesReceipts(viewerId: string, otherId: string): boolean {
    if (viewerId === otherId) return true;
    const [viewer, other] = [
      this.#members.get(viewerId),
      this.#members.get(otherId) ?? this.#absent(otherId),
    ];
    if (!viewer || !other || !this.shows(viewerId, otherId)) return false;
    return viewer.sharesReceipts && other.sharesReceipts;
  }

  /** True when `viewerId` may see the delivered pointer of `otherId`: the request is accepted, and neither has blocked the other. */
  shows(viewerId: string, otherId: string): boolean {
    if (viewerId === otherId) return true;
    const other = this.#members.get(otherId) ?? this.#absent(otherId);
    return other?.state === "accepted" && !this.isBlockedBetween(viewerId, otherId);
  }

  #absent(userId: string): RosterMember | undefined {
    return this.#view?.absent.find(({ id }) => id === userId);
  }

  #stored(): RosterView | null {
    const [row] = this.#sql.exec<{ snapshot: string }>("select snapshot from roster").toArray();
    if (!row) return null;
    const parsed = conversationSnapshotSchema.omit({ cause: true }).safeParse(JSON.parse(row.snapshot));
    // Stored by an earlier version of this code in another shape: it is read from Postgres again.
    return parsed.success ? parsed.data : null;
  }

  #index(): void {
    this.#members = new Map(this.#view?.participants.map((person) => [person.id, person]));
    this.#hidden = new Map();
    this.#blocked = new Map();
    for (const { viewerId, otherId, isBlocked } of this.#view?.hidden ?? []) {
      addPair(this.#hidden, viewerId, otherId);
      if (isBlocked) addPair(this.#blocked, viewerId, otherId);
    }
  }
}

function addPair(pairs: Map<string, Set<string>>, viewerId: string, otherId: string): void {
  pairs.set(viewerId, (pairs.get(viewerId) ?? new Set()).add(otherId));
}
