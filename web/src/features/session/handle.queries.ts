import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, ask, withSignal } from "../../api/client.ts";
import { checkHandle } from "./account-rules.ts";
import { HANDLE_PAUSE_MS } from "./limits.ts";

export type HandleState = "idle" | "checking" | "free" | "taken" | "reserved" | "unknown";

/** Whether a handle is free, asked shortly after the last key. */
export function useHandleState(handle: string): HandleState {
  const [asked, setAsked] = useState("");
  const isShaped = checkHandle(handle) === null;
  useEffect(() => {
    const timer = setTimeout(() => setAsked(handle), HANDLE_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [handle]);

  const { data, isError } = useQuery({
    queryKey: ["handle", asked],
    enabled: isShaped && asked === handle,
    queryFn: ({ signal }) =>
      ask(api.handles[":handle"].$get({ param: { handle: asked } }, withSignal(signal))),
  });
  if (!isShaped) return "idle";
  if (asked !== handle || (!data && !isError)) return "checking";
  // When it cannot be asked, signing up itself will tell.
  if (!data) return "unknown";
  if (data.available) return "free";
  return data.reason === "RESERVED" ? "reserved" : "taken";
}
