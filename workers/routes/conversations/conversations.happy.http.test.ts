import { expect, test } from "vitest";
import { setRelation } from "../../../bench/testing/api-actions.ts";
import { asPerson, newPerson, type Person } from "../../../bench/testing/api-clients.ts";
import {
  answerRequest,
  newGroup,
  newPair,
  openConversation,
  readAll,
  readConversation,
  sendMessage,
  textsOf,
  trySendMessage,
} from "../../../bench/testing/conversation-actions.ts";
import { pageOf, readAllPages, refused, view } from "../../../bench/testing/response-assertions.ts";
import {
  type ConversationTotals,
  conversationSchema,
  conversationTotalsSchema,
} from "../../../db/views/conversation.view.ts";

const list = async (person: Person, state = "accepted") =>
  view(pageOf(conversationSchema), await asPerson(person).get(`/api/conversations?state=${state}`)).items;
const totals = async (person: Person): Promise<ConversationTotals> =>
  view(conversationTotalsSchema, await asPerson(person).get("/api/conversations/unread-count"));
const noticesOf = async (person: Person, id: string) =>
  (await readAll(person, id)).flatMap(({ notice }) => (notice ? [notice] : []));

test("a pair has one direct conversation: the first request creates it, later ones by either return it", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  await setRelation(ben, "follow", ann);
  const open = (who: Person, other: Person) =>
    asPerson(who).post("/api/conversations", { participantIds: [other.id] });
  const first = view(conversationSchema, await open(ann, ben), 201);
  expect(first).toMatchObject({
    kind: "direct",
    name: null,
    lastSeq: 0,
    lastMessage: null,
    unread: 0,
    viewer: { state: "accepted", isMuted: false, canSend: true },
  });
  expect(first.participants.map(({ id, name, state }) => [id, name, state])).toEqual(
    expect.arrayContaining([
      [ann.id, "Ann", "accepted"],
      [ben.id, "Ben", "accepted"],
    ]),
  );
  expect(view(conversationSchema, await open(ann, ben), 200).id).toBe(first.id);
  expect(view(conversationSchema, await open(ben, ann), 200).id).toBe(first.id);
  expect(await readConversation(ann, first.id)).toEqual({ ...first, rev: expect.any(Number) });
  for (const person of [ann, ben]) expect((await list(person)).map(({ id }) => id)).toEqual([first.id]);
});

test("two people who open their conversation concurrently get the same one", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const both = await Promise.all([
    openConversation(ann, [ben]),
    openConversation(ben, [ann]),
    openConversation(ann, [ben]),
  ]);
  expect(new Set(both.map(({ id }) => id)).size).toBe(1);
});

test("a stranger's first messages are a request until accepted; then it is a conversation", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const { id } = await openConversation(ann, [ben]);
  await sendMessage(ann, id, "May I?");
  expect(await list(ben)).toEqual([]);
  await expect
    .poll(async () => (await list(ben, "requested")).map((each) => each.lastMessage?.preview))
    .toEqual(["May I?"]);
  await expect.poll(async () => totals(ben)).toMatchObject({ unread: 0, requests: 1 });
  const accepted = view(conversationSchema, await answerRequest(ben, id, true));
  expect(accepted.viewer.state).toBe("accepted");
  expect((await list(ben)).map((each) => each.id)).toEqual([id]);
  expect(await list(ben, "requested")).toEqual([]);
  await expect.poll(async () => totals(ben)).toMatchObject({ unread: 1, requests: 0 });
  await expect
    .poll(
      async () => (await readConversation(ann, id)).participants.find((each) => each.id === ben.id)?.state,
    )
    .toBe("accepted");
});

test("a declined request disappears for who declined it, and looks unanswered to its sender", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const { id } = await openConversation(ann, [ben]);
  await sendMessage(ann, id, "May I?");
  const before = await readConversation(ann, id);
  expect((await answerRequest(ben, id, false)).status).toBe(204);
  expect(await list(ben, "requested")).toEqual([]);
  await expect.poll(async () => totals(ben)).toMatchObject({ unread: 0, requests: 0 });
  await sendMessage(ann, id, "Hello?");
  const after = await readConversation(ann, id);
  const bens = ({ participants }: typeof after) => participants.find((each) => each.id === ben.id);
  expect(bens(after)).toEqual(bens(before));
  expect(after.viewer).toEqual(before.viewer);
  expect(await list(ben, "requested")).toEqual([]);
});

