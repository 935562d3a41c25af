/** The value below which a share of the samples lies (nearest rank). */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;
}

/** p50, p95, p99 and the maximum, in milliseconds to one decimal. */
export function spread(samples: readonly number[]): string {
  const [p50, p95, p99, most] = [0.5, 0.95, 0.99, 1].map((share) => percentile(samples, share).toFixed(1));
  return `p50 ${p50}  p95 ${p95}  p99 ${p99}  max ${most} ms (n=${samples.length})`;
}
