import { expect, test } from "vitest";
import { deedsOf } from "../../testing/actions.ts";
import { ownScene, type Person } from "../../testing/fixtures.ts";

/** What is not told and not kept: posts behind a block, words that were taken back, what an account leaves. */
const scene = ownScene();
const deeds = deedsOf(scene);

const toldTo = (who: Person) =>
  scene.service<{ type: string; detail: { excerpt?: string } }>(
    "select type, detail from notifications where user_id = $1 order by created_at, id",
    [who.id],
  );

test("nobody is told of a comment on a post that a block keeps them from, be they replied to or mentioned", async () => {
  const [author, reader, other] = await scene.people("author", "reader", "other");
  const post = await deeds.post(author);
  const comment = await deeds.comment(reader, post.id);
  await deeds.block(author, reader);
  await deeds.comment(other, post.id, { parentId: comment.id });
  await deeds.comment(other, post.id, { named: [reader] });
  expect(await toldTo(reader)).toEqual([]);
});

test("nobody is told of an answer to a question that a block keeps them from", async () => {
  const [asker, reader, other] = await scene.people("asker", "reader", "other");
  const question = await deeds.question(asker);
  await deeds.block(asker, reader);
  await deeds.answer(other, question.id, { named: [reader] });
  expect(await toldTo(reader)).toEqual([]);
});

test("words that their author took back are gone from other people's notifications", async () => {
  const [author, other] = await scene.people("author", "other");
  const post = await deeds.post(author);
  const comment = await deeds.comment(other, post.id, { body: "regretted" });
  const mention = await deeds.post(other, { body: "regretted too", named: [author] });
  expect((await toldTo(author)).map(({ detail }) => detail.excerpt)).toEqual(["regretted", "regretted too"]);
  await deeds.deleteComment(other, comment.id);
  await deeds.deletePost(other, mention.id);
  expect((await toldTo(author)).map(({ detail }) => detail)).toEqual([{}, {}]);
});

test("an account that goes takes the answers kept under its keys along", async () => {
  const [ann, ben] = await scene.people("ann", "ben");
  for (const who of [ann, ben]) {
    await scene.within(who, async (client) => {
      await client.query("select app.claim_idempotency('a-key-of-mine', 'print')");
      await client.query(`select app.keep_answer('a-key-of-mine', '[{"view": "words"}]')`);
    });
  }
  await scene.service("delete from users where id = $1", [ann.id]);
  expect(
    await scene.service("select user_id from idempotency_keys where user_id = any ($1)", [[ann.id, ben.id]]),
  ).toEqual([{ user_id: ben.id }]);
});

test("a mute tells the rooms that someone is hidden, and not that they are blocked", async () => {
  const [ann, ben] = await scene.people("ann", "ben");
  const { outbox } = await deeds.mute(ann, ben);
  expect(outbox.find((row) => row.type === "relation.hidden")?.data).toEqual({
    otherId: ben.id,
    isHidden: true,
    isBlocked: false,
  });
});
