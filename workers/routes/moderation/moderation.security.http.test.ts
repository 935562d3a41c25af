import { expect, test } from "vitest";
import { writePost } from "../../../bench/testing/api-actions.ts";
import { asPerson, newPerson, onAnotherDevice, serviceRows } from "../../../bench/testing/api-clients.ts";
import { newPair } from "../../../bench/testing/conversation-actions.ts";
import { refused, view } from "../../../bench/testing/response-assertions.ts";
import {
  conversationRoom,
  openSocket,
  postRoom,
  refusedUpgrade,
  USER_ROOM,
} from "../../../bench/testing/sockets.ts";
import { suspensionSchema } from "../../../db/views/suspension.view.ts";

async function newModerator() {
  const moderator = await newPerson("Moderator");
  await serviceRows(
    "insert into account_capabilities (user_id, capability) values ($1, 'accounts.suspend')",
    [moderator.id],
  );
  return moderator;
}

test("R9: when the suspension is answered, every socket of the account on every device is closed and every request refused", async () => {
  const [moderator, { ann, ben, id }] = [await newModerator(), await newPair()];
  const phone = await onAnotherDevice(ann);
  const post = await writePost(ben);
  const sockets = await Promise.all([
    openSocket(ann, USER_ROOM),
    openSocket(ann, postRoom(post.id)),
    openSocket(ann, conversationRoom(id)),
    openSocket(phone, USER_ROOM),
    openSocket(phone, conversationRoom(id)),
  ]);
  const path = `/api/profiles/${ann.handle}/suspension`;
  const answer = view(
    suspensionSchema,
    await asPerson(moderator).put(path, { isSuspended: true, reason: "Spam" }),
  );
  expect(answer).toMatchObject({ isSuspended: true, reason: "Spam", actorHandle: moderator.handle });
  const codes = await Promise.all(sockets.map(({ closed }) => closed));
  expect(codes.map(({ code }) => code)).toEqual([4401, 4401, 4401, 4401, 4401]);
  for (const device of [ann, phone]) {
    // The header makes the account's room answer for the session, without Postgres.
    const headers = { "X-Plaza-Account": ann.id };
    refused(await asPerson(device).get("/api/me"), 401, "SESSION_EXPIRED");
    refused(await asPerson(device).get("/api/events/poll", { headers }), 401, "SESSION_EXPIRED");
    refused(
      await asPerson(device).post("/api/presence/query", { ids: [ben.id] }, { headers }),
      401,
      "SESSION_EXPIRED",
    );
    refused(
      await asPerson(device).post(
        `/api/conversations/${id}/messages`,
        { clientId: crypto.randomUUID(), body: "Still here" },
        { headers },
      ),
      401,
      "SESSION_EXPIRED",
    );
    for (const room of [USER_ROOM, conversationRoom(id)])
      expect((await refusedUpgrade(device, room)).status).toBe(401);
  }
  expect(view(suspensionSchema, await asPerson(moderator).get(path))).toEqual(answer);
  view(
    suspensionSchema,
    await asPerson(moderator).put(path, { isSuspended: false, reason: "Appeal granted" }),
  );
  const again = await onAnotherDevice(ann);
  expect((await asPerson(again).get("/api/me")).status).toBe(200);
});

test("a suspension is refused without the capability, without a reason, on oneself and for an unknown handle", async () => {
  const [moderator, ann] = [await newModerator(), await newPerson("Ann")];
  const body = { isSuspended: true, reason: "Spam" };
  const client = asPerson(moderator);
  const path = (handle: string) => `/api/profiles/${handle}/suspension`;
  refused(await asPerson(ann).put(path(moderator.handle), body), 403, "FORBIDDEN");
  refused(await asPerson(ann).get(path(moderator.handle)), 403, "FORBIDDEN");
  refused(await client.put(path(ann.handle), { isSuspended: true }), 400, "VALIDATION_FAILED");
  refused(await client.put(path(ann.handle), { ...body, reason: "  " }), 400, "VALIDATION_FAILED");
  refused(await client.put(path(moderator.handle), body), 409, "CONFLICT");
  refused(await client.put(path("nobody_has_this"), body), 404, "NOT_FOUND");
  expect((await asPerson(ann).get("/api/me")).status).toBe(200);
});
