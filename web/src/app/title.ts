import { useEffect, useSyncExternalStore } from "react";

let page = "";
const waiting = new Map<string, number>();
const listeners = new Set<() => void>();

/** "(3) Home · Plaza". Pure. */
export function composeTitle(title: string, waitingCount: number): string {
  const name = title && title !== "Plaza" ? `${title} · Plaza` : "Plaza";
  return waitingCount > 0 ? `(${waitingCount > 99 ? "99+" : waitingCount}) ${name}` : name;
}

function write(): void {
  const sum = [...waiting.values()].reduce((all, each) => all + each, 0);
  document.title = composeTitle(page, sum);
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

/** What one source (notifications, messages) adds to the number before the tab's title; 0 takes it away. */
export function setTitleCount(source: string, count: number): void {
  waiting.set(source, count);
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
