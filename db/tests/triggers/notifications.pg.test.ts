import { describe, expect, test } from "vitest";
import { Refused } from "../../client/errors.ts";
import { createActions } from "../../testing/actions.ts";
import { createDatabaseFixture, type Person } from "../../testing/fixtures.ts";
import { createNotificationQueries } from "../../testing/notification-queries.ts";

const fixture = createDatabaseFixture();
const actions = createActions(fixture);

const { notificationsOf, typesOf } = createNotificationQueries(fixture);
const fromActor = async (who: Person, actor: Person) =>
  (await notificationsOf(who)).filter((each) => each.actor_id === actor.id).map((each) => each.type);
/** Preparation and action of one notification type. The preparation itself must not notify the recipient. */
interface Case {
  type: string;
  action: string;
  prepare?: (recipient: Person) => Promise<string>;
  act: (actor: Person, on: string, recipient: Person) => Promise<{ id: string }>;
  says: {
    message: string;
    entityType: "post" | "comment" | "user";
    entity: "made" | "on" | "actor";
    link: (made: string, on: string, actor: Person) => string;
  };
}
const onPost = async (recipient: Person) => (await actions.post(recipient)).id;
const onQuestion = async (recipient: Person) => (await actions.question(recipient)).id;
const onAnswer = async (recipient: Person) => {
  const [asker] = await fixture.insertPeople("asker");
  return (await actions.answer(recipient, (await actions.question(asker)).id)).id;
};
const toPost = (made: string) => `/posts/${made}`;
const toComment = (made: string, on: string) => `/posts/${on}#comment-${made}`;

const CASES: readonly Case[] = [
  {
    type: "post_upvote",
    action: "an upvote on a post",
    prepare: onPost,
    act: (actor, on) => actions.vote(actor, "post", on, 1),
    says: { message: "upvoted your post", entityType: "post", entity: "on", link: (_, on) => toPost(on) },
  },
  {
    type: "post_upvote",
    action: "an upvote on a question",
    prepare: onQuestion,
    act: (actor, on) => actions.vote(actor, "post", on, 1),
    says: { message: "upvoted your question", entityType: "post", entity: "on", link: (_, on) => toPost(on) },
  },
  {
    type: "answer_upvote",
    action: "an upvote on an answer",
    prepare: onAnswer,
    act: (actor, on) => actions.vote(actor, "post", on, 1),
    says: { message: "upvoted your answer", entityType: "post", entity: "on", link: (_, on) => toPost(on) },
  },
  {
    type: "post_comment",
    action: "a comment on a post",
    prepare: onPost,
    act: (actor, on) => actions.comment(actor, on),
    says: { message: "commented on your post", entityType: "comment", entity: "made", link: toComment },
  },
  {
    type: "post_comment",
    action: "an answer to a question",
    prepare: onQuestion,
    act: (actor, on) => actions.answer(actor, on),
    says: { message: "answered your question", entityType: "post", entity: "made", link: toPost },
  },
  {
    type: "answer_comment",
    action: "a comment on an answer",
    prepare: onAnswer,
    act: (actor, on) => actions.comment(actor, on),
    says: { message: "commented on your answer", entityType: "comment", entity: "made", link: toComment },
  },
  {
    type: "mention",
    action: "being named in a post",
    act: (actor, _, recipient) => actions.post(actor, { mentioned: [recipient] }),
    says: { message: "mentioned you", entityType: "post", entity: "made", link: toPost },
  },
  {
    type: "mention",
    action: "being named in a comment elsewhere",
    prepare: async () => onPost((await fixture.insertPeople("host"))[0]),
    act: (actor, on, recipient) => actions.comment(actor, on, { mentioned: [recipient] }),
    says: { message: "mentioned you", entityType: "comment", entity: "made", link: toComment },
  },
  {
    type: "new_follower",
    action: "a follow",
    act: (actor, _, recipient) => actions.follow(actor, recipient),
    says: {
      message: "followed you",
      entityType: "user",
      entity: "actor",
      link: (_, __, actor) => `/@${actor.handle}`,
    },
  },
];
const titledCases = CASES.map((each) => [`${each.type}: ${each.action}`, each] as const);

/** For a reply, the comment belongs to the recipient and the post to a third account. */
const REPLY: Case = {
  type: "comment_reply",
  action: "a reply to a comment",
  prepare: async (recipient) => {
    const [host] = await fixture.insertPeople("host");
    const post = await actions.post(host);
    return `${post.id} ${(await actions.comment(recipient, post.id)).id}`;
  },
  act: (actor, on) => {
    const [postId = "", parentId = ""] = on.split(" ");
    return actions.comment(actor, postId, { parentId });
  },
  says: {
    message: "replied to your comment",
    entityType: "comment",
    entity: "made",
    link: (made, on) => toComment(made, on.split(" ")[0] ?? ""),
  },
};
const allCases = [...titledCases, [`${REPLY.type}: ${REPLY.action}`, REPLY] as const];

