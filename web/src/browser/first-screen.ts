const { promise, resolve } = Promise.withResolvers<void>();

/** The performance mark that separates the first load from what is loaded afterwards; bench/web.ts reads it. */
const FIRST_SCREEN_MARK = "first-screen";

/** Resolves when the first screen is shown. What only an interaction or a later event needs is loaded after it. */
export const afterFirstScreen: Promise<void> = promise;

/** Called once, by the app. */
export function reportFirstScreen(): void {
  performance.mark(FIRST_SCREEN_MARK);
  resolve();
}
