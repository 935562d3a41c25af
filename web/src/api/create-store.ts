/** External stores for React: state that lives outside components and is read with `useSyncExternalStore`. */
import { useSyncExternalStore } from "react";

/** A set of listeners, for state that is kept elsewhere (localStorage, the address bar). */
export interface Subscribers {
  /** Adds a listener; the returned function removes it. */
  subscribe(listener: () => void): () => void;
  /** Calls every listener. */
  notify(): void;
}

/** Anything that `useStore` can read. `get` returns the same object until the next change. */
export interface ReadableStore<T> {
  get(): T;
  subscribe(listener: () => void): () => void;
}

export interface Store<T> extends ReadableStore<T> {
  /** Replaces the state; listeners are called unless it is the same object. */
  set(next: T): void;
}

/**
 * Creates a set of listeners.
 * @param connect called with the first listener, for example to add a browser event listener; the function
 *   that it returns is called when the last listener is removed
 */
export function createSubscribers(connect?: (notify: () => void) => () => void): Subscribers {
  const listeners = new Set<() => void>();
  let disconnect: (() => void) | null = null;
  const notify = () => {
    for (const listener of listeners) listener();
  };
  return {
    subscribe(listener) {
      if (listeners.size === 0 && connect) disconnect = connect(notify);
      listeners.add(listener);
      return () => {
        if (!listeners.delete(listener) || listeners.size > 0) return;
        disconnect?.();
        disconnect = null;
      };
    },
    notify,
  };
}

/** Creates a store around one immutable value. */
export function createStore<T>(initial: T): Store<T> {
  const { subscribe, notify } = createSubscribers();
  let state = initial;
  return {
    get: () => state,
    set(next) {
      if (Object.is(next, state)) return;
      state = next;
      notify();
    },
    subscribe,
  };
}

/**
 * Reads a store in a component and renders again when the selected value changes. `select` must return the
 * same object for the same state.
 *
 * @example
 * const typing = useStore(session.typing, (byConversation) => byConversation.get(id) ?? NOBODY);
 */
export function useStore<T>(store: ReadableStore<T>): T;
export function useStore<T, S>(store: ReadableStore<T>, select: (state: T) => S): S;
export function useStore<T, S>(store: ReadableStore<T>, select?: (state: T) => S): T | S {
  return useSyncExternalStore(store.subscribe, () => (select ? select(store.get()) : store.get()));
}