test("a group's notices record its changes in order, and its member list matches them", async () => {
  const { people, id } = await newGroup(["Ann", "Ben", "Cem"]);
  const [ann, ben, cem] = people;
  if (!ann || !ben || !cem) throw new Error("fixture has too few people");
  const dan = await newPerson("Dan");
  await setRelation(dan, "follow", ann);
  const client = asPerson(ann);
  const path = `/api/conversations/${id}`;
  const renamed = view(conversationSchema, await client.patch(path, { name: "  The band " }));
  expect(renamed).toMatchObject({ kind: "group", name: "The band", viewer: { role: "admin" } });
  const added = view(
    conversationSchema,
    await client.post(`${path}/participants`, { ids: [dan.id, ben.id] }),
  );
  expect(added.participants.map(({ name }) => name).sort()).toEqual(["Ann", "Ben", "Cem", "Dan"]);
  const promoted = view(
    conversationSchema,
    await client.put(`${path}/participants/${ben.id}/role`, { role: "admin" }),
  );
  expect(promoted.participants.find((each) => each.id === ben.id)?.role).toBe("admin");
  expect((await asPerson(ben).delete(`${path}/participants/${cem.id}`)).status).toBe(204);
  expect((await asPerson(dan).delete(`${path}/participants/${dan.id}`)).status).toBe(204);
  const expected = [
    ["created", ["Ben", "Cem"], "A group"],
    ["renamed", [], "The band"],
    ["added", ["Dan"], null],
    ["promoted", ["Ben"], null],
    ["removed", ["Cem"], null],
    ["left", ["Dan"], null],
  ];
  await expect
    .poll(async () =>
      (await noticesOf(ann, id)).map(({ type, people, name }) => [
        type,
        people.map((each) => each.name),
        name,
      ]),
    )
    .toEqual(expected);
  const messages = await readAll(ann, id);
  expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, i) => i + 1));
  expect((await readConversation(ann, id)).participants.map(({ name }) => name).sort()).toEqual([
    "Ann",
    "Ben",
  ]);
  for (const gone of [cem, dan]) expect(await list(gone)).toEqual([]);
});

test("several people form a group, with or without a name; one person with a name is a group too", async () => {
  const ann = await newPerson("Ann");
  const [ben, cem] = [await newPerson("Ben"), await newPerson("Cem")];
  expect(await openConversation(ann, [ben, cem])).toMatchObject({ kind: "group", name: null });
  const named = await openConversation(ann, [ben], "Two");
  expect(named).toMatchObject({ kind: "group", name: "Two" });
  const unnamed = view(
    conversationSchema,
    await asPerson(ann).patch(`/api/conversations/${named.id}`, { name: null }),
  );
  expect(unnamed.name).toBeNull();
  // Neither is the direct conversation of the two.
  expect(await openConversation(ann, [ben])).toMatchObject({ kind: "direct" });
});

test("when a group's only admin leaves, the longest-standing member becomes admin", async () => {
  const { people, id } = await newGroup(["Ann", "Ben"]);
  const [ann, ben] = people;
  if (!ann || !ben) throw new Error("fixture has too few people");
  expect((await asPerson(ann).delete(`/api/conversations/${id}/participants/${ann.id}`)).status).toBe(204);
  expect(await readConversation(ben, id)).toMatchObject({ viewer: { role: "admin" } });
});

test("a muted conversation has an unread count of its own that is not in the total", async () => {
  const { ann, ben, id } = await newPair();
  const muted = await asPerson(ben).put(`/api/conversations/${id}/silence`, { isMuted: true });
  expect(view(conversationSchema, muted).viewer.isMuted).toBe(true);
  await sendMessage(ann, id, "1");
  await expect.poll(async () => (await readConversation(ben, id)).unread).toBe(1);
  expect(await totals(ben)).toMatchObject({ unread: 0 });
  const unmuted = await asPerson(ben).put(`/api/conversations/${id}/silence`, { isMuted: false });
  expect(view(conversationSchema, unmuted).viewer.isMuted).toBe(false);
  await expect.poll(async () => totals(ben)).toMatchObject({ unread: 1 });
});

