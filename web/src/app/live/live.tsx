import { useEffect } from "react";
import { sendUnsent } from "../../features/chat/session/unsent-messages.ts";
import { useMe } from "../../features/session/session.queries.ts";
import { useRoom } from "../../realtime/use-room.ts";
import { notifyUserRoomWelcome, setUserConnection } from "../../realtime/user-room.ts";
import { ConnectionStrip } from "./connection-strip.tsx";
import { applyUserEvent, refetchAfterResync } from "./user-events.ts";
import { userRoomConnection } from "./user-room-connection.ts";
import { applyUserSignal } from "./user-signals.ts";

/** Holds this tab's connection to the account's own room while somebody is signed in, and shows when it is lost. */
export default function Live() {
  const meId = useMe()?.id ?? null;
  useRoom(meId && `user:${meId}`, () => userRoomConnection(meId ?? ""), {
    onEvent: (event) => {
      if (meId) applyUserEvent(event, meId);
    },
    onSignal: applyUserSignal,
    onResync: refetchAfterResync,
    onConnection: setUserConnection,
    onWelcome: notifyUserRoomWelcome,
  });
  useEffect(() => {
    if (meId) void sendUnsent(meId);
  }, [meId]);
  return <ConnectionStrip />;
}
