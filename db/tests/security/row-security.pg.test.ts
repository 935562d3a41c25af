import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { createDatabaseFixture, type Person, sqlStateOf } from "../../testing/fixtures.ts";
import {
  CHAT_TABLES,
  edge,
  forEveryone,
  forNobody,
  type Rule,
  readable,
  testRowSecurity,
  unseen,
  vote,
} from "../../testing/row-security.ts";

const fixture = createDatabaseFixture();
let ann: Person;
let ben: Person;
let cleo: Person;
let dan: Person;
const inserted = {
  bensPost: randomUUID(),
  bensComment: randomUUID(),
  cleosPost: randomUUID(),
  cleosOther: randomUUID(),
  cleosComment: randomUUID(),
  cleosLast: randomUUID(),
};

const MATRIX: Record<string, () => Rule> = {
  users: () => ({
    ownRows: "id = $1",
    updatedColumn: "name",
    insertedRow: [
      "id, name, handle, email, birth_date",
      `'${randomUUID()}', 'x', 'forged', 'f@x.org', '2000-01-01'`,
    ],
    ...forNobody,
  }),
  auth_accounts: () => ({
    ownRows: "user_id = $1",
    updatedColumn: "password",
    insertedRow: ["account_id, provider_id, user_id", "'x', 'y', $1"],
    ...forNobody,
  }),
  account_capabilities: () => ({
    ownRows: "user_id = $1",
    updatedColumn: "capability",
    insertedRow: ["user_id, capability", "$1, 'accounts.suspend'"],
    ...forNobody,
  }),
  audit_log: () => ({
    ownRows: "target_id = $1",
    updatedColumn: "reason",
    insertedRow: ["action, target_id, reason", "'account.suspended', $1, 'x'"],
    ...forNobody,
  }),
  sessions: () => ({
    ownRows: "user_id = $1",
    updatedColumn: "expires_at",
    insertedRow: ["user_id, token, expires_at", "$1, 'stolen', now() + interval '1 day'"],
    ...forNobody,
  }),
  verifications: () => ({
    ownRows: "identifier = $1::text",
    updatedColumn: "value",
    insertedRow: ["identifier, value, expires_at", "$1::text, 'x', now()"],
    ...forNobody,
  }),
  auth_limits: () => ({
    ownRows: "key = $1::text",
    updatedColumn: "count",
    insertedRow: ["key", "$1::text"],
    ...forNobody,
  }),
  sign_ups: () => ({
    ownRows: "token_hash = $1::text",
    updatedColumn: "password",
    insertedRow: [
      "token_hash, name, handle, email, birth_date, password",
      "$1::text, 'x', 'forged', 'forged@example.com', '1990-05-17', 'x'",
    ],
    ...forNobody,
  }),
  profiles: () => ({
    ownRows: "user_id = $1",
    updatedColumn: "bio",
    insertedRow: ["user_id, handle, name", "$1, 'forged', 'x'"],
    stranger: ["rows", "denied", "nothing", "denied"],
    self: ["rows", "denied", "rows", "denied"],
    nobody: ["rows", "denied", "nothing", "denied"],
  }),
  user_stats: () => ({
    ownRows: "user_id = $1",
    updatedColumn: "followers_count",
    insertedRow: ["user_id", "$1"],
    ...forEveryone,
  }),
  user_settings: () => ({
    ownRows: "user_id = $1",
    updatedColumn: "language",
    insertedRow: ["user_id", "$1"],
    stranger: ["nothing", "denied", "nothing", "denied"],
    self: ["rows", "denied", "rows", "denied"],
    nobody: ["nothing", "denied", "nothing", "denied"],
  }),
  // Follows are public (000-60); only the follower can delete one.
  user_follows: () => ({
    ownRows: "follower_id = $1",
    updatedColumn: "created_at",
    insertedRow: ["follower_id, following_id", `$1, '${ann.id}'`],
    stranger: ["rows", "denied", "denied", "nothing"],
    self: ["rows", "rows", "denied", "rows"],
    nobody: ["rows", "denied", "denied", "nothing"],
  }),
  blocks: () => ({
    ownRows: "blocker_id = $1",
    updatedColumn: "created_at",
    insertedRow: ["blocker_id, blocked_id", `$1, '${cleo.id}'`],
    ...edge,
  }),
  mutes: () => ({
    ownRows: "muter_id = $1",
    updatedColumn: "created_at",
    insertedRow: ["muter_id, muted_id", `$1, '${cleo.id}'`],
    ...edge,
  }),
  // Users see only their own notifications (000-58) and cannot insert any.
  notifications: () => ({
    ownRows: "user_id = $1",
    updatedColumn: "is_read",
    insertedRow: [
      "user_id, type, message, entity_id, entity_type, link",
      `$1, 'mention', 'x', '${cleo.id}', 'user', '/'`,
    ],
    stranger: ["nothing", "denied", "nothing", "denied"],
    self: ["rows", "denied", "rows", "denied"],
    nobody: ["nothing", "denied", "nothing", "denied"],
  }),
  notification_keys: () => ({
    ownRows: "user_id = $1",
    updatedColumn: "last_at",
    insertedRow: ["user_id, key", "$1, 'x'"],
    ...forNobody,
  }),
  notification_counts: () => ({
    ownRows: "user_id = $1",
    updatedColumn: "unread",
    insertedRow: ["user_id", "$1"],
    stranger: unseen,
    self: readable,
    nobody: unseen,
  }),
  badges: () => ({
    ownRows: "user_id = $1",
    updatedColumn: "earned_at",
    insertedRow: ["user_id, badge", "$1, 'first_answer'"],
    ...forEveryone,
  }),
  milestones: () => ({
    ownRows: "user_id = $1",
    updatedColumn: "reached_at",
    insertedRow: ["user_id, kind, threshold", "$1, 'upvotes', 7"],
    ...forNobody,
  }),
  posts: () => ({
    ownRows: "author_id = $1",
    updatedColumn: "body",
    insertedRow: ["kind, author_id, body", "'post', $1, 'forged'"],
    stranger: readable,
    self: ["rows", "rows", "denied", "denied"],
    nobody: readable,
  }),
  post_stats: () => ({
    ownRows: `post_id = '${inserted.bensPost}' and $1::uuid is not null`,
    updatedColumn: "upvotes",
    insertedRow: ["post_id", `'${inserted.bensPost}'`],
    ...forEveryone,
  }),
  post_votes: () => ({
    ownRows: "voter_id = $1",
    updatedColumn: "value",
    insertedRow: ["post_id, voter_id, value", `'${inserted.cleosOther}', $1, 1`],
    ...vote,
  }),
  mentions: () => ({
    ownRows: "mentioned_by = $1",
    updatedColumn: "created_at",
    insertedRow: ["post_id, mentioned_id, mentioned_by", `'${inserted.bensPost}', '${cleo.id}', $1`],
    ...forNobody,
  }),
  comments: () => ({
    ownRows: "author_id = $1",
    updatedColumn: "body",
    insertedRow: ["post_id, author_id, body", `'${inserted.cleosPost}', $1, 'forged'`],
    stranger: readable,
    self: ["rows", "rows", "denied", "denied"],
    nobody: readable,
  }),
  comment_stats: () => ({
    ownRows: `comment_id = '${inserted.bensComment}' and $1::uuid is not null`,
    updatedColumn: "upvotes",
    insertedRow: ["comment_id", `'${inserted.bensComment}'`],
    ...forEveryone,
  }),
  comment_votes: () => ({
    ownRows: "voter_id = $1",
    updatedColumn: "value",
    insertedRow: ["comment_id, voter_id, value", `'${inserted.cleosLast}', $1, 1`],
    ...vote,
  }),
  outbox: () => ({
    ownRows: "topic = 'user:' || $1::uuid",
    updatedColumn: "type",
    insertedRow: ["topic, type, data", "'user:' || $1::uuid, 'x', '{}'"],
    ...forNobody,
  }),
  idempotency_keys: () => ({
    ownRows: "user_id = $1",
    updatedColumn: "answer",
    insertedRow: ["user_id, key, fingerprint", "$1, 'forged-key', 'x'"],
    ...forNobody,
  }),
};

