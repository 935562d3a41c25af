/** Commands to a room by its socket, with the HTTP API as the fallback. */
import { ApiError } from "../../../api/api-error.ts";

/**
 * Runs a command over the room's socket, or over HTTP when no socket is up or the reply was lost. Only for
 * idempotent commands: after a lost reply it is unknown whether the room executed the command. Returns the
 * HTTP response, or null when the socket succeeded. Rejects with ApiError when the command is refused.
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
