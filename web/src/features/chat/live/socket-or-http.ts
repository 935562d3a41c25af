/** Two ways to the same room. */
import { ApiError } from "../../../api/api-error.ts";

/**
 * Does something by the room's socket; by request when none is up or its answer was lost. Only for what comes to the same
 * however often it is heard. Answers what the request answered; null when the socket did it.
 */
export async function byRoomOrRequest<T>(
  byRoom: () => Promise<unknown>,
  byRequest: () => Promise<T>,
): Promise<T | null> {
  try {
    await byRoom();
    return null;
  } catch (error) {
    if (!(error instanceof ApiError && error.code === "NETWORK")) throw error;
  }
  return await byRequest();
}
