/** Keyboard shortcuts: components register them, one listener on the document runs them. */
import { useEffect, useEffectEvent, useRef, useSyncExternalStore } from "react";
import { isPrintable, type Keys, NOTHING_TYPED, parseKeys, press } from "./shortcut-keys.ts";

export interface Shortcut {
  keys: Keys;
  /** What it does, for the help dialog. */
  label: string;
  run: (event: KeyboardEvent) => void;
}

let shortcuts: readonly Shortcut[] = [];
let typed = NOTHING_TYPED;
/** Focuses the text field of a page on which letters are typed into that field. */
let focusPageField: (() => void) | null = null;
/** The shortcuts that can be used now, for the help dialog. */
let available = shortcuts;
const listeners = new Set<() => void>();

function notify(): void {
  available = focusPageField ? shortcuts.filter(({ keys }) => !isPrintable(keys[0] ?? "")) : shortcuts;
  for (const listener of listeners) listener();
}

function set(next: readonly Shortcut[]): void {
  shortcuts = next;
  notify();
}

function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** Starts listening on the document. Ignores keys in text fields and while a dialog or menu is open. */
export function listenForShortcuts(): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (event.key.length !== 1 || isTextField(event.target)) return;
    if (document.querySelector("dialog[open], [role=menu]:popover-open")) return;
    // On keydown nothing is inserted yet: the character goes to the element that has the focus afterwards.
    if (focusPageField && isPrintable(event.key)) return focusPageField();
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
 * Registers a shortcut while the component is mounted. Null keys register nothing.
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

/** On a page for writing: characters typed outside of a field go into that field, and are no shortcuts. */
export function useTypeIntoField(focusField: () => void): void {
  const focus = useEffectEvent(focusField);
  useEffect(() => {
    const focusCurrent = () => focus();
    focusPageField = focusCurrent;
    notify();
    return () => {
      if (focusPageField !== focusCurrent) return;
      focusPageField = null;
      notify();
    };
  }, []);
}

/** The shortcuts that can be used now. */
export function useShortcuts(): readonly Shortcut[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => available,
  );
}
