import { ApiError } from "../api/api-error.ts";
import { queryClient } from "../api/query-client.ts";
import { sessionEnded } from "../features/session/session.queries.ts";
import { currentDictionary } from "../i18n/index.ts";
import { toast } from "../ui/toast.tsx";

function isSessionExpired(error: unknown): boolean {
  return error instanceof ApiError && error.code === "SESSION_EXPIRED";
}

/** Signs the app out, once, when any request is answered that the session has expired. */
export function handleSessionExpiry(): void {
  const onError = (error: unknown) => {
    if (!isSessionExpired(error) || queryClient.getQueryData(["me"]) === null) return;
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
