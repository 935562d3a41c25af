import { expect, test } from "vitest";
import {
  answerTo,
  askQuestion,
  setRelation,
  vote,
  writeComment,
  writePost,
} from "../../../bench/testing/api-actions.ts";
import {
  asPerson,
  newPerson,
  nobody,
  onAnotherDevice,
  type Person,
} from "../../../bench/testing/api-clients.ts";
import { delivered, pageOf, view } from "../../../bench/testing/response-assertions.ts";
import { openSocket, postRoom, type RoomSocket, USER_ROOM } from "../../../bench/testing/sockets.ts";
import { commentViewSchema } from "../../../db/views/comment.view.ts";
import { notificationViewSchema, unreadViewSchema } from "../../../db/views/notification.view.ts";
import { postViewSchema } from "../../../db/views/post.view.ts";
import { postEventSchema } from "../../../party/protocol/post-events.ts";
import { userEventSchema } from "../../../party/protocol/user-events.ts";

const notificationsOf = async (person: Person) =>
  view(pageOf(notificationViewSchema), await asPerson(person).get("/api/notifications?limit=100")).items;
const seqs = (socket: RoomSocket) => socket.events.map(({ seq }) => seq);
const dense = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i + 1);

test("Ben's actions reach Ann's socket once each, with dense seqs, and equal a fresh read (R7, R3)", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const socket = await openSocket(ann, USER_ROOM);
  const { seq: start } = await socket.frame("room.welcome");
  const post = await writePost(ann, { body: "Hello" });
  const question = await askQuestion(ann);
  await vote(ben, "posts", post.id, 1);
  await writeComment(ben, post.id, { body: "Nice" });
  await writeComment(ben, post.id, { body: `@${ann.handle}` });
  await setRelation(ben, "follow", ann);
  await answerTo(ben, question.id);
  await answerTo(ann, (await askQuestion(ben)).id);
  await socket.waitFor("notification.created", 6);
  await delivered();
  const received = socket.received("notification.created").map((data) => notificationViewSchema.parse(data));
  expect(received.map(({ type }) => type).sort()).toEqual([
    "badge_earned",
    "mention",
    "new_follower",
    "post_comment",
    "post_comment",
    "post_upvote",
  ]);
  expect([...received].sort((a, b) => (a.id < b.id ? 1 : -1))).toEqual(await notificationsOf(ann));
  expect(seqs(socket)).toEqual(dense(start, socket.events.length));
  expect(new Set(socket.events.map(({ id }) => id)).size).toBe(socket.events.length);
  for (const { type, data } of socket.events) userEventSchema.parse({ type, data });
  const unread = view(unreadViewSchema, await asPerson(ann).get("/api/notifications/unread-count"));
  expect(unread.unread).toBe(6);
  expect(socket.received("unread.changed").at(-1)).toEqual({ ...unread, read: null });
});

test("marking as read on one device updates the other", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const [laptop, phone] = [
    await openSocket(ann, USER_ROOM),
    await openSocket(await onAnotherDevice(ann), USER_ROOM),
  ];
  const post = await writePost(ann);
  await writeComment(ben, post.id, { body: "1" });
  await writeComment(ben, post.id, { body: "2" });
  await phone.waitFor("notification.created", 2);
  const [first] = phone.received("notification.created").map((data) => notificationViewSchema.parse(data).id);
  const reads = (socket: RoomSocket) =>
    socket
      .received("unread.changed")
      .map(Object)
      .filter(({ read }) => read !== null);
  const one = view(unreadViewSchema, await asPerson(ann).post("/api/notifications/read", { ids: [first] }));
  await phone.until((socket) => reads(socket).length === 1);
  expect(reads(phone)).toEqual([{ ...one, read: { ids: [first] } }]);
  const none = view(unreadViewSchema, await asPerson(ann).post("/api/notifications/read", { all: true }));
  await phone.until((socket) => reads(socket).length === 2);
  expect(reads(phone)[1]).toEqual({ ...none, read: { all: true } });
  await laptop.until((socket) => reads(socket).length === 2);
  expect(laptop.events).toEqual(phone.events);
});

test("the viewer's own vote and follow reach their other devices with the counts of a fresh read", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const post = await writePost(ben);
  const [mine, his] = [await openSocket(ann, USER_ROOM), await openSocket(ben, USER_ROOM)];
  await vote(ann, "posts", post.id, -1);
  await setRelation(ann, "follow", ben);
  await mine.waitFor("follow.changed");
  expect(await mine.waitFor("vote.changed")).toEqual([{ target: "post", id: post.id, value: -1 }]);
  expect(await his.waitFor("follow.changed")).toEqual(mine.received("follow.changed"));
  const { counts } = view(postViewSchema, await nobody().get(`/api/posts/${post.id}`));
  expect(await his.waitFor("post.counted")).toEqual([{ id: post.id, counts }]);
});

