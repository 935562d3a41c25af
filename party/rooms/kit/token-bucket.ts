/** How much somebody may do: points that come back with time. Memory is enough: who does nothing for a while has them all. */
export class Allowance {
  readonly #pointsPerSecond: number;
  readonly #most: number;
  readonly #now: () => number;
  readonly #left = new Map<string, { points: number; at: number }>();

  /** `most`: how many points may be saved up. */
  constructor(pointsPerSecond: number, most: number, now: () => number) {
    this.#pointsPerSecond = pointsPerSecond;
    this.#most = most;
    this.#now = now;
  }

  /** False when these points are not there. */
  pay(who: string, cost: number): boolean {
    const now = this.#now();
    const known = this.#left.get(who) ?? { points: this.#most, at: now };
    const earned = (Math.max(0, now - known.at) / 1_000) * this.#pointsPerSecond;
    const points = Math.min(this.#most, known.points + earned);
    // What is refused costs nothing: who goes too fast is slowed down, not silenced.
    const isPaid = points >= cost;
    this.#left.set(who, { points: isPaid ? points - cost : points, at: now });
    return isPaid;
  }

  forget(who: string): void {
    this.#left.delete(who);
  }
}
