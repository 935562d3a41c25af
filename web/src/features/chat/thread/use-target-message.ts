import { useCallback, useEffect, useEffectEvent, useRef, useState } from "react";
import { useSearchParams } from "wouter";
import type { MessageList } from "../data/chat.types.ts";

/** The place that the address asks for (`?at=12`); 0 when it asks for none. */
export function usePlaceAsked(): number {
  const [params] = useSearchParams();
  const at = Number(params.get("at") ?? 0);
  return Number.isInteger(at) && at > 0 ? at : 0;
}

/** Where to go in this conversation: what the address asks for (`at`, 0 for nothing yet), or a quote that was pressed. */
export function useTarget(list: MessageList, at: number, onGone: () => void) {
  const [target, setTarget] = useState<{ seq: number } | null>(null);
  // What the address asks for was loaded before the conversation opened: it opens there and nowhere else.
  const [asked, setAsked] = useState(0);
  if (asked !== at) {
    setAsked(at);
    if (list.messageAt(at)) setTarget({ seq: at });
  }
  const reach = useEffectEvent(async (seq: number) => {
    if (target?.seq === seq) return;
    if (await list.reach(seq)) setTarget({ seq });
    else onGone();
  });
  useEffect(() => {
    if (at > 0) void reach(at);
  }, [at]);
  const latest = useRef({ list, onGone });
  useEffect(() => {
    latest.current = { list, onGone };
  });
  const jumpTo = useCallback(async (seq: number) => {
    if (await latest.current.list.reach(seq)) setTarget({ seq });
    else latest.current.onGone();
  }, []);
  return { target, jumpTo: (seq: number) => void jumpTo(seq) };
}