beforeAll(async () => {
  [ann, ben, cleo, dan] = await fixture.insertPeople("ann", "ben", "cleo", "dan");
  const post = (id: string, who: Person, body: string, mentioned: Person[] = []) =>
    fixture.queryAs(
      who,
      "insert into posts (id, kind, author_id, body, mentioned_handles) values ($1, 'post', $2, $3, $4)",
      [id, who.id, body, mentioned.map((each) => each.handle)],
    );
  const comment = (id: string, postId: string, who: Person) =>
    fixture.queryAs(
      who,
      "insert into comments (id, post_id, author_id, body) values ($1, $2, $3, 'a comment')",
      [id, postId, who.id],
    );
  await fixture.queryAsService(
    "insert into account_capabilities (user_id, capability) values ($1, 'accounts.suspend')",
    [ben.id],
  );
  await fixture.queryAsService(
    "insert into audit_log (action, target_id, reason) values ('capability.granted', $1, 'a test')",
    [ben.id],
  );
  await post(inserted.bensPost, ben, "a post", [cleo]);
  await post(inserted.cleosPost, cleo, "a post");
  await post(inserted.cleosOther, cleo, "another");
  await comment(inserted.bensComment, inserted.cleosPost, ben);
  await comment(inserted.cleosComment, inserted.cleosPost, cleo);
  await comment(inserted.cleosLast, inserted.cleosPost, cleo);
  await fixture.queryAs(ben, "insert into user_follows (follower_id, following_id) values ($1, $2)", [
    ben.id,
    cleo.id,
  ]);
  await fixture.queryAs(cleo, "insert into user_follows (follower_id, following_id) values ($1, $2)", [
    cleo.id,
    ben.id,
  ]);
  await fixture.queryAs(ben, "insert into blocks (blocker_id, blocked_id) values ($1, $2)", [ben.id, dan.id]);
  await fixture.queryAs(ben, "insert into mutes (muter_id, muted_id) values ($1, $2)", [ben.id, dan.id]);
  await fixture.queryAs(ben, "insert into post_votes (post_id, voter_id, value) values ($1, $2, 1)", [
    inserted.cleosPost,
    ben.id,
  ]);
  await fixture.queryAs(ben, "insert into comment_votes (comment_id, voter_id, value) values ($1, $2, 1)", [
    inserted.cleosComment,
    ben.id,
  ]);
  await fixture.queryAs(ben, "select app.claim_idempotency('a-key-of-ben', 'print')");
  await fixture.queryAsService(
    "insert into auth_accounts (account_id, provider_id, user_id, password) values ($1::uuid::text, 'credential', $1::uuid, 'hash')",
    [ben.id],
  );
  await fixture.queryAsService(
    "insert into verifications (identifier, value, expires_at) values ($1, 'secret', now() + interval '1 hour')",
    [ben.id],
  );
  await fixture.queryAsService(
    "insert into sign_ups (token_hash, name, handle, email, birth_date, password) values ($1, 'x', 'pending', 'pending@example.com', '1990-05-17', 'x')",
    [ben.id],
  );
  await fixture.queryAsService("insert into auth_limits (key) values ($1)", [ben.id]);
  await fixture.queryAsService("insert into badges (user_id, badge) values ($1, 'first_answer')", [ben.id]);
  await fixture.queryAsService(
    "insert into milestones (user_id, kind, threshold) values ($1, 'followers', 10)",
    [ben.id],
  );
});

