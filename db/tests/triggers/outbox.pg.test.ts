import { describe, expect, test } from "vitest";
import type { OutboxEntry } from "../../client/client.ts";
import { createActions } from "../../testing/actions.ts";
import { createDatabaseFixture, type Person } from "../../testing/fixtures.ts";

/** The outbox rows of each action, written in its transaction. */
const fixture = createDatabaseFixture();
const actions = createActions(fixture);

/** Outbox rows as `user:ann vote.changed`, with ids replaced by names. */
const lines = (outbox: readonly Pick<OutboxEntry, "topic" | "type">[], names: Record<string, string>) =>
  outbox.map(({ topic, type }) => `${topic.replace(/[0-9a-f-]{36}$/, (id) => names[id] ?? id)} ${type}`);

async function stage() {
  const [ann, ben] = await fixture.insertPeople("ann", "ben");
  return { ann, ben, names: { [ann.id]: "ann", [ben.id]: "ben" } as Record<string, string> };
}
const notified = (who: string) => [`user:${who} notification.created`, `user:${who} unread.changed`];

describe("each action writes exactly these outbox rows", () => {
  test("a post and a question: mentioned accounts only", async () => {
    const { ann, ben, names } = await stage();
    expect(lines((await actions.post(ann)).outbox, names)).toEqual([]);
    expect(lines((await actions.question(ann)).outbox, names)).toEqual([]);
    expect(lines((await actions.post(ann, { mentioned: [ben] })).outbox, names)).toEqual(notified("ben"));
  });

  test("a vote: the voter, the post, the author", async () => {
    const { ann, ben, names } = await stage();
    const post = await actions.post(ann);
    names[post.id] = "P";
    const vote = async (value: -1 | 0 | 1) =>
      lines((await actions.vote(ben, "post", post.id, value)).outbox, names);
    const countEvents = ["post:P post.counted", "user:ann post.counted", "user:ben vote.changed"];
    expect(await vote(1)).toEqual([...countEvents, ...notified("ann")]);
    expect(await vote(1)).toEqual([]);
    expect(await vote(-1)).toEqual(countEvents);
    expect(await vote(0)).toEqual(countEvents);
    expect(await vote(0)).toEqual([]);
  });

  test("a vote on an answer: its question too", async () => {
    const { ann, ben, names } = await stage();
    const question = await actions.question(ann);
    const answer = await actions.answer(ben, question.id);
    Object.assign(names, { [question.id]: "Q", [answer.id]: "A" });
    expect(lines((await actions.vote(ann, "post", answer.id, 1)).outbox, names)).toEqual([
      "post:A post.counted",
      "post:Q post.counted",
      "user:ben post.counted",
      "user:ann vote.changed",
      ...notified("ben"),
    ]);
  });

  test("a comment, a reply, a vote on a comment, a deleted comment", async () => {
    const { ann, ben, names } = await stage();
    const post = await actions.post(ann);
    names[post.id] = "P";
    const counted = ["post:P post.counted", "user:ann post.counted"];
    const root = await actions.comment(ann, post.id);
    expect(lines(root.outbox, names)).toEqual(["post:P comment.created", ...counted]);
    const reply = await actions.comment(ben, post.id, { parentId: root.id });
    expect(lines(reply.outbox, names)).toEqual([
      "post:P comment.created",
      ...counted,
      "post:P comment.counted",
      ...notified("ann"),
    ]);
    expect(lines((await actions.vote(ann, "comment", reply.id, 1)).outbox, names)).toEqual([
      "post:P comment.counted",
      "user:ann vote.changed",
    ]);
    expect(lines((await actions.deleteComment(ben, reply.id)).outbox, names)).toEqual([
      "post:P comment.deleted",
      ...counted,
      "post:P comment.counted",
    ]);
  });

  test("an answer and its deletion: its question for both", async () => {
    const { ann, ben, names } = await stage();
    const question = await actions.question(ann);
    names[question.id] = "Q";
    const answer = await actions.answer(ben, question.id);
    names[answer.id] = "A";
    const counted = ["post:Q post.counted", "user:ann post.counted"];
    expect(lines(answer.outbox, names)).toEqual([
      ...counted,
      "post:Q answer.created",
      ...notified("ben"),
      ...notified("ann"),
    ]);
    expect(lines((await actions.deletePost(ben, answer.id)).outbox, names)).toEqual([
      "post:A post.deleted",
      ...counted,
      "post:Q post.deleted",
    ]);
    expect(lines((await actions.deletePost(ann, question.id)).outbox, names)).toEqual([
      "post:Q post.deleted",
    ]);
  });

  test("a follow and its removal: both accounts", async () => {
    const { ann, ben, names } = await stage();
    const both = ["user:ben follow.changed", "user:ann follow.changed"];
    expect(lines((await actions.follow(ben, ann)).outbox, names)).toEqual([...both, ...notified("ann")]);
    expect(lines((await actions.follow(ben, ann)).outbox, names)).toEqual([]);
    expect(lines((await actions.unfollow(ben, ann)).outbox, names)).toEqual(both);
    expect(lines((await actions.unfollow(ben, ann)).outbox, names)).toEqual([]);
  });

  test("a block hides each from the other (R9), deletes follows and notifications, and is revealed to the blocker only", async () => {
    const { ann, ben, names } = await stage();
    await actions.follow(ben, ann);
    await actions.follow(ann, ben);
    const { outbox } = await actions.block(ann, ben);
    const ends = ["user:ann follow.changed", "user:ben follow.changed"];
    expect(lines(outbox, names).sort()).toEqual(
      [
        ...ends,
        ...ends,
        "user:ann unread.changed",
        "user:ben unread.changed",
        "user:ann relation.hidden",
        "user:ann relation.changed",
        "user:ben relation.hidden",
        "presence:ann circle.changed",
        "presence:ben circle.changed",
      ].sort(),
    );
    const hidden = outbox
      .filter((row) => row.type === "relation.hidden")
      .map(({ topic, data }) => ({ topic, data }));
    expect(hidden).toEqual([
      { topic: `user:${ann.id}`, data: { otherId: ben.id, isHidden: true, isBlocked: true } },
      { topic: `user:${ben.id}`, data: { otherId: ann.id, isHidden: true, isBlocked: true } },
    ]);
    const back = await actions.unblock(ann, ben);
    expect(lines(back.outbox, names)).toEqual([
      "user:ann relation.hidden",
      "user:ann relation.changed",
      "user:ben relation.hidden",
      "presence:ann circle.changed",
      "presence:ben circle.changed",
    ]);
    expect(back.outbox.map((row) => row.data)).toEqual([
      { otherId: ben.id, isHidden: false, isBlocked: false },
      { otherId: ben.id, isBlocked: false, isMuted: false },
      { otherId: ann.id, isHidden: false, isBlocked: false },
      {},
      {},
    ]);
  });

  test("two accounts that block each other stay hidden until both blocks are removed", async () => {
    const { ann, ben } = await stage();
    await actions.block(ann, ben);
    // Ben cannot see ann to block her, but two concurrent blocks are possible.
    await fixture.queryAsService("insert into blocks (blocker_id, blocked_id) values ($1, $2)", [
      ben.id,
      ann.id,
    ]);
    const [row] = await fixture.queryAsService<{ count: number }>(
      "select count(*)::int from blocks where blocker_id in ($1, $2)",
      [ann.id, ben.id],
    );
    expect(row?.count).toBe(2);
    const ended = await fixture
      .queryAs<{ type: string; data: unknown }>(
        ann,
        "with gone as (delete from blocks where blocker_id = $1) select 1 as one",
        [ann.id],
      )
      .then(() =>
        fixture.queryAsService<{ type: string; data: Record<string, unknown> }>(
          "select type, data from outbox where type = 'relation.hidden' and topic = $1 order by id desc limit 1",
          [`user:${ann.id}`],
        ),
      );
    expect(ended[0]?.data).toEqual({ otherId: ben.id, isHidden: true, isBlocked: true });
  });

  test("a mute is published to the muting account only", async () => {
    const { ann, ben, names } = await stage();
    await actions.follow(ben, ann);
    const { outbox } = await actions.mute(ann, ben);
    expect(lines(outbox, names)).toEqual([
      "user:ann unread.changed",
      "user:ann relation.hidden",
      "user:ann relation.changed",
    ]);
    expect(outbox.at(-1)?.data).toEqual({ otherId: ben.id, isMuted: true, isBlocked: false });
    expect(lines((await actions.unmute(ann, ben)).outbox, names)).toEqual([
      "user:ann relation.hidden",
      "user:ann relation.changed",
    ]);
  });

  test("marking a thousand notifications as read writes one outbox row", async () => {
    const { ann, ben, names } = await stage();
    for (let n = 0; n < 5; n += 1) await actions.post(ben, { mentioned: [ann] });
    expect(lines((await actions.markRead(ann, { all: true })).outbox, names)).toEqual([
      "user:ann unread.changed",
    ]);
    expect(lines((await actions.markRead(ann, { all: true })).outbox, names)).toEqual([]);
  });
});

