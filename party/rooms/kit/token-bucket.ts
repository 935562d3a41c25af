/**
 * A token bucket per key, refilled with `perSecond` tokens a second up to `capacity`. In memory only: a room is evicted after a
 * time without traffic in which every bucket would have become full.
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
    // When the clock is set back, the bucket keeps its tokens.
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
