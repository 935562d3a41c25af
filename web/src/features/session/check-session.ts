import { queryClient } from "../../api/query-client.ts";
import { meQuery, sessionEnded } from "./session.queries.ts";

/**
 * Requests the session from the server and signs this tab out when it has ended. Rejects when there is no
 * response.
 */
export async function checkSession(): Promise<boolean> {
  const me = await queryClient.fetchQuery({ ...meQuery, staleTime: 0 });
  if (!me) sessionEnded();
  return me !== null;
}
