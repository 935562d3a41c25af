/**
 * What an account's room knows of its conversations: one row each, as the conversation's room last told it, and the totals.
 * It begins with what Postgres has and is newer than it ever after.
 */

import { type ConversationSummary, conversationSummarySchema } from "../../outbox/conversation-snapshot.ts";
import { IDS_MAX } from "../../protocol/limits.ts";
import type { ConversationTotals } from "../../protocol/wire.ts";
import type { MemberStates, MemberStateUpdate } from "../../rpc.ts";
import { withTimeout } from "../../with-timeout.ts";
import type { EventLog } from "../kit/event-log.ts";
import type { Deps, Sql } from "../kit/sql.ts";

/** Whoever asks for numbers waits for Postgres no longer than this. */
export const LOAD_TIMEOUT_MS = 1_000;
/** After Postgres did not answer, it is asked again no sooner than this. */
export const LOAD_AGAIN_MS = 5_000;

/** How far the account's list of conversations has come from Postgres. */
const [NEVER_ASKED, LOADED, ASKED] = [0, 1, 2] as const;

interface ChatDeps extends Deps {
  /** The account's conversations as Postgres has them. */
  load(): Promise<ConversationSummary[]>;
}

export class Chats {
  readonly #sql: Sql;
  readonly #deps: ChatDeps;
  #marks: { isAsked: boolean; isLoaded: boolean; version: number };
  #loading: Promise<void> | null = null;
  #loadAgainAt = 0;

  constructor(sql: Sql, deps: ChatDeps) {
    this.#sql = sql;
    this.#deps = deps;
    // `chat` is null once the person is out: the rev stays, so that nothing older brings it back.
    sql.exec(
      "create table if not exists chats (id text primary key, rev integer not null, unread integer not null, " +
        "is_request integer not null, chat text) without rowid",
    );
    sql.exec(
      "create table if not exists chat_marks (one integer primary key check (one = 1), is_loaded integer not null, version integer not null)",
    );
    sql.exec("insert into chat_marks values (1, 0, 0) on conflict do nothing");
    const [marks] = sql
      .exec<{ is_loaded: number; version: number }>("select is_loaded, version from chat_marks")
      .toArray();
    const is = marks?.is_loaded ?? NEVER_ASKED;
    this.#marks = { isAsked: is !== NEVER_ASKED, isLoaded: is === LOADED, version: marks?.version ?? 0 };
  }

  /**
   * Takes what a conversation's room tells and logs it; the frame for every device, or null when there is nothing to say.
   * `isHeard`: a device is there. While nobody has ever asked for numbers, nobody can miss one: it is taken and no more.
   */
  async hear(touch: MemberStateUpdate, log: EventLog, isHeard: boolean): Promise<string | null> {
    const isWanted = isHeard || this.#marks.isAsked;
    if (isWanted) await this.#ready();
    const id = touch.kind === "chat" ? touch.chat.id : touch.id;
    const rev = touch.kind === "chat" ? touch.chat.rev : touch.rev;
    const chat = touch.kind === "chat" ? touch.chat : null;
    if (!this.#take(id, rev, chat) || !isWanted) return null;
    const totals = this.#totals();
    const at = new Date(this.#deps.now()).toISOString();
    const key = `conversation:${id}`;
    return chat
      ? log.appendOwn("conversation.touched", at, JSON.stringify({ conversation: chat, totals }), key)
      : log.appendOwn("conversation.left", at, JSON.stringify({ id, totals }), key);
  }

  async numbers(ids: readonly string[]): Promise<MemberStates> {
    await this.#ready();
    const rows = this.#sql
      .exec<{ chat: string }>(
        "select chat from chats where chat is not null and id in (select value from json_each(?))",
        JSON.stringify(ids.slice(0, IDS_MAX)),
      )
      .toArray();
    const chats = rows.flatMap((row) => {
      // Of an earlier version that said things otherwise: Postgres knows it too.
      const parsed = conversationSummarySchema.safeParse(JSON.parse(row.chat));
      return parsed.success ? parsed.data : [];
    });
    return { totals: this.#totals(), chats };
  }

  /** Whether the account is in this conversation, as far as is known here. */
  has(id: string): boolean {
    return (
      this.#sql.exec("select 1 as one from chats where id = ? and chat is not null", id).toArray().length > 0
    );
  }

  /** Asks Postgres once. While it is away, what rooms tell is all there is. */
  async #ready(): Promise<void> {
    if (this.#marks.isLoaded || this.#deps.now() < this.#loadAgainAt) return;
    if (!this.#marks.isAsked) this.#mark(ASKED);
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null;
    });
    await this.#loading;
  }

  async #load(): Promise<void> {
    try {
      const chats = await withTimeout(LOAD_TIMEOUT_MS, this.#deps.load());
      for (const chat of chats) this.#take(chat.id, chat.rev, chat);
      this.#mark(LOADED);
    } catch (error) {
      this.#loadAgainAt = this.#deps.now() + LOAD_AGAIN_MS;
      console.warn(JSON.stringify({ room: "UserRoom", where: "loadChats", error: String(error) }));
    }
  }

  #mark(is: typeof ASKED | typeof LOADED): void {
    this.#sql.exec("update chat_marks set is_loaded = ?", is);
    this.#marks.isAsked = true;
    this.#marks.isLoaded = is === LOADED;
  }

  /** Later than any before and than any clock: of two totals the greater version is the newer one. */
  #countVersion(): void {
    this.#marks.version = Math.max(this.#marks.version + 1, this.#deps.now());
    this.#sql.exec("update chat_marks set version = ?", this.#marks.version);
  }

  /** False when something at least as new is known. */
  #take(id: string, rev: number, chat: ConversationSummary | null): boolean {
    const counts = chat?.state === "accepted" && !chat.isMuted;
    const isRequest = chat?.state === "requested" && chat.lastSeq > 0;
    const taken = this.#sql
      .exec(
        "insert into chats values (?, ?, ?, ?, ?) on conflict (id) do update set rev = excluded.rev, unread = excluded.unread, " +
          "is_request = excluded.is_request, chat = excluded.chat where excluded.rev > chats.rev returning 1 as one",
        id,
        rev,
        counts ? chat.unread : 0,
        isRequest ? 1 : 0,
        chat && JSON.stringify(chat),
      )
      .toArray();
    if (taken.length === 0) return false;
    if (this.#marks.isAsked) this.#countVersion();
    return true;
  }

  #totals(): ConversationTotals {
    const [row] = this.#sql
      .exec<{ unread: number | null; requests: number | null }>(
        "select sum(unread) as unread, sum(is_request) as requests from chats",
      )
      .toArray();
    return { unread: row?.unread ?? 0, requests: row?.requests ?? 0, version: this.#marks.version };
  }
}
