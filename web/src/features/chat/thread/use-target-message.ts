import { useCallback, useEffect, useEffectEvent, useRef, useState } from "react";
import { useSearchParams } from "wouter";
import type { MessageList } from "../data/chat.types.ts";

/** The seq in the URL (`?at=12`); 0 when there is none. */
export function useSeqInAddress(): number {
  const [params] = useSearchParams();
  const at = Number(params.get("at") ?? 0);
  return Number.isInteger(at) && at > 0 ? at : 0;
}

/**
 * The message to scroll to: the one in the URL (`at`, 0 for none), or a quoted one that was pressed.
 * `onGone` is called when it cannot be loaded.
 */
export function useTargetMessage(list: MessageList, at: number, onGone: () => void) {
  const [target, setTarget] = useState<{ seq: number } | null>(null);
  // The message in the URL is already loaded: the list scrolls to it in its first render.
  const [handledAt, setHandledAt] = useState(0);
  if (handledAt !== at) {
    setHandledAt(at);
    if (list.messageAt(at)) setTarget({ seq: at });
  }
  const loadTarget = useEffectEvent(async (seq: number) => {
    if (target?.seq === seq) return;
    if (await list.loadUntil(seq)) setTarget({ seq });
    else onGone();
  });
  useEffect(() => {
    if (at > 0) void loadTarget(at);
  }, [at]);
  const latest = useRef({ list, onGone });
  useEffect(() => {
    latest.current = { list, onGone };
  });
  const jumpTo = useCallback(async (seq: number) => {
    if (await latest.current.list.loadUntil(seq)) setTarget({ seq });
    else latest.current.onGone();
  }, []);
  return { target, jumpTo: (seq: number) => void jumpTo(seq) };
}