describe("access matrix of all tables (S: row security)", () => {
  test("every table is in the matrix", async () => {
    const tables = await fixture.queryAsService<{ name: string }>(
      "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition and relname <> 'schema_migrations' order by 1",
    );
    expect([...Object.keys(MATRIX), ...CHAT_TABLES].sort()).toEqual(tables.map((table) => table.name));
  });

  testRowSecurity(MATRIX, fixture, () => ({ ann, ben }));
});

describe("which columns a viewer may write (S: mass assignment)", () => {
  test("exactly these", async () => {
    const rows = await fixture.queryAsService<{ line: string }>(
      `select format('%s %s: %s', c.relname, verb, string_agg(attname, ', ' order by attnum)) as line
       from pg_class c join pg_attribute a on a.attrelid = c.oid and attnum > 0, (values ('insert'), ('update')) v (verb)
       where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and has_column_privilege('plaza_app', c.oid, attnum, verb)
       group by c.relname, verb order by 1`,
    );
    expect(rows.map((row) => row.line)).toEqual([
      "blocks insert: blocker_id, blocked_id",
      "comment_votes insert: comment_id, voter_id, value",
      "comment_votes update: value",
      "comments insert: id, post_id, author_id, parent_id, body, client_id, mentioned_handles",
      "mutes insert: muter_id, muted_id",
      "notifications update: is_read",
      "post_votes insert: post_id, voter_id, value",
      "post_votes update: value",
      "posts insert: id, kind, author_id, question_id, title, body, mentioned_handles",
      "presence_chosen insert: user_id, other_id",
      "profiles update: name, bio, updated_at",
      "user_follows insert: follower_id, following_id",
      "user_settings update: language, updated_at, shares_receipts, presence_audience",
    ]);
  });

  test.each([
    [
      "a post's time",
      "insert into posts (kind, author_id, body, created_at) values ('post', $1, 'x', '2020-01-01')",
    ],
    ["a post's end", "insert into posts (kind, author_id, body, deleted_at) values ('post', $1, 'x', now())"],
    [
      "a comment's place",
      "insert into comments (post_id, author_id, body, path) select id, $1, 'x', uuid_send(id) from posts",
    ],
    [
      "a follow's time",
      "insert into user_follows (follower_id, following_id, created_at) select $1, user_id, '2020-01-01' from profiles",
    ],
    ["one's handle", "update profiles set handle = 'admin' where user_id = $1"],
    ["a notification's owner", "update notifications set user_id = $1"],
    ["a vote's voter", "update post_votes set voter_id = $1"],
    ["one's own counts", "update user_stats set followers_count = 1000 where user_id = $1"],
  ])("%s cannot be set by a viewer", async (_, text) => {
    expect(await sqlStateOf(fixture.queryAs(ann, text, [ann.id]))).toBe("42501");
  });
});

