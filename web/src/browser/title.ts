/** The document's title: the page's name, with the unread count before it. */
import { useEffect, useSyncExternalStore } from "react";

let page = "";
let unread = 0;
const listeners = new Set<() => void>();

/** "(3) Home · Plaza". Pure. */
export function composeTitle(title: string, unreadCount: number): string {
  const name = title && title !== "Plaza" ? `${title} · Plaza` : "Plaza";
  return unreadCount > 0 ? `(${unreadCount > 99 ? "99+" : unreadCount}) ${name}` : name;
}

function write(): void {
  document.title = composeTitle(page, unread);
}

/** Sets the page's part of the title. Null leaves the title as it is until the page's data has arrived. */
export function useTitle(title: string | null): void {
  useEffect(() => {
    if (title === null) return;
    page = title;
    write();
    for (const listener of listeners) listener();
  }, [title]);
}

/** Sets the unread count before the title; 0 removes it. */
export function setTitleCount(count: number): void {
  unread = count;
  write();
}

/** The page's part of the title. */
export function usePageTitle(): string {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => page,
  );
}
