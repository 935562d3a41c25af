import { queryClient } from "../../api/query-client.ts";
import { meQuery, sessionEnded } from "./session.queries.ts";

/** Asks the server whether the session is still valid, and signs this tab out when it is not. Rejects without an answer. */
export async function checkSession(): Promise<boolean> {
  const me = await queryClient.fetchQuery({ ...meQuery, staleTime: 0 });
  if (!me) sessionEnded();
  return me !== null;
}