test("a reconnecting socket gets the whole gap in order, by its URL or by `resume` (R4)", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const post = await writePost(ann);
  const first = await openSocket(ann, USER_ROOM);
  const { epoch, seq } = await first.frame("room.welcome");
  await first.close();
  for (let i = 0; i < 5; i += 1) await writeComment(ben, post.id, { body: `${i}` });
  await delivered();
  const back = await openSocket(ann, `${USER_ROOM}?epoch=${epoch}&seq=${seq}`);
  const gap = await back.frame("room.gap");
  expect(gap).toMatchObject({ epoch, after: seq });
  expect(gap.events.at(-1)?.seq).toBe(gap.seq);
  const received = back.received("notification.created").map((data) => notificationViewSchema.parse(data));
  expect(received.reverse()).toEqual(await notificationsOf(ann));
  const other = await openSocket(ann, USER_ROOM);
  other.send(JSON.stringify({ type: "resume", epoch, seq }));
  expect(await other.frame("room.gap")).toEqual(gap);
});

test("a socket with another epoch, or ahead of the log, gets resync (R4)", async () => {
  const ann = await newPerson("Ann");
  const socket = await openSocket(ann, USER_ROOM);
  const { epoch, seq } = await socket.frame("room.welcome");
  socket.send(JSON.stringify({ type: "resume", epoch: crypto.randomUUID(), seq }));
  expect(await socket.frame("room.resync")).toMatchObject({ epoch, seq });
  const ahead = await openSocket(ann, `${USER_ROOM}?epoch=${epoch}&seq=${seq + 9}`);
  expect(await ahead.frame("room.resync")).toMatchObject({ epoch, seq });
});

test("the heartbeat carries the head seq, so that a lost last frame is noticed (R5)", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const socket = await openSocket(ann, USER_ROOM);
  await setRelation(ben, "follow", ann);
  await socket.waitFor("unread.changed");
  socket.send("ping");
  const head = await socket.frame("room.head");
  expect(head.seq).toBe(socket.events.at(-1)?.seq);
});

test("a post room publishes comments, counts, answers and deletions to signed-in and signed-out readers, equal to reads", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const question = await askQuestion(ann);
  const [anonymous, mine] = [
    await openSocket(null, postRoom(question.id)),
    await openSocket(ann, postRoom(question.id)),
  ];
  const comment = await writeComment(ben, question.id, { clientId: crypto.randomUUID() });
  await vote(ben, "posts", question.id, 1);
  await vote(ann, "comments", comment.id, 1);
  const answer = await answerTo(ben, question.id);
  await asPerson(ben).delete(`/api/comments/${comment.id}`);
  await anonymous.waitFor("comment.deleted");
  await anonymous.waitFor("answer.created");
  await delivered();
  const [asRead] = view(
    pageOf(commentViewSchema),
    await nobody().get(`/api/posts/${question.id}/comments`),
  ).items;
  const [created] = anonymous.received("comment.created").map(Object);
  expect(created).toMatchObject({ id: comment.id, clientId: comment.clientId, viewer: null });
  expect(anonymous.received("comment.deleted").map(Object)[0]).toMatchObject({
    id: comment.id,
    deletedAt: asRead?.deletedAt,
  });
  expect(anonymous.received("answer.created")).toEqual([
    view(postViewSchema, await nobody().get(`/api/posts/${answer.id}`)),
  ]);
  const { counts } = view(postViewSchema, await nobody().get(`/api/posts/${question.id}`));
  const counted = (socket: RoomSocket) =>
    socket
      .received("post.counted")
      .map(Object)
      .some(
        (each) =>
          each.id === question.id && each.counts.version === counts.version && each.counts.comments === 0,
      );
  await anonymous.until(counted, "the last counts");
  await mine.until(counted, "the last counts");
  expect(mine.events).toEqual(anonymous.events);
  expect(seqs(anonymous)).toEqual(
    dense((await anonymous.frame("room.welcome")).seq, anonymous.events.length),
  );
  for (const { type, data } of anonymous.events) postEventSchema.parse({ type, data });
});

test("a post room publishes the deletion of its post", async () => {
  const ann = await newPerson("Ann");
  const post = await writePost(ann);
  const socket = await openSocket(null, postRoom(post.id));
  await asPerson(ann).delete(`/api/posts/${post.id}`);
  expect(await socket.waitFor("post.deleted")).toEqual([{ id: post.id }]);
});

test("a burst of events in a post room is coalesced into few frames without loss (R12)", async () => {
  const ann = await newPerson("Ann");
  const post = await writePost(ann);
  const socket = await openSocket(null, postRoom(post.id));
  const made = await Promise.all(
    Array.from({ length: 30 }, (_, i) => writeComment(ann, post.id, { body: `${i}` })),
  );
  const received = (await socket.waitFor("comment.created", 30)).map((each) => Object(each).id);
  expect([...received].sort()).toEqual(made.map(({ id }) => id).sort());
  expect(socket.events.length).toBeLessThan(30);
});
