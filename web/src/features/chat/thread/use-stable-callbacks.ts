import { useEffect, useRef, useState } from "react";

/** Returns the same object in every render; its functions call the functions of the latest render. */
export function useStableCallbacks<T extends object>(callbacks: T): T {
  const latest = useRef(callbacks);
  useEffect(() => {
    latest.current = callbacks;
  });
  const [stable] = useState(() => {
    const names = Object.keys(callbacks) as (keyof T)[];
    const entries = names.map((name) => [
      name,
      (...args: unknown[]) => (latest.current[name] as (...all: unknown[]) => unknown)(...args),
    ]);
    return Object.fromEntries(entries) as T;
  });
  return stable;
}