test("the list is ordered by the newest message, its pages join, and it shows messages just sent", async () => {
  const ann = await newPerson("Ann");
  const opened: string[] = [];
  for (const name of ["Ben", "Cem", "Dan", "Eve", "Fay"]) {
    const other = await newPerson(name);
    await setRelation(other, "follow", ann);
    opened.push((await openConversation(ann, [other])).id);
  }
  const [first, second] = opened;
  if (!first || !second) throw new Error("fixture has too few conversations");
  await sendMessage(ann, first, "newest but one");
  await sendMessage(ann, second, "  newest\n of all ");
  await expect
    .poll(async () => (await list(ann)).map((each) => each.lastMessage?.preview ?? null).slice(0, 3))
    .toEqual(["newest of all", "newest but one", null]);
  // Pages are cut by the order that Postgres has stored.
  await expect
    .poll(async () => {
      const items = await readAllPages(asPerson(ann).get, "/api/conversations", conversationSchema);
      return items.map(({ id }) => id);
    })
    .toEqual([second, first, ...opened.slice(2).reverse()]);
});

test("the unread count is the number of others' messages since the last read or own message, on all devices alike", async () => {
  const { ann, ben, id } = await newPair();
  await sendMessage(ann, id, "1");
  const second = await sendMessage(ann, id, "2");
  await expect.poll(async () => totals(ben)).toMatchObject({ unread: 2 });
  expect(await totals(ann)).toMatchObject({ unread: 0 });
  expect((await asPerson(ben).post(`/api/conversations/${id}/read`, { seq: second.seq })).status).toBe(204);
  await expect.poll(async () => totals(ben)).toMatchObject({ unread: 0 });
  expect(await readConversation(ben, id)).toMatchObject({ unread: 0, readSeq: second.seq });
  await sendMessage(ann, id, "3");
  await sendMessage(ben, id, "4");
  await expect.poll(async () => (await readConversation(ben, id)).unread).toBe(0);
  expect(textsOf(await readAll(ben, id))).toEqual(["1", "2", "3", "4"]);
});

test("R2: a write repeated with its Idempotency-Key is carried out once, with the same response", async () => {
  const { people, id } = await newGroup(["Ann", "Ben"]);
  const [ann] = people;
  if (!ann) throw new Error("fixture has no people");
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  const send = () =>
    asPerson(ann).post("/api/conversations", { participantIds: [people[1]?.id], name: "Twice" }, { headers });
  const [one, other] = await Promise.all([send(), send()]);
  expect(view(conversationSchema, one, 201).id).toBe(view(conversationSchema, other, 201).id);
  expect((await list(ann)).map((each) => each.name).sort()).toEqual(["A group", "Twice"]);
  const key = { headers: { "Idempotency-Key": crypto.randomUUID() } };
  for (let i = 0; i < 2; i += 1) await asPerson(ann).patch(`/api/conversations/${id}`, { name: "New" }, key);
  await expect
    .poll(async () => (await noticesOf(ann, id)).map(({ type }) => type))
    .toEqual(["created", "renamed"]);
});

test("the room has applied a change when the response arrives: accepted and added members can send, removed ones receive nothing", async () => {
  for (let n = 0; n < 5; n += 1) {
    const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
    const { id } = await openConversation(ann, [ben], "A group");
    await sendMessage(ann, id, "Will you?");
    expect((await answerRequest(ben, id, true)).status).toBe(200);
    await sendMessage(ben, id, "I will");
    const out = `/api/conversations/${id}/participants`;
    expect((await asPerson(ann).delete(`${out}/${ben.id}`)).status).toBe(204);
    refused(await trySendMessage(ben, id, "Still here"), 404, "NOT_FOUND");
    await setRelation(ben, "follow", ann);
    expect((await asPerson(ann).post(out, { ids: [ben.id] })).status).toBe(200);
    await sendMessage(ben, id, "Back");
  }
});
