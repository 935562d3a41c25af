import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { uuidv7 } from "uuidv7";
import { type Database, type OutboxEntry, type Statement, statement } from "../client/client.ts";
import { DatabaseUnavailable, Refused } from "../client/errors.ts";
import { deleteComment, insertComment } from "../writes/comments.writes.ts";
import { markRead } from "../writes/notifications.writes.ts";
import { deletePost, insertPost, requireOpen, setVote } from "../writes/posts.writes.ts";
import { deleteRelation, insertRelation, type Relation, requireOther } from "../writes/profiles.writes.ts";
import type { Person, Scene } from "./fixtures.ts";

/** A thing that a revocation made, and what the rooms have to hear of it. */
export type Done = { id: string; outbox: OutboxEntry[] };
type Words = { body?: string; named?: readonly Person[] };

/** What people do, in the statements that the Worker sends, over the Neon wire. */
export type Deeds = ReturnType<typeof deedsOf>;

const nothing = statement<{ view: null }>(sql`select null::jsonb as view`);

export function deedsOf(scene: Pick<Scene, "port">) {
  let port: Database | undefined;
  async function run(
    who: Person,
    statements: readonly Statement<unknown>[],
    id: string = randomUUID(),
  ): Promise<Done> {
    port ??= scene.port();
    const { outbox } = await port.writeAsViewer(who.token, null, [...statements, nothing]);
    return { id, outbox };
  }
  const publish = (
    who: Person,
    kind: "post" | "question" | "answer",
    questionId: string | null,
    words: Words,
  ) => {
    const id = uuidv7();
    const { body = "Some words.", named = [] } = words;
    const title = kind === "question" ? "A question?" : null;
    const mentionedHandles = named.map((person) => person.handle);
    return run(who, [insertPost({ id, kind, questionId, title, body, mentionedHandles })], id);
  };
  const relate = (relation: Relation) => (who: Person, other: Person) =>
    run(who, [requireOther(other.handle), insertRelation(relation, other.handle)]);
  const unrelate = (relation: Relation) => (who: Person, other: Person) =>
    run(who, [requireOther(other.handle), deleteRelation(relation, other.handle)]);
  return {
    post: (who: Person, words: Words = {}) => publish(who, "post", null, words),
    question: (who: Person, words: Words = {}) => publish(who, "question", null, words),
    answer: (who: Person, questionId: string, words: Words = {}) => publish(who, "answer", questionId, words),
    deletePost: (who: Person, id: string) => run(who, [deletePost(id)], id),
    comment(who: Person, postId: string, more: Words & { parentId?: string; clientId?: string } = {}) {
      const id = uuidv7();
      const { body = "Some words.", named = [], parentId = null, clientId = null } = more;
      const mentionedHandles = named.map((person) => person.handle);
      return run(who, [insertComment({ id, postId, parentId, clientId, body, mentionedHandles })], id);
    },
    deleteComment: (who: Person, id: string) => run(who, [deleteComment(id)], id),
    vote: (who: Person, target: "post" | "comment", id: string, value: -1 | 0 | 1) =>
      run(who, [requireOpen(target, id), setVote(target, id, value)], id),
    follow: relate("follow"),
    unfollow: unrelate("follow"),
    block: relate("block"),
    unblock: unrelate("block"),
    mute: relate("mute"),
    unmute: unrelate("mute"),
    read: (who: Person, which: { ids: readonly string[] } | { all: true }) => run(who, [markRead(which)]),
  };
}

/** The API's code that the database refused a revocation with, or "accepted". */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "accepted";
  } catch (error) {
    if (error instanceof Refused) return error.code;
    if (error instanceof DatabaseUnavailable) return "UNAVAILABLE";
    throw error;
  }
}