describe("a deleted session closes its sockets (R9)", () => {
  const revoked = async (who: Person) =>
    (
      await fixture.queryAsService<{ id: string }>(
        "select data ->> 'sessionId' as id from outbox where topic = $1 and type = 'session.revoked' order by id",
        [`user:${who.id}`],
      )
    ).map((row) => row.id);

  test("signing out revokes that session only", async () => {
    const [ann] = await fixture.insertPeople("ann");
    await fixture.queryAsService(
      "insert into sessions (user_id, token, expires_at) values ($1, $1::uuid::text, now() + interval '1 day')",
      [ann.id],
    );
    await fixture.queryAsService("delete from sessions where id = $1", [ann.sessionId]);
    expect(await revoked(ann)).toEqual([ann.sessionId]);
    expect(await fixture.queryAsService("select token from sessions where user_id = $1", [ann.id])).toEqual([
      { token: ann.id },
    ]);
  });

  test("a suspension deletes and revokes all sessions, once", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    await fixture.queryAsService(
      "insert into sessions (user_id, token, expires_at) values ($1, $1::uuid::text, now() + interval '1 day')",
      [ann.id],
    );
    for (let time = 0; time < 2; time += 1)
      await fixture.queryAsService("update users set suspended_at = now() where id = $1", [ann.id]);
    expect(await fixture.queryAsService("select from sessions where user_id = $1", [ann.id])).toEqual([]);
    expect(await revoked(ann)).toHaveLength(2);
    expect(await revoked(ben)).toEqual([]);
  });

  test("deleting an account revokes its sessions", async () => {
    const [ann] = await fixture.insertPeople("ann");
    await fixture.queryAsService("delete from users where id = $1", [ann.id]);
    expect(await revoked(ann)).toEqual([ann.sessionId]);
  });
});
