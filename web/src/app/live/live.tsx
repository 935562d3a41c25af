import { useEffect } from "react";
import { sendUnsent } from "../../features/chat/session/unsent-messages.ts";
import { useMe } from "../../features/session/session.queries.ts";
import { userRoomDeps } from "../../realtime/browser-deps.ts";
import { useRoom } from "../../realtime/use-room.ts";
import { setUserConnection, userRoomListener } from "../../realtime/user-link.ts";
import { ConnectionStrip } from "./connection-strip.tsx";
import { applyUserEvent, refreshAfterGap } from "./user-events.ts";

/** Holds this tab's one socket to the account's own room while someone is signed in, and says when it is lost. */
export default function Live() {
  const meId = useMe()?.id ?? null;
  useRoom(meId && `user:${meId}`, () => userRoomDeps(meId ?? ""), {
    onEvent: (event) => {
      if (meId) applyUserEvent(event, meId);
    },
    onResync: refreshAfterGap,
    onConnection: setUserConnection,
    ...userRoomListener,
  });
  useEffect(() => {
    if (meId) void sendUnsent(meId);
  }, [meId]);
  return <ConnectionStrip />;
}
