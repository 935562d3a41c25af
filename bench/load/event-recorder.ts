import WebSocket from "ws";
import { type Envelope, isControlFrame, parseFrame } from "../../party/protocol/envelope.ts";
import type { Person } from "./virtual-users.ts";

/** What a socket of one account received, checked on arrival for order, holes and duplicates. */
export interface Listener {
  person: Person;
  /** Ids of received notifications, in order. */
  notifications: string[];
  doubled: number;
  /** Live frames whose sequence number was not the last one plus one. */
  holes: number;
  resyncs: number;
  close(): void;
}

const RETRY_MS = 100;

/**
 * Opens the account's socket as a browser does and keeps it open: after a loss it reconnects and resumes
 * by position. `onEvent` receives every event once, with its time of arrival (performance.timeOrigin
 * milliseconds).
 */
export function listen(
  url: string,
  person: Person,
  onEvent: (event: Envelope, arrivedAt: number) => void,
): Promise<Listener> {
  const seen = new Set<string>();
  let position: { epoch: string; seq: number } | null = null;
  let closed = false;
  let socket: WebSocket;
  const listener: Listener = {
    person,
    notifications: [],
    doubled: 0,
    holes: 0,
    resyncs: 0,
    close: () => {
      closed = true;
      socket.terminate();
    },
  };
  const take = (event: Envelope, arrivedAt: number) => {
    if (seen.has(event.id)) listener.doubled += 1;
    seen.add(event.id);
    if (event.type === "notification.created") listener.notifications.push((event.data as { id: string }).id);
    onEvent(event, arrivedAt);
  };
  return new Promise((resolve) => {
    const open = () => {
      const query = position ? `?epoch=${position.epoch}&seq=${position.seq}` : "";
      socket = new WebSocket(`${url.replace("http", "ws")}/parties/user-room/me${query}`, {
        headers: { Origin: url, Cookie: person.cookie },
      });
      socket.on("message", (bytes) => {
        const arrivedAt = performance.timeOrigin + performance.now();
        const frame = parseFrame(bytes.toString());
        if (!frame) return;
        if (!isControlFrame(frame)) {
          if (position && frame.seq !== position.seq + 1) listener.holes += 1;
          if (position) position.seq = frame.seq;
          take(frame as Envelope, arrivedAt);
          return;
        }
        if (frame.type === "room.welcome") {
          if (!position) position = { epoch: frame.epoch, seq: frame.seq };
          resolve(listener);
        } else if (frame.type === "room.gap") {
          for (const event of frame.events) take(event, arrivedAt);
          position = { epoch: frame.epoch, seq: frame.seq };
        } else if (frame.type === "room.resync") {
          listener.resyncs += 1;
          position = { epoch: frame.epoch, seq: frame.seq };
        }
      });
      socket.on("error", () => {});
      socket.on("close", () => {
        if (!closed) setTimeout(open, RETRY_MS * Math.random() + 50);
      });
    };
    open();
  });
}
