import { useCallback, useEffect, useEffectEvent, useRef, useState } from "react";
import { useSearchParams } from "wouter";
import type { MessageList } from "./chat.types.ts";

/** Where to go in this conversation: what the address asks for (`?at=12`), or a quote that was pressed. */
export function useTarget(list: MessageList, onGone: () => void) {
  const [params] = useSearchParams();
  const [target, setTarget] = useState<{ seq: number } | null>(null);
  const reach = useEffectEvent(async (seq: number) => {
    if (await list.reach(seq)) setTarget({ seq });
    else onGone();
  });
  const at = Number(params.get("at") ?? 0);
  useEffect(() => {
    if (Number.isInteger(at) && at > 0) void reach(at);
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
