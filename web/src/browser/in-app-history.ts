/** "Back" that stays inside the app. */
import { navigate } from "wouter/use-browser-location";

/** Navigations inside the app since it was loaded. */
let depth = 0;

/** Counts one navigation inside the app. */
export function countNavigation(): void {
  depth += 1;
}

/** Goes back when the previous page belongs to the app; otherwise replaces this page by `fallback`. */
export function goBack(fallback: string): void {
  if (depth > 0) {
    depth -= 1;
    history.back();
  } else navigate(fallback, { replace: true });
}
