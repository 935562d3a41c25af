// Postgres lets a conversation's room delete its storage: when the last account goes, and not before.
import { expect, test } from "vitest";
import { createConversationFixture } from "../../../db/testing/conversation-fixtures.ts";
import { createDatabaseFixture } from "../../../db/testing/fixtures.ts";
import { roomOfTopic } from "../../stubs.ts";

const fixture = createDatabaseFixture();
const conversations = createConversationFixture(fixture);

test("the deletion of a conversation's last account writes one outbox row for its room", async () => {
  const [ann, ben] = await fixture.insertPeople("ann", "ben");
  const id = await conversations.open(ann, [ben]);
  const topic = `conversation:${id}`;
  const deletions = async () =>
    await fixture.queryAsService<{ topic: string; data: unknown }>(
      "select topic, data from outbox where topic = $1 and type = 'conversation.deleted'",
      [topic],
    );
  await fixture.queryAsService("delete from users where id = $1", [ben.id]);
  expect(await deletions()).toEqual([]);
  await fixture.queryAsService("delete from users where id = $1", [ann.id]);
  expect(await deletions()).toEqual([{ topic, data: {} }]);
  expect(roomOfTopic(topic)).toEqual({ room: "ConversationRoom", name: id });
});
