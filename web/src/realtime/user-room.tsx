import { applyUserEvent, refreshAfterGap } from "./user-events.ts";
import { useMe } from "../features/session/session.queries.ts";
import { userRoomDeps } from "./browser-deps.ts";
import { useRoom } from "./use-room.ts";

/** Holds this tab's one socket to the account's own room while someone is signed in. Draws nothing. */
export function UserRoomConnection() {
  const meId = useMe()?.id ?? null;
  useRoom(meId && `user:${meId}`, () => userRoomDeps(meId ?? ""), {
    onEvent: (event) => {
      if (meId) applyUserEvent(event, meId);
    },
    onResync: refreshAfterGap,
  });
  return null;
}
