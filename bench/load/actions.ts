import { randomUUID } from "node:crypto";
import type { Person } from "./virtual-users.ts";

/** One action that notifies exactly one other person. */
export interface Action {
  actor: Person;
  subject: Person;
  method: "POST" | "PUT";
  path: string;
  body?: unknown;
}

/** A small deterministic random generator (mulberry32), so that two runs do the same. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * An endless mix: 45 % comments, 25 % upvotes, 15 % posts with a mention, 15 % follows. Votes and follows
 * take a new pair of people each time, so that every action notifies exactly one person.
 */
export function* mix(users: readonly Person[], seed = 1): Generator<Action, never> {
  const random = randomFrom(seed);
  const pick = () => users[Math.floor(random() * users.length)] as Person;
  const used = new Set<string>();
  for (;;) {
    const actor = pick();
    const subject = pick();
    const dice = random();
    if (actor === subject) continue;
    const fresh = (what: string) => {
      const pair = `${what} ${actor.id} ${subject.id}`;
      if (used.has(pair)) return false;
      used.add(pair);
      return true;
    };
    if (dice < 0.45) {
      yield {
        actor,
        subject,
        method: "POST",
        path: `/api/posts/${subject.postId}/comments`,
        body: { body: `A thought (${randomUUID()})` },
      };
    } else if (dice < 0.7) {
      if (fresh("vote"))
        yield {
          actor,
          subject,
          method: "PUT",
          path: `/api/posts/${subject.postId}/vote`,
          body: { value: 1 },
        };
    } else if (dice < 0.85) {
      yield {
        actor,
        subject,
        method: "POST",
        path: "/api/posts",
        body: { kind: "post", body: `Ask @${subject.handle} about it` },
      };
    } else if (fresh("follow")) {
      yield { actor, subject, method: "PUT", path: `/api/profiles/${subject.handle}/follow` };
    }
  }
}

/**
 * Performs the action over HTTP under an Idempotency-Key and retries until it is answered. Throws on any
 * error.
 */
export async function perform(
  url: string,
  action: Action,
  key: string = randomUUID(),
): Promise<{ tries: number }> {
  for (let tries = 1; ; tries += 1) {
    try {
      const response = await fetch(`${url}${action.path}`, {
        method: action.method,
        headers: {
          Origin: url,
          Cookie: action.actor.cookie,
          "Idempotency-Key": key,
          ...(action.body === undefined ? {} : { "Content-Type": "application/json" }),
        },
        ...(action.body === undefined ? {} : { body: JSON.stringify(action.body) }),
      });
      const text = await response.text();
      if (response.ok) return { tries };
      if (response.status < 500 && response.status !== 429)
        throw new RangeError(`${action.path}: HTTP ${response.status} ${text}`);
    } catch (error) {
      if (error instanceof RangeError || tries > 100) throw error;
    }
    // Full jitter, as browsers do: uniform up to a ceiling that doubles to five seconds.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(5_000, 100 * 2 ** tries)));
  }
}
