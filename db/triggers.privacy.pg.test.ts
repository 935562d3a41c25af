import { expect, test } from "vitest";
import { deedsOf } from "./local/deeds.ts";
import { ownScene, type Person } from "./local/scene.ts";

/** What notifications must not carry: posts behind a block, and words that were taken back. */
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

test("a mute tells the rooms that someone is hidden, and not that they are blocked", async () => {
  const [ann, ben] = await scene.people("ann", "ben");
  const { outbox } = await deeds.mute(ann, ben);
  expect(outbox.find((row) => row.type === "relation.hidden")?.data).toEqual({
    otherId: ben.id,
    isHidden: true,
    isBlocked: false,
  });
});
