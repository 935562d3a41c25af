/**
 * A conversation over HTTP: the fallback of a client whose sockets fail, and the way a run reads the
 * stored messages.
 */
import { randomUUID } from "node:crypto";
import { comparedFields, type RecordedMessage } from "../faults/history.ts";
import type { SendOutcome } from "./client-outbox.ts";

const PAGE = 100;
const TIMEOUT_MS = 10_000;

export class ConversationHttp {
  readonly #url: string;
  readonly #path: string;
  readonly #headers: Record<string, string>;

  constructor(url: string, conversationId: string, person: { id: string; cookie: string }) {
    this.#url = url;
    this.#path = `${url}/api/conversations/${conversationId}`;
    this.#headers = { Cookie: person.cookie, "X-Plaza-Account": person.id };
  }

  /** Reads every message after this sequence number, in order. Throws when a page does not arrive. */
  async readAfter(after: number): Promise<RecordedMessage[]> {
    const found: RecordedMessage[] = [];
    for (let before: string | null = ""; before !== null; ) {
      const page: { items: RecordedMessage[]; nextCursor: string | null } = await this.#get(
        `/messages?limit=${PAGE}${before === "" ? "" : `&before=${before}`}`,
      );
      found.push(...page.items.filter(({ seq }) => seq > after).map(comparedFields));
      const last = page.items.at(-1);
      before = last === undefined || last.seq <= after + 1 ? null : page.nextCursor;
    }
    return found.reverse();
  }

  /** Throws when there is no answer, or one that does not concern the message. */
  async send(clientId: string, body: string): Promise<SendOutcome> {
    const response = await fetch(`${this.#path}/messages`, {
      method: "POST",
      headers: {
        ...this.#headers,
        Origin: this.#url,
        "Content-Type": "application/json",
        "Idempotency-Key": randomUUID(),
      },
      body: JSON.stringify({ clientId, body }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const answer = await response.json();
    if (response.ok) return { ok: true, ack: answer };
    return { ok: false, code: String(answer.error?.code) };
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(this.#path + path, {
      headers: this.#headers,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`${path}: HTTP ${response.status} ${await response.text()}`);
    return await response.json();
  }
}
