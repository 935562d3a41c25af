import { useEffect, useEffectEvent } from "react";
import type { Connection, ConnectionDeps, ConnectionListener } from "./connection.types.ts";
import { openConnection } from "./open-connections.ts";

type RoomListener = Pick<ConnectionListener, "onEvent" | "onResync"> &
  Partial<ConnectionListener> & {
    /** Receives the connection, for sending commands, and null when it is closed. */
    onConnection?(connection: Connection | null): void;
  };

/**
 * Holds one room's connection while the component is mounted. A null name holds none. `makeDeps` is called when the name
 * changes.
 */
export function useRoom(name: string | null, makeDeps: () => ConnectionDeps, on: RoomListener): void {
  const deps = useEffectEvent(makeDeps);
  const current = useEffectEvent(() => on);

  useEffect(() => {
    if (name === null) return;
    const { connection, close } = openConnection(name, deps(), {
      onEvent: (event) => current().onEvent(event),
      onResync: () => current().onResync(),
      onStatus: (status) => current().onStatus?.(status),
      onWelcome: () => current().onWelcome?.(),
      onSignal: (signal) => current().onSignal?.(signal),
      onRefused: (refusal) => current().onRefused?.(refusal),
    });
    current().onConnection?.(connection);
    return () => {
      close();
      current().onConnection?.(null);
    };
  }, [name]);
}
