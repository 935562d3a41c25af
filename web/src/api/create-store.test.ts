import { describe, expect, it, vi } from "vitest";
import { createStore, createSubscribers } from "./create-store.ts";

describe("a store", () => {
  it("calls its listeners when the value changes, and not when the same value is set again", () => {
    const store = createStore({ count: 0 });
    const listener = vi.fn();
    const unsubscribe = store.subscribe(listener);
    const next = { count: 1 };
    store.set(next);
    store.set(next);
    expect(store.get()).toBe(next);
    expect(listener).toHaveBeenCalledTimes(1);
    unsubscribe();
    store.set({ count: 2 });
    expect(listener).toHaveBeenCalledTimes(1);
  });
});

describe("subscribers", () => {
  it("connect with the first listener and disconnect with the last", () => {
    const disconnect = vi.fn();
    const connect = vi.fn((_notify: () => void) => disconnect);
    const { subscribe, notify } = createSubscribers(connect);
    const [one, two] = [vi.fn(), vi.fn()];
    const [removeOne, removeTwo] = [subscribe(one), subscribe(two)];
    expect(connect).toHaveBeenCalledTimes(1);
    notify();
    expect([one.mock.calls.length, two.mock.calls.length]).toEqual([1, 1]);
    removeOne();
    removeOne();
    expect(disconnect).not.toHaveBeenCalled();
    removeTwo();
    expect(disconnect).toHaveBeenCalledTimes(1);
    subscribe(one);
    expect(connect).toHaveBeenCalledTimes(2);
  });
});
