/** Real sockets to the rooms, opened as a browser does: Origin and cookie in the upgrade. */
import { WebSocket } from "ws";
import {
  type ControlFrame,
  type Envelope,
  isControlFrame,
  parseFrame,
  type ServerFrame,
} from "../../party/protocol/envelope.ts";
import { type Signal, signalSchema } from "../../party/protocol/signals.ts";
import { type Person, thisPlaza } from "./api-clients.ts";

/** Longer than any delay by which rooms save calls (NOTIFY_OFFLINE_EVERY_MS is 5 s): tests wait for the event, not for its time. */
const RECEIVE_TIMEOUT_MS = 15_000;

export type OpenOptions = {
  target?: { url: string };
  /** Null: no Origin header. Default: Plaza's own. */
  origin?: string | null;
  headers?: Record<string, string>;
};

export type Closing = { code: number; reason: string };

function openWebSocket(person: Pick<Person, "cookie"> | null, path: string, options: OpenOptions): WebSocket {
  const { target = thisPlaza(), origin = target.url } = options;
  const url = new URL(path, target.url);
  url.protocol = "ws:";
  const settings = {
    headers: {
      ...(origin === null ? {} : { Origin: origin }),
      ...(person ? { Cookie: person.cookie } : {}),
      ...options.headers,
    },
    // The close frame counts: workerd closes the TCP connection only when the room hibernates, seconds later.
    closeTimeout: 50,
  };
  return new WebSocket(url, settings);
}

/** The HTTP answer to a refused upgrade. Throws when the upgrade is accepted. */
export function refusedUpgrade(
  person: Pick<Person, "cookie"> | null,
  path: string,
  options: OpenOptions = {},
): Promise<{ status: number; headers: Headers; body: unknown; text: string }> {
  const socket = openWebSocket(person, path, options);
  return new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.on("open", () => {
      socket.terminate();
      reject(new Error(`${path} accepted the socket`));
    });
    socket.on("unexpected-response", (_request, response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on("end", () => {
        const headers = new Headers(
          Object.entries(response.headers).map(([name, value]): [string, string] => [name, String(value)]),
        );
        const body: unknown = headers.get("content-type")?.includes("json") ? JSON.parse(text) : null;
        resolve({ status: response.statusCode ?? 0, headers, body, text });
      });
    });
  });
}

/** A socket that records everything it receives. Closed by the test, or at the end of the run. */
export class RoomSocket {
  readonly frames: ServerFrame[] = [];
  readonly signals: Signal[] = [];
  readonly closed: Promise<Closing>;
  readonly #socket: WebSocket;
  readonly #waiting = new Set<() => void>();

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => {
      const frame = parseFrame(data.toString());
      if (frame) this.frames.push(frame);
      else this.signals.push(readSignal(data.toString()));
      for (const look of this.#waiting) look();
    });
    this.closed = new Promise((resolve) =>
      socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() })),
    );
  }

  /** Every event so far, those of gaps included, in order of arrival. */
  get events(): Envelope[] {
    return this.frames.flatMap((frame) => {
      if (!isControlFrame(frame)) return [frame];
      return frame.type === "room.gap" ? frame.events : [];
    });
  }

  /** Events of one type. `post.changed` is unpacked to its inner changes of that type. */
  received(type: string): unknown[] {
    return this.events.flatMap((event) => {
      if (event.type === type) return [event.data];
      return event.type === "post.changed" ? changesOf(event, type) : [];
    });
  }

  /** Waits until `find` returns something, checking each new frame. */
  until<T>(
    find: (socket: RoomSocket) => T | undefined | null | false,
    what = "the awaited frame",
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = find(this);
        if (found === undefined || found === null || found === false) return;
        done();
        resolve(found);
      };
      const timer = setTimeout(() => {
        done();
        reject(
          new Error(
            `${what} was not received; received: ${this.frames.map((frame) => frame.type).join(", ")}`,
          ),
        );
      }, RECEIVE_TIMEOUT_MS);
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Waits for the first control frame of this type. */
  frame<Type extends ControlFrame["type"]>(type: Type): Promise<ControlFrame & { type: Type }> {
    return this.until(
      ({ frames }) => frames.find((each): each is ControlFrame & { type: Type } => each.type === type),
      type,
    );
  }

  /** Waits for a signal of this type that `isWanted` accepts. */
  signal<Type extends keyof SignalData>(
    type: Type,
    isWanted: (data: SignalData[Type]) => boolean = () => true,
  ): Promise<SignalData[Type]> {
    return this.until(({ signals }) => {
      const found = signals.filter((each) => each.type === type).map((each) => each.data as SignalData[Type]);
      return found.find(isWanted);
    }, type);
  }

  /** Waits until `count` events of this type were received. */
  waitFor(type: string, count = 1): Promise<unknown[]> {
    return this.until((socket) => {
      const found = socket.received(type);
      return found.length >= count && found;
    }, `${count} x ${type}`);
  }

  send(data: string | Buffer): void {
    this.#socket.send(data);
  }

  /** Sends a command. */
  sendCommand(command: { type: string; [field: string]: unknown }): void {
    this.#socket.send(JSON.stringify(command));
  }

  close(): Promise<Closing> {
    this.#socket.close();
    return this.closed;
  }
}

type SignalData = { [Each in Signal as Each["type"]]: Each["data"] };

function readSignal(text: string): Signal {
  const parsed = signalSchema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`the frame does not conform to the protocol: ${text.slice(0, 300)}`);
  return parsed.data;
}

function changesOf(event: Envelope, type: string): unknown[] {
  const data = Object(event.data);
  const changes: { type: string; data: unknown }[] = Array.isArray(data.events) ? data.events : [];
  return changes.filter((change) => change.type === type).map((change) => change.data);
}

/** Opens a socket and waits for its welcome. */
export async function openSocket(
  person: Pick<Person, "cookie"> | null,
  path: string,
  options: OpenOptions = {},
): Promise<RoomSocket> {
  const socket = openWebSocket(person, path, options);
  const room = new RoomSocket(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  await room.frame("room.welcome");
  return room;
}

export const USER_ROOM = "/parties/user-room/me";
export const postRoom = (postId: string) => `/parties/post-room/${postId}`;
export const conversationRoom = (id: string) => `/parties/conversation-room/${id}`;
