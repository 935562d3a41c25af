/**
 * Limits the commands that one socket sends per second, with a sliding window. Commands over the limit
 * wait in order and are sent as soon as the window allows.
 */
import { COMMANDS_PER_SECOND_CLIENT } from "../../../party/protocol/limits.ts";
import { COMMAND_QUEUE_MAX } from "./limits.ts";

const WINDOW_MS = 1_000;

export interface CommandPaceDeps {
  /** A monotonic clock, in milliseconds. */
  now(): number;
  /** Calls `run` once after `ms`. A second call replaces the first. */
  schedule(ms: number, run: () => void): void;
  send(text: string): void;
}

export interface CommandPace {
  /** Sends now, or as soon as the limit allows. Returns false and drops the command when the queue is full. */
  send(text: string): boolean;
  /** Drops the waiting commands, because the socket is closed. */
  clear(): void;
}

/** Creates the rate limiter of one socket. */
export function createCommandPace(deps: CommandPaceDeps): CommandPace {
  /** When the commands of the last second were sent, oldest first. */
  let sentAt: number[] = [];
  let queue: string[] = [];

  function flush(): void {
    while (queue.length > 0) {
      const now = deps.now();
      sentAt = sentAt.filter((at) => now - at < WINDOW_MS);
      const [oldest] = sentAt;
      if (oldest !== undefined && sentAt.length >= COMMANDS_PER_SECOND_CLIENT) {
        deps.schedule(oldest + WINDOW_MS - now, flush);
        return;
      }
      sentAt.push(now);
      deps.send(queue.shift() as string);
    }
  }

  return {
    send(text) {
      if (queue.length >= COMMAND_QUEUE_MAX) return false;
      queue.push(text);
      if (queue.length === 1) flush();
      return true;
    },
    clear() {
      sentAt = [];
      queue = [];
    },
  };
}
