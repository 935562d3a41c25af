import { navigate } from "wouter/use-browser-location";

let steps = 0;

/** Counts a step inside the app, so that "back" never leaves it. */
export function noteStep(): void {
  steps += 1;
}

/** Goes back if one came from inside the app, else to `fallback`. */
export function goBack(fallback: string): void {
  if (steps > 0) {
    steps -= 1;
    history.back();
  } else navigate(fallback, { replace: true });
}
