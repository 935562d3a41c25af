/** What accounts do in tests: the same statements as the Worker sends, through the Neon proxy. */
import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { uuidv7 } from "uuidv7";
import { type Database, type OutboxEntry, type Statement, statement } from "../client/client.ts";
import { DatabaseUnavailable, Refused } from "../client/errors.ts";
import { deleteComment, insertComment } from "../writes/comments.writes.ts";
import { markRead } from "../writes/notifications.writes.ts";
import { deletePost, insertPost, requireOpen, setVote } from "../writes/posts.writes.ts";
import { deleteRelation, insertRelation, type Relation, requireOther } from "../writes/profiles.writes.ts";
import type { DatabaseFixture, Person } from "./fixtures.ts";

/** The id of the row written, and the outbox rows of that transaction. */
export type ActionResult = { id: string; outbox: OutboxEntry[] };
type Text = { body?: string; mentioned?: readonly Person[] };

export type Actions = ReturnType<typeof createActions>;

const noView = statement<{ view: null }>(sql`select null::jsonb as view`);

export function createActions(fixture: Pick<DatabaseFixture, "client">) {
  let database: Database | undefined;
  async function run(
    viewer: Person,
    statements: readonly Statement<unknown>[],
    id: string = randomUUID(),
  ): Promise<ActionResult> {
    database ??= fixture.client();
    const { outbox } = await database.writeAsViewer(viewer.token, null, [...statements, noView]);
    return { id, outbox };
  }
  const createPost = (
    author: Person,
    kind: "post" | "question" | "answer",
    questionId: string | null,
    text: Text,
  ) => {
    const id = uuidv7();
    const { body = "Some words.", mentioned = [] } = text;
    const title = kind === "question" ? "A question?" : null;
    const mentionedHandles = mentioned.map((person) => person.handle);
    return run(author, [insertPost({ id, kind, questionId, title, body, mentionedHandles })], id);
  };
  const addRelation = (relation: Relation) => (viewer: Person, other: Person) =>
    run(viewer, [requireOther(other.handle), insertRelation(relation, other.handle)]);
  const removeRelation = (relation: Relation) => (viewer: Person, other: Person) =>
    run(viewer, [requireOther(other.handle), deleteRelation(relation, other.handle)]);
  return {
    post: (author: Person, text: Text = {}) => createPost(author, "post", null, text),
    question: (author: Person, text: Text = {}) => createPost(author, "question", null, text),
    answer: (author: Person, questionId: string, text: Text = {}) =>
      createPost(author, "answer", questionId, text),
    deletePost: (author: Person, id: string) => run(author, [deletePost(id)], id),
    comment(author: Person, postId: string, more: Text & { parentId?: string; clientId?: string } = {}) {
      const id = uuidv7();
      const { body = "Some words.", mentioned = [], parentId = null, clientId = null } = more;
      const mentionedHandles = mentioned.map((person) => person.handle);
      return run(author, [insertComment({ id, postId, parentId, clientId, body, mentionedHandles })], id);
    },
    deleteComment: (author: Person, id: string) => run(author, [deleteComment(id)], id),
    vote: (voter: Person, target: "post" | "comment", id: string, value: -1 | 0 | 1) =>
      run(voter, [requireOpen(target, id), setVote(target, id, value)], id),
    follow: addRelation("follow"),
    unfollow: removeRelation("follow"),
    block: addRelation("block"),
    unblock: removeRelation("block"),
    mute: addRelation("mute"),
    unmute: removeRelation("mute"),
    markRead: (viewer: Person, which: { ids: readonly string[] } | { all: true }) =>
      run(viewer, [markRead(which)]),
  };
}

/** The API error code an action failed with, or "accepted". */
export async function errorCodeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "accepted";
  } catch (error) {
    if (error instanceof Refused) return error.code;
    if (error instanceof DatabaseUnavailable) return "UNAVAILABLE";
    throw error;
  }
}
