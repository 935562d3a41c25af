/**
 * Inserts the demo community into an empty database. Triggers count and notify as for all writes. Their
 * outbox rows are deleted at the end, because no room exists yet.
 */
import { hashPassword } from "better-auth/crypto";
import { type SQL, sql } from "drizzle-orm";
import { uuidv7 } from "uuidv7";
import { createDatabase, type Statement, statement } from "../client/client.ts";
import { textArray } from "../writes/sql.ts";
import { insertConversations } from "./conversation-statements.ts";
import type { DemoComment, DemoPost } from "./demo.types.ts";
import { demoAccounts, demoFollows, demoPosts } from "./demo-community.ts";
import { mentionsOf } from "./mentions.ts";

/** Password of all demo accounts. It is public: never seed a database that strangers can reach. */
export const DEMO_PASSWORD = "plaza-demo-2026";
export const demoEmail = (handle: string): string => `${handle}@plaza.example`;
export const demoHandles: readonly string[] = demoAccounts.map((account) => account.handle);

/** A UUIDv7 with this timestamp, so that ids and times have the same order. */
const idAt = (milliseconds: number): string => {
  const stamp = milliseconds.toString(16).padStart(12, "0");
  const random = uuidv7().slice(14);
  return `${stamp.slice(0, 8)}-${stamp.slice(8)}-${random}`;
};
const idAgo = (hours: number): string => idAt(Date.now() - Math.round(hours * 3_600_000));
const hoursAgo = (hours: number): SQL => sql`now() - make_interval(secs => ${Math.round(hours * 3600)}::int)`;
const personId = (handle: string): SQL => sql`(select user_id from profiles where handle = ${handle})`;
const run = (text: SQL): Statement<unknown> => statement(text);

/** @param urls connection strings of the serving roles, and the URL of the Neon proxy for a local database */
export async function seedCommunity(urls: {
  appUrl: string;
  serviceUrl: string;
  neonEndpoint?: string | undefined;
}): Promise<void> {
  const db = createDatabase({ url: urls.appUrl, serviceUrl: urls.serviceUrl, endpoint: urls.neonEndpoint });
  const password = await hashPassword(DEMO_PASSWORD);
  const ids = new Map(demoAccounts.map(({ handle }, index) => [handle, idAgo(24 * (90 - index))]));
  const names = new Map(demoAccounts.map(({ handle, name }) => [handle, name]));
  const idOf = (handle: string): string => ids.get(handle) ?? "";
  const nameOf = (handle: string): string => names.get(handle) ?? "";
  await db.asService([
    ...insertAccounts(password, idOf),
    ...demoPosts.flatMap((post) => insertPost(post, null)),
    ...insertConversations({ idOf, nameOf, idAt }, Date.now()),
    run(sql`delete from outbox`),
  ]);
}

function insertAccounts(password: string, idOf: (handle: string) => string): Statement<unknown>[] {
  const accounts = demoAccounts.flatMap((account, index) => {
    const id = idOf(account.handle);
    return [
      run(sql`insert into users (id, name, handle, email, email_verified, birth_date, created_at)
        values (${id}, ${account.name}, ${account.handle}, ${demoEmail(account.handle)}, true, '1990-05-17', ${hoursAgo(24 * (90 - index))})`),
      run(
        sql`insert into auth_accounts (account_id, provider_id, user_id, password) values (${id}, 'credential', ${id}, ${password})`,
      ),
      run(sql`update profiles set bio = ${account.bio} where user_id = ${id}`),
      run(sql`update user_settings set language = ${account.language} where user_id = ${id}`),
    ];
  });
  const edges = Object.entries(demoFollows).flatMap(([follower, followed]) =>
    followed.map((handle) =>
      run(sql`insert into user_follows (follower_id, following_id, created_at)
      values (${personId(follower)}, ${personId(handle)}, ${hoursAgo(24 * 30)})`),
    ),
  );
  return [...accounts, ...edges];
}

function insertPost(post: DemoPost, questionId: string | null): Statement<unknown>[] {
  const id = idAgo(post.ago);
  const kind = questionId ? "answer" : post.title ? "question" : "post";
  const votes = [
    ...post.up.map((voter) => [voter, 1] as const),
    ...(post.down ?? []).map((voter) => [voter, -1] as const),
  ];
  return [
    run(sql`insert into posts (id, kind, author_id, question_id, title, body, mentioned_handles, created_at)
      values (${id}, ${kind}, ${personId(post.by)}, ${questionId}, ${post.title ?? null}, ${post.body},
        ${textArray(mentionsOf(post.body))}, ${hoursAgo(post.ago)})`),
    ...votes.map(([voter, value]) =>
      run(
        sql`insert into post_votes (post_id, voter_id, value) values (${id}, ${personId(voter)}, ${value})`,
      ),
    ),
    ...(post.comments ?? []).flatMap((comment) => insertComment(comment, id, null)),
    ...(post.answers ?? []).flatMap((answer) => insertPost(answer, id)),
  ];
}

function insertComment(comment: DemoComment, postId: string, parentId: string | null): Statement<unknown>[] {
  const id = idAgo(comment.ago);
  return [
    run(sql`insert into comments (id, post_id, author_id, parent_id, body, mentioned_handles, created_at)
      values (${id}, ${postId}, ${personId(comment.by)}, ${parentId}, ${comment.body}, ${textArray(mentionsOf(comment.body))}, ${hoursAgo(comment.ago)})`),
    ...(comment.replies ?? []).flatMap((reply) => insertComment(reply, postId, id)),
  ];
}