/** Runs an action that the database may refuse: both a refusal and no notification are correct. */
const actAnyhow = async (work: Promise<unknown>) => {
  await work.catch((error: unknown) => {
    if (error instanceof Refused) return;
    // Following oneself violates a check constraint.
    expect(error).toMatchObject({ code: "23514" });
  });
};

describe("the nine types (000-31) reach the right person (R7)", () => {
  test.each(allCases)(
    "%s tells its recipient once, by name and with a deep link",
    async (_, { type, prepare, act, says }) => {
      const [ann, ben, cleo] = await fixture.insertPeople("ann", "ben", "cleo");
      const on = (await prepare?.(ann)) ?? "";
      const before = (await notificationsOf(ann)).length;
      const made = await act(ben, on, ann);
      const notifications = (await notificationsOf(ann)).slice(before);
      expect(notifications).toHaveLength(1);
      expect(notifications[0]).toMatchObject({
        type,
        message: `${ben.name} ${says.message}`,
        actor_id: ben.id,
        entity_type: says.entityType,
        entity_id: { made: made.id, on, actor: ben.id }[says.entity],
        link: says.link(made.id, on, ben),
      });
      expect(await notificationsOf(cleo)).toEqual([]);
      expect(await fromActor(ben, ben)).toEqual([]);
    },
  );

  test.each(allCases)("%s is never sent to its actor", async (_, { prepare, act }) => {
    const [ann] = await fixture.insertPeople("ann");
    const on = (await prepare?.(ann)) ?? "";
    await actAnyhow(act(ann, on, ann));
    expect(await fromActor(ann, ann)).toEqual([]);
  });

  test.each(allCases)("%s is never sent across a block, in either direction", async (_, { prepare, act }) => {
    const [ann, ben, cleo] = await fixture.insertPeople("ann", "ben", "cleo");
    const on = (await prepare?.(ann)) ?? "";
    await actions.block(ann, ben);
    await actions.block(cleo, ann);
    await actAnyhow(act(ben, on, ann));
    await actAnyhow(act(cleo, on, ann));
    expect(await fromActor(ann, ben)).toEqual([]);
    expect(await fromActor(ann, cleo)).toEqual([]);
  });

  test.each(allCases)("%s is not sent from a muted account", async (_, { prepare, act }) => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const on = (await prepare?.(ann)) ?? "";
    await actions.mute(ann, ben);
    await act(ben, on, ann);
    expect(await fromActor(ann, ben)).toEqual([]);
    // The muting account's actions still notify the muted account.
    const back = await actions.post(ann, { mentioned: [ben] });
    expect((await notificationsOf(ben)).map((each) => each.entity_id)).toContain(back.id);
  });
});

describe("one comment notifies each account once, with the most specific type", () => {
  test("a reply has priority over a mention, a mention over a comment", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const post = await actions.post(ann);
    const anns = await actions.comment(ann, post.id);
    await actions.comment(ben, post.id, { parentId: anns.id, mentioned: [ann] });
    await actions.comment(ben, post.id, { mentioned: [ann] });
    await actions.comment(ben, post.id);
    await actions.comment(ben, post.id, { parentId: anns.id });
    expect(await typesOf(ann)).toEqual(["comment_reply", "mention", "post_comment", "comment_reply"]);
  });

  test("notifies the parent's author, the mentioned accounts and the post's author, never the comment's author", async () => {
    const [ann, ben, cleo, dan] = await fixture.insertPeople("ann", "ben", "cleo", "dan");
    const post = await actions.post(ann);
    const parent = await actions.comment(ben, post.id);
    await actions.comment(cleo, post.id, { parentId: parent.id, mentioned: [dan, dan, cleo] });
    expect(await fromActor(ann, cleo)).toEqual(["post_comment"]);
    expect(await fromActor(ben, cleo)).toEqual(["comment_reply"]);
    expect(await fromActor(dan, cleo)).toEqual(["mention"]);
    expect(await notificationsOf(cleo)).toEqual([]);
  });

  test("an answer that mentions the question's author notifies once", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    await actions.answer(ben, (await actions.question(ann)).id, { mentioned: [ann] });
    expect(await typesOf(ann)).toEqual(["mention"]);
  });

  test("two comments within an hour are two entities and notify twice", async () => {
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    const post = await actions.post(ann);
    await actions.comment(ben, post.id);
    await actions.comment(ben, post.id);
    expect(await typesOf(ann)).toEqual(["post_comment", "post_comment"]);
  });

  test("an unknown mentioned handle is ignored", async () => {
    const [ann] = await fixture.insertPeople("ann");
    const nobody = { ...ann, handle: "nobody_has_this" };
    await actions.post(ann, { mentioned: [nobody] });
    expect(await fixture.queryAsService("select from mentions where mentioned_by = $1", [ann.id])).toEqual(
      [],
    );
  });
});
