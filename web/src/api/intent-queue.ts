/**
 * A queue for toggles: at most one request in flight, and only the newest wish waits behind it. Ten quick presses cost
 * two requests, and what stands at the end is what was wanted last (after social-app's useToggleMutationQueue).
 */

export interface IntentHandlers<Intent, Answer> {
  send(intent: Intent): Promise<Answer>;
  /** An answer came; `wish` is what is wanted now, which may be newer than what was answered. */
  onAnswer(answer: Answer, wish: Intent): void;
  /** The last wish failed and nothing newer waits: show the last state that was confirmed. */
  onFailure(error: unknown): void;
  /** Nothing is in flight any more. */
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

  /** Wants `intent`; a wish that still waits is forgotten. Resolves when the queue is empty again. */
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
      const wish: Intent = this.#waiting ? this.#waiting.intent : sent;
      // Pressed there and back while the request was out: already so, nothing left to send.
      if (this.#waiting && Object.is(wish, sent)) this.#waiting = null;
      this.#handlers.onAnswer(answer, wish);
    } catch (error) {
      if (!this.#waiting) this.#handlers.onFailure(error);
    }
  }
}
