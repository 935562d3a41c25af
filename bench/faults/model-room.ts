/** A minimal correct room in memory: the checker must pass it before it checks the real one. */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { uuidv7 } from "uuidv7";
import { type WebSocket, WebSocketServer } from "ws";
import type { Environment, TestConversation } from "./environment.ts";
import type { RecordedMessage } from "./history.ts";

type Event = { v: 1; id: string; seq: number; type: string; at: string; data: unknown };

class ModelRoom {
  readonly epoch: string = randomUUID();
  readonly messages: RecordedMessage[] = [];
  readonly events: Event[] = [];
  readonly sockets = new Set<WebSocket>();
  readonly #conversationId: string;

  constructor(conversationId: string) {
    this.#conversationId = conversationId;
  }

  get head() {
    return { v: 1, epoch: this.epoch, seq: this.events.length };
  }

  gap(after: number) {
    return { ...this.head, type: "room.gap", after, events: this.events.slice(after) };
  }

  send(socket: WebSocket, senderId: string, { clientId, body }: { clientId: string; body: string }): void {
    const known = this.messages.find((message) => message.clientId === clientId);
    if (known && known.body !== body) {
      const answer = {
        v: 1,
        type: "room.error",
        code: "CONFLICT",
        message: "used with another body before",
        ref: clientId,
      };
      socket.send(JSON.stringify(answer));
      return;
    }
    const seq = this.messages.length + 1;
    const message: RecordedMessage = known ?? { seq, id: uuidv7(), kind: "text", clientId, senderId, body };
    const at = new Date().toISOString();
    if (!known) {
      this.messages.push(message);
      const rest = { notice: null, replyTo: null, reactions: [], editedAt: null, version: 1 };
      const flags = { isDeleted: false, isHidden: false };
      const data = { ...message, ...rest, ...flags, conversationId: this.#conversationId, createdAt: at };
      const event = {
        v: 1 as const,
        id: uuidv7(),
        seq: this.head.seq + 1,
        type: "message.created",
        at,
        data,
      };
      this.events.push(event);
      for (const each of this.sockets) each.send(JSON.stringify(event));
    }
    const ack = { clientId, seq: message.seq, id: message.id, at };
    socket.send(JSON.stringify({ v: 1, type: "message.acked", at, data: ack }));
  }
}

export type ModelEnvironment = Environment & { stop(): Promise<void> };

/** Rooms, sockets and pages for these people, without Postgres and without a Worker. */
export async function startModelEnvironment({
  conversations: count,
  conversationSize,
}: {
  conversations: number;
  conversationSize: number;
}): Promise<ModelEnvironment> {
  const conversations: TestConversation[] = Array.from({ length: count }, () => ({
    id: uuidv7(),
    people: Array.from({ length: conversationSize }, () => ({ id: uuidv7(), cookie: "" })),
  }));
  const rooms = new Map(conversations.map(({ id }) => [id, new ModelRoom(id)]));
  const roomOf = (id: string | undefined) => {
    const room = rooms.get(id ?? "");
    if (!room) throw new Error(`no room ${id}`);
    return room;
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://model");
    const before = Number(searchParams.get("before") ?? Infinity);
    const limit = Number(searchParams.get("limit") ?? 50);
    const all = roomOf(pathname.split("/")[3]).messages.filter(({ seq }) => seq < before);
    const items = all.slice(-limit).reverse();
    const nextCursor = items.length < all.length ? String(items.at(-1)?.seq) : null;
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ items, nextCursor, quoted: [] }));
  });
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket, request) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://model");
    const room = roomOf(pathname.split("/")[3]);
    const account = searchParams.get("account") ?? "";
    socket.on("error", () => {});
    socket.on("close", () => room.sockets.delete(socket));
    room.sockets.add(socket);
    socket.send(JSON.stringify({ ...room.head, type: "room.welcome", idleMs: null }));
    const seq = searchParams.get("seq");
    if (seq !== null) socket.send(JSON.stringify(room.gap(Number(seq))));
    socket.on("message", (bytes) => {
      const text = bytes.toString();
      const command = text === "ping" ? { type: "head" } : JSON.parse(text);
      if (command.type === "head") socket.send(JSON.stringify({ ...room.head, type: "room.head" }));
      if (command.type === "resume") socket.send(JSON.stringify(room.gap(command.seq)));
      if (command.type === "message.send") room.send(socket, account, command);
    });
  });
  await new Promise<void>((resolve) => server.listen({ port: 0, host: "127.0.0.1" }, resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
    conversations,
    rows: async (conversationId) => roomOf(conversationId).messages,
    stored: async (conversationIds) =>
      conversationIds.reduce((sum, id) => sum + roomOf(id).messages.length, 0),
    stop: async () => {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
