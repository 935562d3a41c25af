/**
 * Fills an empty database with the demo community. Triggers do the counting and notifying, as for everyone; the events
 * they leave for rooms that nobody has opened yet are dropped at the end.
 */
import { hashPassword } from "better-auth/crypto";
import { type SQL, sql } from "drizzle-orm";
import { uuidv7 } from "uuidv7";
import { createDatabase, type Statement, statement } from "../client/client.ts";
import { textArray } from "../writes/sql.ts";
import { chatted } from "./chat-statements.ts";
import { follows, members, type Piece, pieces, type Remark } from "./community.ts";
import { mentionsOf } from "./mentions.ts";

/** Every demo account's password. Known to all, so never seed a database that strangers can reach. */
export const DEMO_PASSWORD = "plaza-demo-2026";
export const demoEmail = (handle: string): string => `${handle}@plaza.example`;
export const demoHandles: readonly string[] = members.map((member) => member.handle);

/** A UUIDv7 as if made at this moment, so that ids and times tell the same order. */
const idAt = (milliseconds: number): string => {
  const stamp = milliseconds.toString(16).padStart(12, "0");
  const random = uuidv7().slice(14);
  return `${stamp.slice(0, 8)}-${stamp.slice(8)}-${random}`;
};
const idAgo = (hours: number): string => idAt(Date.now() - Math.round(hours * 3_600_000));
const hoursAgo = (hours: number): SQL => sql`now() - make_interval(secs => ${Math.round(hours * 3600)}::int)`;
const personId = (handle: string): SQL => sql`(select user_id from profiles where handle = ${handle})`;
const run = (text: SQL): Statement<unknown> => statement(text);

/** @param urls connection strings of the serving roles, and the Neon wire when the database is on this machine */
export async function seedCommunity(urls: {
  appUrl: string;
  serviceUrl: string;
  neonEndpoint?: string | undefined;
}): Promise<void> {
  const db = createDatabase({ url: urls.appUrl, serviceUrl: urls.serviceUrl, endpoint: urls.neonEndpoint });
  const password = await hashPassword(DEMO_PASSWORD);
  const ids = new Map(members.map(({ handle }, index) => [handle, idAgo(24 * (90 - index))]));
  const names = new Map(members.map(({ handle, name }) => [handle, name]));
  const idOf = (handle: string): string => ids.get(handle) ?? "";
  const nameOf = (handle: string): string => names.get(handle) ?? "";
  await db.asService([
    ...people(password, idOf),
    ...pieces.flatMap((piece) => published(piece, null)),
    ...chatted({ idOf, nameOf, idAt }, Date.now()),
    run(sql`delete from outbox`),
  ]);
}

function people(password: string, idOf: (handle: string) => string): Statement<unknown>[] {
  const accounts = members.flatMap((member, index) => {
    const id = idOf(member.handle);
    return [
      run(sql`insert into users (id, name, handle, email, email_verified, birth_date, created_at)
        values (${id}, ${member.name}, ${member.handle}, ${demoEmail(member.handle)}, true, '1990-05-17', ${hoursAgo(24 * (90 - index))})`),
      run(
        sql`insert into auth_accounts (account_id, provider_id, user_id, password) values (${id}, 'credential', ${id}, ${password})`,
      ),
      run(sql`update profiles set bio = ${member.bio} where user_id = ${id}`),
      run(sql`update user_settings set language = ${member.language} where user_id = ${id}`),
    ];
  });
  const edges = Object.entries(follows).flatMap(([follower, followed]) =>
    followed.map((handle) =>
      run(sql`insert into user_follows (follower_id, following_id, created_at)
      values (${personId(follower)}, ${personId(handle)}, ${hoursAgo(24 * 30)})`),
    ),
  );
  return [...accounts, ...edges];
}

function published(piece: Piece, questionId: string | null): Statement<unknown>[] {
  const id = idAgo(piece.ago);
  const kind = questionId ? "answer" : piece.title ? "question" : "post";
  const votes = [
    ...piece.up.map((voter) => [voter, 1] as const),
    ...(piece.down ?? []).map((voter) => [voter, -1] as const),
  ];
  return [
    run(sql`insert into posts (id, kind, author_id, question_id, title, body, mentioned_handles, created_at)
      values (${id}, ${kind}, ${personId(piece.by)}, ${questionId}, ${piece.title ?? null}, ${piece.body},
        ${textArray(mentionsOf(piece.body))}, ${hoursAgo(piece.ago)})`),
    ...votes.map(([voter, value]) =>
      run(
        sql`insert into post_votes (post_id, voter_id, value) values (${id}, ${personId(voter)}, ${value})`,
      ),
    ),
    ...(piece.comments ?? []).flatMap((remark) => said(remark, id, null)),
    ...(piece.answers ?? []).flatMap((answer) => published(answer, id)),
  ];
}

function said(remark: Remark, postId: string, parentId: string | null): Statement<unknown>[] {
  const id = idAgo(remark.ago);
  return [
    run(sql`insert into comments (id, post_id, author_id, parent_id, body, mentioned_handles, created_at)
      values (${id}, ${postId}, ${personId(remark.by)}, ${parentId}, ${remark.body}, ${textArray(mentionsOf(remark.body))}, ${hoursAgo(remark.ago)})`),
    ...(remark.replies ?? []).flatMap((reply) => said(reply, postId, id)),
  ];
}
