import { useEffect, useSyncExternalStore } from "react";

let page = "";
let waiting = 0;
const listeners = new Set<() => void>();

/** "(3) Home · Plaza". Pure. */
export function composeTitle(title: string, waitingCount: number): string {
  const name = title && title !== "Plaza" ? `${title} · Plaza` : "Plaza";
  return waitingCount > 0 ? `(${waitingCount > 99 ? "99+" : waitingCount}) ${name}` : name;
}

function write(): void {
  document.title = composeTitle(page, waiting);
}

/** Names the tab after the page that is open. Null while it is not known yet. */
export function useTitle(title: string | null): void {
  useEffect(() => {
    if (title === null) return;
    page = title;
    write();
    for (const listener of listeners) listener();
  }, [title]);
}

/** The number before the tab's title: all that is unread; 0 takes it away. */
export function setTitleCount(count: number): void {
  waiting = count;
  write();
}

/** The open page's title, for announcing where one has arrived. */
export function usePageTitle(): string {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => page,
  );
}
