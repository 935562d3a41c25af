import { expect, test } from "vitest";
import { createActions } from "../../testing/actions.ts";
import { createDatabaseFixture, type Person } from "../../testing/fixtures.ts";

/** Privacy of notifications and stored data: posts across a block, deleted text, deleted accounts. */
const fixture = createDatabaseFixture();
const actions = createActions(fixture);

const notificationsOf = (who: Person) =>
  fixture.queryAsService<{ type: string; detail: { excerpt?: string } }>(
    "select type, detail from notifications where user_id = $1 order by created_at, id",
    [who.id],
  );

test("a reply or mention under a post of a blocked account does not notify", async () => {
  const [author, reader, other] = await fixture.insertPeople("author", "reader", "other");
  const post = await actions.post(author);
  const comment = await actions.comment(reader, post.id);
  await actions.block(author, reader);
  await actions.comment(other, post.id, { parentId: comment.id });
  await actions.comment(other, post.id, { mentioned: [reader] });
  expect(await notificationsOf(reader)).toEqual([]);
});

test("a mention in an answer to a question of a blocked account does not notify", async () => {
  const [asker, reader, other] = await fixture.insertPeople("asker", "reader", "other");
  const question = await actions.question(asker);
  await actions.block(asker, reader);
  await actions.answer(other, question.id, { mentioned: [reader] });
  expect(await notificationsOf(reader)).toEqual([]);
});

test("deleted text is removed from notifications of other accounts", async () => {
  const [author, other] = await fixture.insertPeople("author", "other");
  const post = await actions.post(author);
  const comment = await actions.comment(other, post.id, { body: "regretted" });
  const mention = await actions.post(other, { body: "regretted too", mentioned: [author] });
  expect((await notificationsOf(author)).map(({ detail }) => detail.excerpt)).toEqual([
    "regretted",
    "regretted too",
  ]);
  await actions.deleteComment(other, comment.id);
  await actions.deletePost(other, mention.id);
  expect((await notificationsOf(author)).map(({ detail }) => detail)).toEqual([{}, {}]);
});

test("deleting an account deletes its idempotency keys and stored responses", async () => {
  const [ann, ben] = await fixture.insertPeople("ann", "ben");
  for (const who of [ann, ben]) {
    await fixture.transactionAs(who, async (client) => {
      await client.query("select app.claim_idempotency('a-key-of-mine', 'print')");
      await client.query(`select app.store_idempotency_answer('a-key-of-mine', '[{"view": "words"}]')`);
    });
  }
  await fixture.queryAsService("delete from users where id = $1", [ann.id]);
  expect(
    await fixture.queryAsService("select user_id from idempotency_keys where user_id = any ($1)", [
      [ann.id, ben.id],
    ]),
  ).toEqual([{ user_id: ben.id }]);
});

test("a mute is published as hidden, not as blocked", async () => {
  const [ann, ben] = await fixture.insertPeople("ann", "ben");
  const { outbox } = await actions.mute(ann, ben);
  expect(outbox.find((row) => row.type === "relation.hidden")?.data).toEqual({
    otherId: ben.id,
    isHidden: true,
    isBlocked: false,
  });
});
