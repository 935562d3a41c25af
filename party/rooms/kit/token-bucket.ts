/**
 * A token bucket per key: each earns `perSecond` tokens a second and holds at most `capacity`. Kept in memory: a room that was
 * evicted had no traffic, and by then every bucket would be full again.
 */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #capacity: number;
  readonly #now: () => number;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(perSecond: number, capacity: number, now: () => number) {
    this.#perSecond = perSecond;
    this.#capacity = capacity;
    this.#now = now;
  }

  /** Takes `cost` tokens. False, and nothing is taken, when the bucket of this key holds fewer. */
  tryTake(key: string, cost = 1): boolean {
    const now = this.#now();
    const bucket = this.#buckets.get(key);
    if (!bucket) {
      const isEnough = this.#capacity >= cost;
      this.#buckets.set(key, { tokens: isEnough ? this.#capacity - cost : this.#capacity, at: now });
      return isEnough;
    }
    // A clock that is set back earns nothing and takes nothing away.
    const earned = (Math.max(0, now - bucket.at) / 1_000) * this.#perSecond;
    bucket.tokens = Math.min(this.#capacity, bucket.tokens + earned);
    bucket.at = now;
    if (bucket.tokens < cost) return false;
    bucket.tokens -= cost;
    return true;
  }

  delete(key: string): void {
    this.#buckets.delete(key);
  }
}
