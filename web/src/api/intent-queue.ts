/**
 * A queue for toggles: at most one request in flight, and only the newest intent waits behind it. Ten quick presses cost
 * two requests, and the last one wins (after social-app's useToggleMutationQueue).
 */

export interface IntentHandlers<Intent, Answer> {
  send(intent: Intent): Promise<Answer>;
  /** A request succeeded. `latest` is the newest intent, which may differ from the one that was sent. */
  onAnswer(answer: Answer, latest: Intent): void;
  /** A request failed and no newer intent waits: show the last confirmed state. */
  onFailure(error: unknown): void;
  /** No request is in flight any more. */
  onIdle?(): void;
}

export class IntentQueue<Intent, Answer> {
  readonly #handlers: IntentHandlers<Intent, Answer>;
  #waiting: { intent: Intent } | null = null;
  #isSending = false;

  constructor(handlers: IntentHandlers<Intent, Answer>) {
    this.#handlers = handlers;
  }

  get isBusy(): boolean {
    return this.#isSending;
  }

  /** Queues `intent` in place of one that still waits. Resolves when the queue is empty. */
  async push(intent: Intent): Promise<void> {
    this.#waiting = { intent };
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      while (this.#waiting) {
        const sent: Intent = this.#waiting.intent;
        this.#waiting = null;
        await this.#sendOne(sent);
      }
    } finally {
      this.#isSending = false;
      this.#handlers.onIdle?.();
    }
  }

  async #sendOne(sent: Intent): Promise<void> {
    try {
      const answer = await this.#handlers.send(sent);
      const latest: Intent = this.#waiting ? this.#waiting.intent : sent;
      // The newest intent equals the one that was just confirmed: nothing is left to send.
      if (this.#waiting && Object.is(latest, sent)) this.#waiting = null;
      this.#handlers.onAnswer(answer, latest);
    } catch (error) {
      if (!this.#waiting) this.#handlers.onFailure(error);
    }
  }
}
