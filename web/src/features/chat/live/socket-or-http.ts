/** Commands to a room by its socket, with the HTTP API as the fallback. */
import { ApiError } from "../../../api/api-error.ts";

/**
 * Runs a command by the room's socket, or by an HTTP request when no socket is up or its answer was lost.
 * Only for idempotent commands: a lost answer leaves open whether the room has carried the command out.
 * Returns the answer of the request; null when the socket did it. Refusals (ApiError) are passed on.
 */
export async function bySocketOrHttp<T>(
  bySocket: () => Promise<unknown>,
  byHttp: () => Promise<T>,
): Promise<T | null> {
  try {
    await bySocket();
    return null;
  } catch (error) {
    if (!(error instanceof ApiError && error.code === "NETWORK")) throw error;
  }
  return await byHttp();
}
