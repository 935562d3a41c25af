/** What a room that knows nothing asks of Postgres, once for everybody who waits. */

import type { Deps } from "../kit/sql.ts";
import type { Conversation } from "./conversation-core.ts";
import type { ConversationStore } from "./drain.ts";
import { fromStored } from "./messages.ts";

/** Messages that a room begins with. */
export const TAIL_LOADED = 50;
/** Whoever asks for a conversation that is not there makes Postgres look once in so long. */
export const UNKNOWN_KEPT_MS = 2_000;

export class ConversationLoader {
  readonly #conversation: Conversation;
  readonly #store: () => ConversationStore;
  readonly #deps: Deps;
  #loading: Promise<boolean> | null = null;
  #unknownUntil = 0;

  constructor(conversation: Conversation, store: () => ConversationStore, deps: Deps) {
    this.#conversation = conversation;
    this.#store = store;
    this.#deps = deps;
  }

  /** True when the conversation is known, after asking if need be. @throws when Postgres does not answer */
  async known(id: string): Promise<boolean> {
    if (this.#conversation.roster.isKnown) return true;
    if (this.#deps.now() < this.#unknownUntil) return false;
    this.#loading ??= this.#load(id).finally(() => {
      this.#loading = null;
    });
    return await this.#loading;
  }

  /** There is one now. */
  appeared(): void {
    this.#unknownUntil = 0;
  }

  /** Keeps a message that is older than what is kept; false when there is none. @throws when Postgres does not answer */
  async fetch(id: string, seq: number): Promise<boolean> {
    const message = await this.#store().messageAt(id, seq);
    if (message) this.#conversation.messages.keep([fromStored(id, message)]);
    return message !== null;
  }

  async #load(id: string): Promise<boolean> {
    const found = await this.#store().load(id, TAIL_LOADED);
    if (this.#conversation.roster.isKnown) return true;
    if (found) this.#conversation.begin(found.snapshot, found.tail);
    else this.#unknownUntil = this.#deps.now() + UNKNOWN_KEPT_MS;
    return found !== null;
  }
}
