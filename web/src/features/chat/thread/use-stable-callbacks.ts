import { useEffect, useRef, useState } from "react";

/** The same object for ever, whose functions always do what the newest ones do. */
export function useSteady<T extends object>(functions: T): T {
  const latest = useRef(functions);
  useEffect(() => {
    latest.current = functions;
  });
  const [steady] = useState(() => {
    const names = Object.keys(functions) as (keyof T)[];
    const entries = names.map((name) => [
      name,
      (...args: unknown[]) => (latest.current[name] as (...all: unknown[]) => unknown)(...args),
    ]);
    return Object.fromEntries(entries) as T;
  });
  return steady;
}
