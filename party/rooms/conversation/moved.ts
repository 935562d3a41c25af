/** Receipts move with every message and every look: of one person's moves within a moment one event is made. */
import type { Conversation } from "./conversation-core.ts";
import type { Receipt } from "./views.ts";
import { pointersOf } from "./views.ts";

export const RECEIPTS_EVERY_MS = 200;
/** In a big conversation everybody's receipts go to everybody: there they take their time. */
const RECEIPTS_MS_PER_PERSON = 20;

export class MovedReceipts {
  readonly #conversation: Conversation;
  /** By person: whether something moved that others may know without their consent. */
  readonly #moved = new Map<string, { isDelivery: boolean }>();

  constructor(conversation: Conversation) {
    this.#conversation = conversation;
  }

  note(userId: string, isDelivery: boolean): void {
    const known = this.#moved.get(userId);
    if (known) known.isDelivery ||= isDelivery;
    else this.#moved.set(userId, { isDelivery });
  }

  get waitMs(): number {
    return Math.max(RECEIPTS_EVERY_MS, this.#conversation.roster.people.size * RECEIPTS_MS_PER_PERSON);
  }

  /** What others are to be told. Not before a request is answered, not across a block, not against somebody's will. */
  take(): Receipt[] {
    const { roster, numbers } = this.#conversation;
    const moved = [...this.#moved];
    this.#moved.clear();
    return moved.flatMap(([userId, { isDelivery }]) => {
      const person = roster.people.get(userId);
      const known = numbers.get(userId);
      if (!person || !known || roster.refusal(userId, "self.show")) return [];
      if (!isDelivery && !person.sharesReceipts) return [];
      return { userId, ...pointersOf(known) };
    });
  }
}
