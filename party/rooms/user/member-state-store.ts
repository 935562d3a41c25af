/**
 * The account's state in each of its conversations, as the conversations' rooms reported it last, and the totals. The store starts
 * with what Postgres has; from then on it is newer than Postgres.
 */
import { type ConversationSummary, conversationSummarySchema } from "../../outbox/conversation-snapshot.ts";
import { IDS_MAX } from "../../protocol/limits.ts";
import type { ConversationTotals } from "../../protocol/wire.ts";
import type { MemberStates, MemberStateUpdate } from "../../rpc.ts";
import { withTimeout } from "../../with-timeout.ts";
import type { EventLog } from "../kit/event-log.ts";
import { SingleFlight } from "../kit/single-flight.ts";
import type { Deps, Sql } from "../kit/sql.ts";

/** A caller waits this long for the first load from Postgres. */
export const LOAD_TIMEOUT_MS = 1_000;
/** From a failed load until the next try. */
export const LOAD_RETRY_MS = 5_000;

/** Values of `is_loaded`: whether the account's conversations were loaded from Postgres, or a load was at least tried. */
const [NOT_TRIED, LOADED, TRIED] = [0, 1, 2] as const;

interface StoreDeps extends Deps {
  /** The account's conversations as Postgres has them. */
  load(): Promise<ConversationSummary[]>;
}

export class MemberStateStore {
  readonly #sql: Sql;
  readonly #deps: StoreDeps;
  readonly #load = new SingleFlight<void>();
  #status: { isTried: boolean; isLoaded: boolean; version: number };
  #loadNotBefore = 0;

  constructor(sql: Sql, deps: StoreDeps) {
    this.#sql = sql;
    this.#deps = deps;
    // `state` is null after the account left; the row keeps its rev, so that no older update brings the conversation back.
    sql.exec(
      "create table if not exists member_states (id text primary key, rev integer not null, unread integer not null, " +
        "is_request integer not null, state text) without rowid",
    );
    sql.exec(
      "create table if not exists member_states_meta (one integer primary key check (one = 1), is_loaded integer not null, " +
        "version integer not null)",
    );
    sql.exec("insert into member_states_meta values (1, 0, 0) on conflict do nothing");
    const [meta] = sql
      .exec<{ is_loaded: number; version: number }>("select is_loaded, version from member_states_meta")
      .toArray();
    const status = meta?.is_loaded ?? NOT_TRIED;
    this.#status = {
      isTried: status !== NOT_TRIED,
      isLoaded: status === LOADED,
      version: meta?.version ?? 0,
    };
  }

  /**
   * Stores an update and logs it. Answers the frame for every device, or null when there is nothing to send. `hasDevice`: a
   * device is connected. Before the first device ever asks, updates are stored without being logged: no device can miss one.
   */
  async update(update: MemberStateUpdate, log: EventLog, hasDevice: boolean): Promise<string | null> {
    const isLogged = hasDevice || this.#status.isTried;
    if (isLogged) await this.#ensureLoaded();
    const id = update.kind === "chat" ? update.chat.id : update.id;
    const rev = update.kind === "chat" ? update.chat.rev : update.rev;
    const state = update.kind === "chat" ? update.chat : null;
    if (!this.#store(id, rev, state) || !isLogged) return null;
    const totals = this.#totals();
    const at = new Date(this.#deps.now()).toISOString();
    const collapseKey = `conversation:${id}`;
    return state
      ? log.appendOwn(
          "conversation.touched",
          at,
          JSON.stringify({ conversation: state, totals }),
          collapseKey,
        )
      : log.appendOwn("conversation.left", at, JSON.stringify({ id, totals }), collapseKey);
  }

  async read(conversationIds: readonly string[]): Promise<MemberStates> {
    await this.#ensureLoaded();
    const rows = this.#sql
      .exec<{ state: string }>(
        "select state from member_states where state is not null and id in (select value from json_each(?))",
        JSON.stringify(conversationIds.slice(0, IDS_MAX)),
      )
      .toArray();
    const chats = rows.flatMap((row) => {
      // An earlier version of this code may have stored another shape; Postgres has the state too.
      const parsed = conversationSummarySchema.safeParse(JSON.parse(row.state));
      return parsed.success ? parsed.data : [];
    });
    return { totals: this.#totals(), chats };
  }

  /** Whether the account is a member of this conversation, as far as the store has it. */
  has(id: string): boolean {
    return (
      this.#sql.exec("select 1 as one from member_states where id = ? and state is not null", id).toArray()
        .length > 0
    );
  }

  /** Loads from Postgres once. While Postgres does not answer, the updates of the rooms are all there is. */
  async #ensureLoaded(): Promise<void> {
    if (this.#status.isLoaded || this.#deps.now() < this.#loadNotBefore) return;
    if (!this.#status.isTried) this.#setStatus(TRIED);
    await this.#load.run(() => this.#loadNow());
  }

  async #loadNow(): Promise<void> {
    try {
      const states = await withTimeout(LOAD_TIMEOUT_MS, this.#deps.load());
      for (const state of states) this.#store(state.id, state.rev, state);
      this.#setStatus(LOADED);
    } catch (error) {
      this.#loadNotBefore = this.#deps.now() + LOAD_RETRY_MS;
      console.warn(JSON.stringify({ room: "UserRoom", where: "loadMemberStates", error: String(error) }));
    }
  }

  #setStatus(status: typeof TRIED | typeof LOADED): void {
    this.#sql.exec("update member_states_meta set is_loaded = ?", status);
    this.#status.isTried = true;
    this.#status.isLoaded = status === LOADED;
  }

  /** Greater than every version before, also after the storage was lost: of two totals the greater version is newer. */
  #raiseVersion(): void {
    this.#status.version = Math.max(this.#status.version + 1, this.#deps.now());
    this.#sql.exec("update member_states_meta set version = ?", this.#status.version);
  }

  /** False when the stored state is at least as new. */
  #store(id: string, rev: number, state: ConversationSummary | null): boolean {
    const countsUnread = state?.state === "accepted" && !state.isMuted;
    const isRequest = state?.state === "requested" && state.lastSeq > 0;
    const stored = this.#sql
      .exec(
        "insert into member_states values (?, ?, ?, ?, ?) on conflict (id) do update set rev = excluded.rev, " +
          "unread = excluded.unread, is_request = excluded.is_request, state = excluded.state " +
          "where excluded.rev > member_states.rev returning 1 as one",
        id,
        rev,
        countsUnread ? state.unread : 0,
        isRequest ? 1 : 0,
        state && JSON.stringify(state),
      )
      .toArray();
    if (stored.length === 0) return false;
    if (this.#status.isTried) this.#raiseVersion();
    return true;
  }

  #totals(): ConversationTotals {
    const [row] = this.#sql
      .exec<{ unread: number | null; requests: number | null }>(
        "select sum(unread) as unread, sum(is_request) as requests from member_states",
      )
      .toArray();
    return { unread: row?.unread ?? 0, requests: row?.requests ?? 0, version: this.#status.version };
  }
}
