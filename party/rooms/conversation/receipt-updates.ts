/** Collects changed delivered and read pointers, so that the changes of one member within a moment become one event. */
import type { MemberStates } from "./member-states.ts";
import { pointersOf, type Receipt } from "./redaction.ts";
import type { Roster } from "./roster.ts";

export const RECEIPTS_EVERY_MS = 200;
/** In a large conversation every receipt goes to everybody, so receipts are sent less often. */
const RECEIPTS_MS_PER_MEMBER = 20;

export class ReceiptUpdates {
  readonly #roster: Roster;
  readonly #states: MemberStates;
  /** By member: whether the delivered pointer has changed, which others see without the member's consent. */
  readonly #changed = new Map<string, boolean>();

  constructor(roster: Roster, states: MemberStates) {
    this.#roster = roster;
    this.#states = states;
  }

  add(userId: string, isDelivery: boolean): void {
    this.#changed.set(userId, isDelivery || (this.#changed.get(userId) ?? false));
  }

  get waitMs(): number {
    return Math.max(RECEIPTS_EVERY_MS, this.#roster.members.size * RECEIPTS_MS_PER_MEMBER);
  }

  /**
   * The receipts to publish. Left out are members who have not answered the request, who are blocked, and read pointers of those
   * who do not share them.
   */
  take(): Receipt[] {
    const receipts: Receipt[] = [];
    for (const [userId, isDelivery] of this.#changed) {
      const member = this.#roster.members.get(userId);
      const state = this.#states.get(userId);
      if (!member || !state || this.#roster.refusal(userId, "self.show")) continue;
      if (isDelivery || member.sharesReceipts) receipts.push({ userId, ...pointersOf(state) });
    }
    this.#changed.clear();
    return receipts;
  }
}
