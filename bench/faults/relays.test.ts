import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import WebSocket, { WebSocketServer } from "ws";
import { FrameRelay } from "./frame-relay.ts";
import { TcpRelay } from "./tcp-relay.ts";

let server: Server;
let url = "";

/** Echoes everything. */
beforeAll(async () => {
  server = createServer();
  new WebSocketServer({ server }).on("connection", (socket) =>
    socket.on("message", (bytes) => socket.send(`echo ${bytes.toString()}`)),
  );
  await new Promise<void>((resolve) => server.listen({ port: 0, host: "127.0.0.1" }, resolve));
  const address = server.address();
  if (typeof address === "object") url = `http://127.0.0.1:${address?.port}`;
});
afterAll(() => server.close());

async function openWebSocket(to: string) {
  const socket = new WebSocket(to.replace("http", "ws"));
  const received: string[] = [];
  let arrived = () => {};
  socket.on("message", (bytes) => {
    received.push(bytes.toString());
    arrived();
  });
  const closed = new Promise<number>((resolve) => socket.on("close", resolve));
  socket.on("error", () => {});
  await new Promise((resolve) => socket.once("open", resolve));
  const next = () =>
    new Promise<void>((resolve) => {
      arrived = resolve;
    });
  return { socket, received, closed, next };
}

test("bytes pass, stall, pass again and are cut in the middle", async () => {
  const relay = await TcpRelay.start(url);
  const { socket, received, closed, next } = await openWebSocket(relay.url);
  const [connection] = relay.connections;
  if (!connection) throw new Error("no connection");

  let answered = next();
  socket.send("one");
  await answered;
  connection.stall();
  answered = next();
  socket.send("two");
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(received).toEqual(["echo one"]);
  connection.unstall();
  await answered;
  expect(received).toEqual(["echo one", "echo two"]);

  connection.cutAfter("down", 3);
  socket.send("three");
  expect(await closed).toBe(1006);
  expect(received).toHaveLength(2);
  expect(relay.connections.size).toBe(0);
  await relay.stop();
});

test("a slow reader receives one byte at a time", async () => {
  const relay = await TcpRelay.start(url);
  const { socket, received, closed } = await openWebSocket(relay.url);
  const [connection] = relay.connections;
  connection?.slow(1);
  socket.send("a word");
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(received).toEqual([]);
  await relay.stop();
  await closed;
});

test("frames are forwarded, dropped and added, and close codes pass", async () => {
  const relay = await FrameRelay.start(url, {
    up: (frame) => (frame === "secret" ? [] : [frame, "made up"]),
    down: (frame) => [frame.toUpperCase()],
  });
  const { socket, received, closed, next } = await openWebSocket(relay.url);
  const first = next();
  socket.send("secret");
  socket.send("open");
  await first;
  while (received.length < 2) await next();
  expect(received).toEqual(["ECHO OPEN", "ECHO MADE UP"]);
  await relay.stop();
  await closed;
});
