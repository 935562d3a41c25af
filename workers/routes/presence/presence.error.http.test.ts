import { expect, test } from "vitest";
import { asPerson, newPerson } from "../../../bench/testing/api-clients.ts";
import { refused } from "../../../bench/testing/response-assertions.ts";
import { openSocket, USER_ROOM } from "../../../bench/testing/sockets.ts";

const ids = (count: number) => Array.from({ length: count }, () => crypto.randomUUID());

test.each([
  ["no ids", {}],
  ["more than 200", { ids: ids(201) }],
  ["no UUIDs", { ids: ["ann"] }],
  ["an unknown field", { ids: [], viewerId: crypto.randomUUID() }],
  ["a list", []],
])("a query with %s is refused", async (_what, body) => {
  const ann = asPerson(await newPerson("Ann"));
  refused(await ann.post("/api/presence/query", body), 400, "VALIDATION_FAILED");
});

test.each([
  ["nothing", {}],
  ["an unknown audience", { audience: "friends" }],
  ["more than 500 chosen", { chosen: ids(501) }],
  ["no list", { chosen: "everyone" }],
  ["an unknown field", { audience: "nobody", userId: crypto.randomUUID() }],
])("settings with %s are refused, and nothing changes", async (_what, body) => {
  const ann = asPerson(await newPerson("Ann"));
  refused(await ann.patch("/api/me/presence", body), 400, "VALIDATION_FAILED");
  expect((await ann.get("/api/me/presence")).body).toMatchObject({ audience: "everyone", chosen: [] });
});

test.each([
  ["no cell", {}],
  ["too wide a cell", { cell: "u4p" }],
  ["too narrow a cell", { cell: "u4pruy" }],
  ["letters no geohash has", { cell: "ailo" }],
  ["capitals", { cell: "U4PR" }],
  ["coordinates", { latitude: 57.64911, longitude: 10.40744 }],
  ["a cell and coordinates", { cell: "u4pru", latitude: 57.64911, longitude: 10.40744 }],
])("sharing %s is refused, and nothing is shared", async (_what, body) => {
  const ann = asPerson(await newPerson("Ann"));
  refused(await ann.put("/api/nearby", body), 400, "VALIDATION_FAILED");
  expect((await ann.get("/api/nearby")).body).toEqual({ cell: null, expiresAt: null, people: [] });
});

test("unknown people and the viewer are left out of the chosen people", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const answer = await asPerson(ann).patch("/api/me/presence", { chosen: [ben.id, ann.id, ...ids(2)] });
  expect(answer.body).toMatchObject({ chosen: [ben.id] });
});

test("stopping to share without a shared cell is no error", async () => {
  const ann = asPerson(await newPerson("Ann"));
  for (let n = 0; n < 2; n += 1) expect((await ann.delete("/api/nearby")).status).toBe(200);
});

test("a presence.watch command with more than 200 people is refused; the socket stays open", async () => {
  const socket = await openSocket(await newPerson("Ann"), USER_ROOM);
  socket.send(JSON.stringify({ type: "presence.watch", ids: ids(201) }));
  expect((await socket.frame("room.error")).code).toBe("MALFORMED_FRAME");
  socket.send(JSON.stringify({ type: "head" }));
  await socket.frame("room.head");
});