describe("a block hides two accounts from each other, in every readable table", () => {
  test("neither sees the other's posts, comments and follows, the blocked account not the profile; others see all", async () => {
    const [eve, fay, gus] = await fixture.insertPeople("eve", "fay", "gus");
    for (const who of [eve, fay]) {
      const [post] = await fixture.queryAs<{ id: string }>(
        who,
        "insert into posts (kind, author_id, body) values ('post', $1, 'x') returning id",
        [who.id],
      );
      await fixture.queryAs(who, "insert into comments (post_id, author_id, body) values ($1, $2, 'x')", [
        post?.id,
        who.id,
      ]);
      await fixture.queryAs(who, "insert into user_follows (follower_id, following_id) values ($1, $2)", [
        who.id,
        gus.id,
      ]);
    }
    await fixture.queryAs(eve, "insert into blocks (blocker_id, blocked_id) values ($1, $2)", [
      eve.id,
      fay.id,
    ]);
    const seen = async (viewer: Person | null, other: Person) => {
      const [row] = await fixture.queryAs(
        viewer,
        `select (select count(*)::int from posts where author_id = $1) as posts, (select count(*)::int from comments where author_id = $1) as comments,
           (select count(*)::int from user_follows where follower_id = $1) as follows, (select count(*)::int from profiles where user_id = $1) as profiles`,
        [other.id],
      );
      return row;
    };
    const everything = { posts: 1, comments: 1, follows: 1, profiles: 1 };
    expect(await seen(fay, eve)).toEqual({ posts: 0, comments: 0, follows: 0, profiles: 0 });
    // An account that the viewer blocks stays visible, so that the viewer can unblock it.
    expect(await seen(eve, fay)).toEqual({ posts: 0, comments: 0, follows: 0, profiles: 1 });
    for (const viewer of [gus, null]) {
      expect(await seen(viewer, eve)).toEqual(everything);
      expect(await seen(viewer, fay)).toEqual(everything);
    }
    await fixture.queryAs(eve, "delete from blocks where blocker_id = $1", [eve.id]);
    expect(await seen(fay, eve)).toEqual(everything);
  });

  test("a temporary table with the name of a table in the function does not disable it", async () => {
    const [eve, fay] = await fixture.insertPeople("eve", "fay");
    await fixture.queryAs(eve, "insert into posts (kind, author_id, body) values ('post', $1, 'x')", [
      eve.id,
    ]);
    await fixture.queryAs(eve, "insert into blocks (blocker_id, blocked_id) values ($1, $2)", [
      eve.id,
      fay.id,
    ]);
    const rows = await fixture.transactionAs(
      fay,
      async (client) => {
        await client.query("create temporary table blocks (blocker_id uuid, blocked_id uuid)");
        return (await client.query("select from public.posts where author_id = $1", [eve.id])).rows;
      },
      { isRolledBack: true },
    );
    expect(rows).toEqual([]);
  });
});

describe("roles", () => {
  test.each(["plaza_service", "plaza_internal", "plaza_owner", "postgres"])(
    "a viewer's connection cannot become %s",
    async (role) => {
      expect(await sqlStateOf(fixture.queryAs(ann, `set local role ${role}`))).toBe("42501");
    },
  );

  test("plaza_service cannot set role plaza_internal", async () => {
    expect(await sqlStateOf(fixture.queryAsService("set role plaza_internal"))).toBe("42501");
  });
});
