/** Fixtures for tests of rooms: outbox rows like those of the triggers, and a client that stores every frame. */
import { uuidv7 } from "uuidv7";
import { connectConversation, connectPost, connectUser } from "../gateway/connect.ts";
import type { OutboxRow } from "../outbox/rows.ts";
import { type ControlFrame, type Envelope, isControlFrame, parseFrame } from "../protocol/envelope.ts";
import type { Position } from "../protocol/position.ts";
import { type PostChange, postEventSchema } from "../protocol/post-events.ts";
import { type Signal, signalSchema } from "../protocol/signals.ts";
import { partyEnv } from "./room-stubs.ts";

/** An outbox row. Its id is greater than those of earlier rows. */
export function row(topic: string, type: string, data: unknown): OutboxRow {
  return { id: uuidv7(), topic, type, data, createdAt: new Date().toISOString() };
}

export const userRow = (userId: string, type: string, data: unknown) => row(`user:${userId}`, type, data);
export const postRow = (postId: string, type: string, data: unknown) => row(`post:${postId}`, type, data);

export const counts = (version: number) => ({
  upvotes: version,
  downvotes: 0,
  score: version,
  comments: 0,
  answers: 0,
  version,
});

/** An event without a collapse key. `unread` identifies it. */
export const unread = (userId: string, version: number) =>
  userRow(userId, "unread.changed", { unread: version, version, read: { ids: [uuidv7()] } });

export const counted = (postId: string, version: number) =>
  postRow(postId, "post.counted", { id: postId, counts: counts(version) });

export function comment(postId: string, authorId: string, body: string, id: string = uuidv7()): OutboxRow {
  return postRow(postId, "comment.created", {
    id,
    postId,
    parentId: null,
    depth: 0,
    clientId: null,
    body,
    author: { id: authorId, handle: "someone", name: "Some One" },
    createdAt: new Date().toISOString(),
    deletedAt: null,
    counts: { upvotes: 0, downvotes: 0, score: 0, replies: 0, version: 1 },
    viewer: null,
  });
}

export type Client = Awaited<ReturnType<typeof openUser>>;

/** Opens a device's socket in the same way as the Worker. */
export async function openUser(
  userId: string,
  { sessionId = uuidv7(), at, query }: { sessionId?: string; at?: Position | undefined; query?: string } = {},
) {
  const request = upgrade(`/parties/user-room/me?${query ?? positionQuery(at)}`);
  return clientOf(await connectUser(request, partyEnv, { userId, sessionId }));
}

/** Opens a visitor's socket to a post in the same way as the Worker. */
export async function openPost(
  postId: string,
  {
    viewerId = null,
    sessionId = uuidv7(),
    authorId = uuidv7(),
    hidden = [],
    at,
  }: {
    viewerId?: string | null;
    sessionId?: string;
    authorId?: string;
    hidden?: string[];
    at?: Position | undefined;
  } = {},
) {
  const request = upgrade(`/parties/post-room/${postId}?${positionQuery(at)}`);
  const viewer = viewerId === null ? null : { userId: viewerId, sessionId };
  return clientOf(await connectPost(request, partyEnv, { postId, authorId, viewer, hidden }));
}

/** Requests a socket to a conversation in the same way as the Worker. Returns the response. */
export async function knockConversation(
  conversationId: string,
  userId: string,
  { sessionId = uuidv7(), at }: { sessionId?: string; at?: Position | undefined } = {},
): Promise<Response> {
  const request = upgrade(`/parties/conversation-room/${conversationId}?${positionQuery(at)}`);
  return await connectConversation(request, partyEnv, { conversationId, userId, sessionId });
}

export async function openConversation(
  conversationId: string,
  userId: string,
  options: { sessionId?: string; at?: Position | undefined } = {},
) {
  return clientOf(await knockConversation(conversationId, userId, options));
}

export function upgrade(path: string, headers: Record<string, string> = {}): Request {
  return new Request(`https://plaza.test${path}`, { headers: { upgrade: "websocket", ...headers } });
}

/** The changes of a `post.changed`. */
export function changesOf(envelope: Envelope | undefined): PostChange[] {
  return postEventSchema.parse({ type: envelope?.type, data: envelope?.data }).data.events;
}

function positionQuery(at: Position | undefined): string {
  return at ? `epoch=${at.epoch}&seq=${at.seq}` : "";
}

function clientOf(response: Response) {
  const socket = response.webSocket;
  if (response.status !== 101 || !socket) throw new Error(`no socket: ${response.status}`);
  const texts: string[] = [];
  const waiters = new Set<() => void>();
  let closed: number | null = null;
  const wake = () => {
    for (const waiter of waiters) waiter();
  };
  socket.addEventListener("message", ({ data }) => {
    texts.push(String(data));
    wake();
  });
  socket.addEventListener("close", ({ code }) => {
    closed = code;
    wake();
  });
  socket.accept();

  const frames = () => texts.map((text) => parseFrame(text)).filter((frame) => frame !== null);
  /** Resolves with the first result of `look` that is not empty. Has no timeout but the test's. */
  function until<T>(look: () => T | null | undefined | false): Promise<T> {
    return new Promise((resolve) => {
      const check = () => {
        const found = look();
        if (found === null || found === undefined || found === false) return;
        waiters.delete(check);
        resolve(found);
      };
      waiters.add(check);
      check();
    });
  }
  return {
    socket,
    texts,
    until,
    events: (): Envelope[] => frames().filter((frame): frame is Envelope => !isControlFrame(frame)),
    /** The signals of one type, so far. */
    signals<T extends Signal["type"]>(type: T): Extract<Signal, { type: T }>[] {
      return texts
        .map((text) => signalSchema.safeParse(JSON.parse(text)).data)
        .filter((signal): signal is Extract<Signal, { type: T }> => signal?.type === type);
    },
    /** The errors of refused frames, so far. */
    errors: () =>
      frames().filter(
        (frame): frame is Extract<ControlFrame, { type: "room.error" }> => frame.type === "room.error",
      ),
    /** Waits for the n-th control frame of a type. */
    control<T extends ControlFrame["type"]>(type: T, nth = 0): Promise<Extract<ControlFrame, { type: T }>> {
      return until(
        () =>
          frames().filter(
            (frame): frame is Extract<ControlFrame, { type: T }> =>
              isControlFrame(frame) && frame.type === type,
          )[nth],
      );
    },
    /** Waits for this many events. */
    async received(count: number): Promise<Envelope[]> {
      return await until(() => {
        const events = frames().filter((frame): frame is Envelope => !isControlFrame(frame));
        return events.length >= count && events;
      });
    },
    closedWith: () => until(() => closed),
    isClosed: () => closed !== null,
    send(command: unknown) {
      socket.send(typeof command === "string" ? command : JSON.stringify(command));
    },
  };
}
