import { useEffect, useEffectEvent, useRef, useSyncExternalStore } from "react";
import { isWritten, type Keys, NOTHING_TYPED, parseKeys, press } from "./shortcut-keys.ts";

export interface Shortcut {
  keys: Keys;
  /** What it does, for the help sheet. */
  label: string;
  run: (event: KeyboardEvent) => void;
}

let shortcuts: readonly Shortcut[] = [];
let typed = NOTHING_TYPED;
/** Focuses the field of a page for writing. */
let goToField: (() => void) | null = null;
/** What a key does now, for the help sheet. */
let reachable = shortcuts;
const listeners = new Set<() => void>();

function tell(): void {
  reachable = goToField ? shortcuts.filter(({ keys }) => !isWritten(keys[0] ?? "")) : shortcuts;
  for (const listener of listeners) listener();
}

function set(next: readonly Shortcut[]): void {
  shortcuts = next;
  tell();
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** Listens on the whole page; the shell calls it once. Rests while someone types or a dialog or menu is open. */
export function listenForShortcuts(): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (event.key.length !== 1 || isTyping(event.target)) return;
    if (document.querySelector("dialog[open], [role=menu]:popover-open")) return;
    // The key has not written yet: it does so wherever the focus is after this.
    if (goToField && isWritten(event.key)) return goToField();
    const result = press(typed, event.key, event.timeStamp, shortcuts);
    typed = result.typed;
    if (!result.match) return;
    event.preventDefault();
    result.match.run(event);
  };
  document.addEventListener("keydown", onKeyDown);
  return () => document.removeEventListener("keydown", onKeyDown);
}

/**
 * Registers a shortcut while the component is there. Null keys register nothing.
 *
 * @example
 * useShortcut("g h", t.shell.keys.home, () => navigate("/"));
 */
export function useShortcut(keys: string | null, label: string, run: (event: KeyboardEvent) => void): void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    if (keys === null) return;
    const shortcut: Shortcut = { keys: parseKeys(keys), label, run: (event) => latest.current(event) };
    set([...shortcuts, shortcut]);
    return () => set(shortcuts.filter((each) => each !== shortcut));
  }, [keys, label]);
}

/** On a page for writing: what is typed outside a field goes there, and letters are no shortcuts. */
export function useWritingPage(focusField: () => void): void {
  const focus = useEffectEvent(focusField);
  useEffect(() => {
    const go = () => focus();
    goToField = go;
    tell();
    return () => {
      if (goToField !== go) return;
      goToField = null;
      tell();
    };
  }, []);
}

/** What is registered and can be reached now, for the help sheet. */
export function useShortcuts(): readonly Shortcut[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => reachable,
  );
}
