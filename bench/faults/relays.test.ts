import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import WebSocket, { WebSocketServer } from "ws";
import { FrameRelay } from "./frame-relay.ts";
import { TcpRelay } from "./tcp-relay.ts";

let server: Server;
let url = "";

/** Says everything back. */
beforeAll(async () => {
  server = createServer();
  new WebSocketServer({ server }).on("connection", (socket) =>
    socket.on("message", (bytes) => socket.send(`heard ${bytes.toString()}`)),
  );
  await new Promise<void>((resolve) => server.listen({ port: 0, host: "127.0.0.1" }, resolve));
  const address = server.address();
  if (typeof address === "object") url = `http://127.0.0.1:${address?.port}`;
});
afterAll(() => server.close());

async function dial(to: string) {
  const socket = new WebSocket(to.replace("http", "ws"));
  const heard: string[] = [];
  let arrived = () => {};
  socket.on("message", (bytes) => {
    heard.push(bytes.toString());
    arrived();
  });
  const closed = new Promise<number>((resolve) => socket.on("close", resolve));
  socket.on("error", () => {});
  await new Promise((resolve) => socket.once("open", resolve));
  const next = () =>
    new Promise<void>((resolve) => {
      arrived = resolve;
    });
  return { socket, heard, closed, next };
}

test("bytes pass, stall, pass again and are cut in the middle", async () => {
  const relay = await TcpRelay.start(url);
  const { socket, heard, closed, next } = await dial(relay.url);
  const [connection] = relay.connections;
  if (!connection) throw new Error("no connection");

  let answered = next();
  socket.send("one");
  await answered;
  connection.stall();
  answered = next();
  socket.send("two");
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(heard).toEqual(["heard one"]);
  connection.unstall();
  await answered;
  expect(heard).toEqual(["heard one", "heard two"]);

  connection.cutAfter("down", 3);
  socket.send("three");
  expect(await closed).toBe(1006);
  expect(heard).toHaveLength(2);
  expect(relay.connections.size).toBe(0);
  await relay.stop();
});

test("a slow reader gets a byte at a time", async () => {
  const relay = await TcpRelay.start(url);
  const { socket, heard, closed } = await dial(relay.url);
  const [connection] = relay.connections;
  connection?.slow(1);
  socket.send("a word");
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(heard).toEqual([]);
  await relay.stop();
  await closed;
});

test("frames are passed on, dropped and made up, and a close code comes through", async () => {
  const relay = await FrameRelay.start(url, {
    up: (frame) => (frame === "secret" ? [] : [frame, "made up"]),
    down: (frame) => [frame.toUpperCase()],
  });
  const { socket, heard, closed, next } = await dial(relay.url);
  const first = next();
  socket.send("secret");
  socket.send("open");
  await first;
  while (heard.length < 2) await next();
  expect(heard).toEqual(["HEARD OPEN", "HEARD MADE UP"]);
  await relay.stop();
  await closed;
});
