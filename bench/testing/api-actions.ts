/** Actions of people in tests. Each is one request that must succeed; its answer is parsed strictly. */
import { type CommentView, commentViewSchema } from "../../db/views/comment.view.ts";
import { type RelationView, relationViewSchema } from "../../db/views/person.view.ts";
import { type PostView, postViewSchema, type VoteView, voteViewSchema } from "../../db/views/post.view.ts";
import { asPerson, type Person, thisPlaza } from "./api-clients.ts";
import { view } from "./response-assertions.ts";

export type PostOverrides = {
  kind?: "post" | "question" | "answer";
  title?: string;
  body?: string;
  questionId?: string;
};

export async function writePost(
  author: Person,
  overrides: PostOverrides = {},
  target = thisPlaza(),
): Promise<PostView> {
  const body = { kind: "post", body: "A post", ...overrides };
  return view(postViewSchema, await asPerson(author, target).post("/api/posts", body), 201);
}

export const askQuestion = (author: Person, title = "Why?", target = thisPlaza()): Promise<PostView> =>
  writePost(author, { kind: "question", title, body: "Please tell." }, target);

export const answerTo = (author: Person, questionId: string, body = "Because.", target = thisPlaza()) =>
  writePost(author, { kind: "answer", questionId, body }, target);

export async function writeComment(
  author: Person,
  postId: string,
  overrides: { body?: string; parentId?: string; clientId?: string } = {},
  target = thisPlaza(),
): Promise<CommentView> {
  const body = { body: "A comment", ...overrides };
  return view(
    commentViewSchema,
    await asPerson(author, target).post(`/api/posts/${postId}/comments`, body),
    201,
  );
}

export async function vote(
  voter: Person,
  what: "posts" | "comments",
  id: string,
  value: -1 | 0 | 1,
  target = thisPlaza(),
): Promise<VoteView> {
  return view(voteViewSchema, await asPerson(voter, target).put(`/api/${what}/${id}/vote`, { value }));
}

export async function setRelation(
  who: Person,
  relation: "follow" | "block" | "mute",
  other: Person,
  wanted = true,
  target = thisPlaza(),
): Promise<RelationView> {
  const client = asPerson(who, target);
  const path = `/api/profiles/${other.handle}/${relation}`;
  return view(relationViewSchema, wanted ? await client.put(path) : await client.delete(path));
}
