/**
 * Module-level state that belongs to the signed-in account: queues of requests, optimistic state, messages on
 * the screen. The module that creates such state registers a function that clears it. Everything registered
 * is cleared when the account signs out, when its session ends, and when this tab finds another account
 * signed in, so that nothing of one account is shown to the next.
 */
const resets = new Set<() => void>();
let generation = 0;

/** Registers a function that clears state of the account. Returns the function that unregisters it. */
export function onAccountChange(reset: () => void): () => void {
  resets.add(reset);
  return () => resets.delete(reset);
}

/** Clears all registered state. Called only by the session feature. */
export function resetAccountState(): void {
  generation += 1;
  for (const reset of resets) reset();
}

/**
 * Remembers the account of now. The returned function is false once the account changed: then a response that
 * was awaited meanwhile must not be written to the cache.
 *
 * @example
 * const isSameAccount = trackAccount();
 * const settings = await readBody(api.me.presence.$get());
 * if (isSameAccount()) queryClient.setQueryData(key, settings);
 */
export function trackAccount(): () => boolean {
  const started = generation;
  return () => started === generation;
}
