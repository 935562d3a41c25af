/**
 * Sockets that closed and whose account's room does not know it yet. Who comes back at once, as everybody does after a cut
 * or a deploy, says so with the next socket: one call and one write for both. Whoever stays away is told of after a while.
 * If the process dies meanwhile, the account's room finds out when it next looks at its watches.
 */
import { Timer } from "./timer.ts";

/** As long as a room stays awake anyway. While people are coming back, as long after the last of them. */
export const DEPARTURES_TOLD_AFTER_MS = 10_000;
/** But no longer than this after the first one left. */
export const DEPARTURES_TOLD_BY_MS = 60_000;

interface Ports {
  now(): number;
  /** Tells an account's room which of its sockets are gone. */
  tell(userId: string, connectionIds: string[]): Promise<void>;
  background(work: Promise<unknown>): void;
}

export class Departures {
  readonly #ports: Ports;
  readonly #gone = new Map<string, string[]>();
  readonly #timer: Timer;
  #firstAt = 0;
  #cameBackAt = 0;

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#timer = new Timer(() => this.#due(), ports.now);
  }

  note(userId: string, connectionId: string): void {
    if (this.#gone.size === 0) this.#firstAt = this.#ports.now();
    const own = this.#gone.get(userId) ?? [];
    own.push(connectionId);
    this.#gone.set(userId, own);
    this.#timer.within(DEPARTURES_TOLD_AFTER_MS);
  }

  /** What is to be told with the next socket of this person; the caller tells it. */
  take(userId: string): string[] {
    const own = this.#gone.get(userId) ?? [];
    if (own.length > 0) this.#cameBackAt = this.#ports.now();
    this.#gone.delete(userId);
    return own;
  }

  /** Never throws. */
  async tellAll(): Promise<void> {
    const all = [...this.#gone];
    this.#gone.clear();
    await Promise.all(
      all.map(async ([userId, ids]) => {
        try {
          await this.#ports.tell(userId, ids);
        } catch {
          for (const id of ids) this.note(userId, id);
        }
      }),
    );
  }

  #due(): void {
    const now = this.#ports.now();
    const at = Math.min(this.#cameBackAt + DEPARTURES_TOLD_AFTER_MS, this.#firstAt + DEPARTURES_TOLD_BY_MS);
    if (this.#gone.size > 0 && at > now) this.#timer.by(at);
    else this.#ports.background(this.tellAll());
  }
}
