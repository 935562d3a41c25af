import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { setRelation, writeComment, writePost } from "../../../bench/testing/api-actions.ts";
import { asPerson, newPerson, nobody } from "../../../bench/testing/api-clients.ts";
import { refused } from "../../../bench/testing/response-assertions.ts";
import { openSocket, postRoom, refusedUpgrade, USER_ROOM } from "../../../bench/testing/sockets.ts";

test("a room's address without a WebSocket upgrade is refused", async () => {
  const headers = { Origin: null };
  refused(await nobody().get(USER_ROOM, { headers }), 403, "BAD_ORIGIN");
});

test.each([
  "/parties/outbox-room/outbox-0",
  "/parties/user-room/other",
  "/parties/nothing/x",
  "/parties/post-room",
  "/parties/post-room/1",
  "/parties/UserRoom/me",
])("there is no room at %s", async (path) => {
  refused(await refusedUpgrade(await newPerson("Ann"), path), 404, "NOT_FOUND");
});

test("another account's user room has no address", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  refused(await refusedUpgrade(ann, `/parties/user-room/${ben.id}`), 404, "NOT_FOUND");
});

test("unknown and deleted posts have no room", async () => {
  const ann = await newPerson("Ann");
  refused(await refusedUpgrade(null, postRoom(randomUUID())), 404, "NOT_FOUND");
  const post = await writePost(ann);
  await asPerson(ann).delete(`/api/posts/${post.id}`);
  refused(await refusedUpgrade(ann, postRoom(post.id)), 410, "GONE");
});

const LONG = "x".repeat(2 ** 20);
test.each([
  ["no JSON", "{", "MALFORMED_FRAME"],
  ["no object", "7", "MALFORMED_FRAME"],
  ["an unknown command", JSON.stringify({ type: "message.send", body: "x" }), "UNKNOWN_COMMAND"],
  ["a resume without a position", JSON.stringify({ type: "resume" }), "MALFORMED_FRAME"],
  ["a negative seq", JSON.stringify({ type: "resume", epoch: "e", seq: -1 }), "MALFORMED_FRAME"],
  ["JSON a thousand deep", "[".repeat(1_000) + "]".repeat(1_000), "MALFORMED_FRAME"],
  ["binary", Buffer.from([1, 2, 3]), "MALFORMED_FRAME"],
])("a frame that is %s gets an error frame, and the socket stays open", async (_what, frame, code) => {
  const ann = await newPerson("Ann");
  const post = await writePost(ann);
  for (const path of [USER_ROOM, postRoom(post.id)]) {
    const socket = await openSocket(ann, path);
    socket.send(frame);
    expect((await socket.frame("room.error")).code, path).toBe(code);
    socket.send(JSON.stringify({ type: "head" }));
    await socket.frame("room.head");
  }
});

test("a frame of 1 MiB closes its socket and no other (S: consumption)", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const post = await writePost(ann);
  for (const path of [USER_ROOM, postRoom(post.id)]) {
    const [rude, quiet] = [await openSocket(ann, path), await openSocket(ann, path)];
    rude.send(LONG);
    expect((await rude.closed).code, path).toBe(1009);
    if (path === USER_ROOM) await setRelation(ben, "follow", ann);
    else await writeComment(ben, post.id);
    await quiet.waitFor(path === USER_ROOM ? "follow.changed" : "comment.created");
  }
});

test("a hundred frames at once close their socket and no other (S: consumption)", async () => {
  const ann = await newPerson("Ann");
  const [rude, quiet] = [await openSocket(ann, USER_ROOM), await openSocket(ann, USER_ROOM)];
  for (let i = 0; i < 100; i += 1) rude.send(JSON.stringify({ type: "head" }));
  expect((await rude.closed).code).toBe(1008);
  expect((await rude.frame("room.error")).code).toBe("RATE_LIMITED");
  quiet.send(JSON.stringify({ type: "head" }));
  await quiet.frame("room.head");
});

test("an invalid position is ignored: the socket gets its welcome and no false events", async () => {
  const ann = await newPerson("Ann");
  for (const query of [
    "?epoch=x",
    "?seq=1",
    "?epoch=&seq=",
    `?epoch=${"e".repeat(99)}&seq=1`,
    "?epoch=e&seq=-1",
    "?_pk=evil",
  ]) {
    const socket = await openSocket(ann, USER_ROOM + query);
    socket.send(JSON.stringify({ type: "head" }));
    await socket.frame("room.head");
    expect(
      socket.frames.map(({ type }) => type),
      query,
    ).toEqual(["room.welcome", "room.head"]);
  }
});
