import { useCallback, useState, useSyncExternalStore } from "react";

const PREFIX = "plaza.draft.";
const listeners = new Set<() => void>();

/** What was typed and not sent, by a name such as "comment.<account>.<post>". Empty when there is nothing. */
export function readDraft(name: string): string {
  try {
    return localStorage.getItem(PREFIX + name) ?? "";
  } catch {
    return "";
  }
}

/** Stores a draft on this device; an empty text deletes it. */
export function writeDraft(name: string, text: string): void {
  try {
    if (text) localStorage.setItem(PREFIX + name, text);
    else localStorage.removeItem(PREFIX + name);
  } catch {
    // Without storage a draft lives as long as its page.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  // The `storage` event fires for writes of other tabs.
  window.addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", listener);
  };
}

/** Returns a draft for a component that only shows it, and renders again when it changes. */
export function useDraftText(name: string): string {
  return useSyncExternalStore(subscribe, () => readDraft(name));
}

/**
 * A text field's state that survives navigation and reloads. The last function empties the field but keeps
 * the draft.
 */
export function useDraft(name: string): [string, (text: string) => void, () => void] {
  const [text, setText] = useState(() => readDraft(name));
  const change = useCallback(
    (next: string) => {
      setText(next);
      writeDraft(name, next);
    },
    [name],
  );
  const empty = useCallback(() => setText(""), []);
  return [text, change, empty];
}

/** Deletes every draft of an account from this device. Their names have the form "<kind>.<account id>.<rest>". */
export function deleteDrafts(accountId: string): void {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX) && key.slice(PREFIX.length).split(".")[1] === accountId)
        localStorage.removeItem(key);
    }
  } catch {
    // Without storage there is no draft to delete.
  }
  for (const listener of listeners) listener();
}
