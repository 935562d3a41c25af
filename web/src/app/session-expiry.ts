import { ApiError } from "../api/api-error.ts";
import { queryClient } from "../api/query-client.ts";
import { sessionEnded } from "../features/session/session.queries.ts";
import { currentDictionary } from "../i18n/index.ts";
import { toast } from "../ui/toast.tsx";

function isDead(error: unknown): boolean {
  return error instanceof ApiError && error.code === "SESSION_EXPIRED";
}

/** Whichever request hears first that the session is over, the whole app learns it, once. */
export function watchSession(): void {
  const onError = (error: unknown) => {
    if (!isDead(error) || queryClient.getQueryData(["me"]) === null) return;
    sessionEnded();
    toast({ text: currentDictionary().common.errors.sessionExpired });
  };
  queryClient.getQueryCache().subscribe((event) => {
    if (event.type === "updated" && event.action.type === "error") onError(event.action.error);
  });
  queryClient.getMutationCache().subscribe((event) => {
    if (event.type === "updated" && event.action.type === "error") onError(event.action.error);
  });
}
