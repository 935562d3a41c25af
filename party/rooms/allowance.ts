/** How much somebody may do: points that come back with time. Memory is enough: who does nothing for a second has them all. */
export class Allowance {
  readonly #pointsPerSecond: number;
  readonly #now: () => number;
  readonly #left = new Map<string, { points: number; at: number }>();

  /** As many points may be saved up as are earned in one second. */
  constructor(pointsPerSecond: number, now: () => number) {
    this.#pointsPerSecond = pointsPerSecond;
    this.#now = now;
  }

  /** False when these points are not there. */
  pay(who: string, cost: number): boolean {
    const now = this.#now();
    const most = this.#pointsPerSecond;
    const known = this.#left.get(who) ?? { points: most, at: now };
    const earned = (Math.max(0, now - known.at) / 1_000) * most;
    const points = Math.min(most, known.points + earned) - cost;
    this.#left.set(who, { points: Math.max(0, points), at: now });
    return points >= 0;
  }

  forget(who: string): void {
    this.#left.delete(who);
  }
}
