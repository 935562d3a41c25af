import { expect, test } from "vitest";
import { z } from "zod";
import { setRelation, writeComment, writePost } from "../../../bench/testing/api-actions.ts";
import { asPerson, newPerson, type Person } from "../../../bench/testing/api-clients.ts";
import { delivered, pageOf, roundTrips, view } from "../../../bench/testing/response-assertions.ts";
import { openSocket, USER_ROOM } from "../../../bench/testing/sockets.ts";
import { notificationViewSchema } from "../../../db/views/notification.view.ts";
import { envelopeSchema } from "../../../party/protocol/envelope.ts";

const polled = z.object({
  epoch: z.string(),
  seq: z.int(),
  events: z.array(envelopeSchema).optional(),
  resync: z.literal(true).optional(),
});
const poll = async (person: Person, after?: string) =>
  view(polled, await asPerson(person).get(`/api/events/poll${after === undefined ? "" : `?after=${after}`}`));

test("a first poll returns the position of the log, and resync", async () => {
  const ann = await newPerson("Ann");
  expect(await poll(ann)).toMatchObject({ seq: 0, resync: true });
});

test("polling returns each event once, equal to the socket's events and to a fresh read (R4, P1)", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const post = await writePost(ann);
  const start = await poll(ann);
  const socket = await openSocket(ann, USER_ROOM);
  await writeComment(ben, post.id);
  await setRelation(ben, "follow", ann);
  await delivered();
  await socket.waitFor("notification.created", 2);
  const next = await poll(ann, `${start.epoch}:${start.seq}`);
  const notifications = (next.events ?? [])
    .filter(({ type }) => type === "notification.created")
    .map(({ data }) => data);
  const list = view(pageOf(notificationViewSchema), await asPerson(ann).get("/api/notifications")).items;
  expect(notifications).toEqual([...list].reverse());
  const lastReceived = socket.events.at(-1);
  expect(next.events?.at(-1)).toEqual(lastReceived);
  expect(next.seq).toBe(lastReceived?.seq);
  expect(await poll(ann, `${next.epoch}:${next.seq}`)).toEqual({
    epoch: next.epoch,
    seq: next.seq,
    events: [],
  });
  const answer = await asPerson(ann).get(`/api/events/poll?after=${next.epoch}:${next.seq}`);
  expect(roundTrips(answer)).toBe(1);
});

test("a position with another epoch, or ahead of the log, gets resync (R4)", async () => {
  const ann = await newPerson("Ann");
  const { epoch } = await poll(ann);
  expect(await poll(ann, `${epoch}:5`)).toMatchObject({ epoch, resync: true });
  expect(await poll(ann, `${crypto.randomUUID()}:0`)).toMatchObject({ epoch, resync: true });
});
