import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, readBody, withSignal } from "../../api/client.ts";
import { checkHandle } from "./account-rules.ts";
import { HANDLE_CHECK_DELAY_MS } from "./limits.ts";

export type HandleState = "idle" | "checking" | "free" | "taken" | "reserved" | "unknown";

/**
 * Whether a handle is available. The request is sent after a pause in typing; "idle" means that the handle
 * has no valid shape, "unknown" that the request failed.
 */
export function useHandleState(handle: string): HandleState {
  const [checked, setChecked] = useState("");
  const isShaped = checkHandle(handle) === null;
  useEffect(() => {
    const timer = setTimeout(() => setChecked(handle), HANDLE_CHECK_DELAY_MS);
    return () => clearTimeout(timer);
  }, [handle]);

  const { data, isError } = useQuery({
    queryKey: ["handle", checked],
    enabled: isShaped && checked === handle,
    queryFn: ({ signal }) =>
      readBody(api.handles[":handle"].$get({ param: { handle: checked } }, withSignal(signal))),
  });
  if (!isShaped) return "idle";
  if (checked !== handle || (!data && !isError)) return "checking";
  // The sign-up request reports a taken handle as well.
  if (!data) return "unknown";
  if (data.available) return "free";
  return data.reason === "RESERVED" ? "reserved" : "taken";
}
