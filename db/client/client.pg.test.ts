import { randomUUID } from "node:crypto";
import { neonConfig } from "@neondatabase/serverless";
import { sql } from "drizzle-orm";
import { uuidv7 } from "uuidv7";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { startNeonProxyThread } from "../local/neon-proxy/proxy-thread.ts";
import { selectPost } from "../reads/posts.reads.ts";
import { createDatabaseFixture, type Person } from "../testing/fixtures.ts";
import { insertPost, setVote } from "../writes/posts.writes.ts";
import { createDatabase, type Meter, statement } from "./client.ts";
import { DatabaseUnavailable, Refused } from "./errors.ts";
import { READ_TIMEOUT_MS, ROUND_TRIP_TIMEOUT_MS, SERVICE_TIMEOUT_MS } from "./limits.ts";

const fixture = createDatabaseFixture();
let ann: Person;
let ben: Person;
beforeAll(async () => {
  [ann, ben] = await fixture.insertPeople("ann", "ben");
});
afterEach(() => {
  vi.restoreAllMocks();
  neonConfig.fetchFunction = undefined;
});

const ask = <Row>(text: ReturnType<typeof sql>) => statement<Row>(text);
const posting = (id: string, body: string, named: Person[] = []) =>
  [
    insertPost({
      id,
      kind: "post",
      questionId: null,
      title: null,
      body,
      mentionedHandles: named.map((each) => each.handle),
    }),
    selectPost(id),
  ] as const;
const postsOf = (who: Person, body: string) =>
  fixture.queryAsService("select from posts where author_id = $1 and body = $2", [who.id, body]);
const refused = (status: number, code: string) => expect.objectContaining({ name: "Refused", status, code });

/** Counts the requests that the driver sends. */
function countRequests() {
  const counted = { requests: 0 };
  neonConfig.fetchFunction = (...request: Parameters<typeof fetch>) => {
    counted.requests += 1;
    return fetch(...request);
  };
  return counted;
}

describe("one batch is one round trip (P1)", () => {
  test("viewer reads, a viewer write with claim and outbox, service statements", async () => {
    const meter: Meter = { roundTrips: 0, milliseconds: 0 };
    const client = fixture.client(meter);
    const counted = countRequests();
    await client.asViewer(ann.token, [
      ask(sql`select 1 as one`),
      ask(sql`select 2 as two`),
      ask(sql`select 3 as three`),
    ]);
    expect([meter.roundTrips, counted.requests]).toEqual([1, 1]);
    await client.writeAsViewer(
      ann.token,
      { key: randomUUID(), fingerprint: "f" },
      posting(uuidv7(), "metered"),
    );
    expect([meter.roundTrips, counted.requests]).toEqual([2, 2]);
    await client.asService([ask(sql`select 1 as one`), ask(sql`select 2 as two`)]);
    expect([meter.roundTrips, counted.requests]).toEqual([3, 3]);
    expect(meter.milliseconds).toBeGreaterThan(0);
  });

  test("its statements share one transaction and the viewer, which is unset on the connection afterwards", async () => {
    const client = fixture.client();
    const { results, viewer } = await client.asViewer(ann.token, [
      ask<{ xid: string; id: string }>(sql`select pg_current_xact_id()::text as xid, app.viewer() as id`),
      ask<{ xid: string; id: string }>(sql`select pg_current_xact_id()::text as xid, app.viewer() as id`),
    ]);
    expect(viewer).toMatchObject({ userId: ann.id, sessionId: ann.sessionId });
    expect(results[0]).toEqual(results[1]);
    expect(results[0][0]?.id).toBe(ann.id);
    const nobody = await client.asViewer(null, [ask(sql`select app.viewer() as id`)]);
    expect(nobody).toEqual({ results: [[{ id: null }]], viewer: null });
  });

  test("values are sent as parameters, whatever characters they contain", async () => {
    const body = `'; drop table posts; -- "\\ \u{1F600} $1 {a,b}`;
    const id = uuidv7();
    const { views } = await fixture.client().writeAsViewer(ann.token, null, posting(id, body));
    expect(views[0]?.body).toBe(body);
  });
});

describe("a write with an idempotency key happens once (R2)", () => {
  test("a repeated request gets the stored response and writes nothing, also when the post has changed since", async () => {
    const client = fixture.client();
    const claim = { key: randomUUID(), fingerprint: "f" };
    const id = uuidv7();
    const first = await client.writeAsViewer(ann.token, claim, posting(id, "once", [ben]));
    expect(first.views).toHaveLength(1);
    expect(first.outbox.map((row) => row.type)).toEqual(["notification.created", "unread.changed"]);
    await client.writeAsViewer(ben.token, null, [setVote("post", id, 1), selectPost(id)]);
    const again = await client.writeAsViewer(ann.token, claim, posting(uuidv7(), "once", [ben]));
    expect(again).toEqual({ views: first.views, outbox: [] });
    expect(await postsOf(ann, "once")).toHaveLength(1);
  });

  test("concurrent requests with one key insert one row and get equal responses", async () => {
    const client = fixture.client();
    const claim = { key: randomUUID(), fingerprint: "f" };
    const answers = await Promise.all(
      Array.from({ length: 6 }, () =>
        client.writeAsViewer(ann.token, claim, posting(uuidv7(), "at once", [ben])),
      ),
    );
    for (const answer of answers) expect(answer.views).toEqual(answers[0]?.views);
    expect(answers.filter((answer) => answer.outbox.length > 0)).toHaveLength(1);
    expect(await postsOf(ann, "at once")).toHaveLength(1);
  });

  test("another request with the same key conflicts and writes nothing; the key of another account does not", async () => {
    const client = fixture.client();
    const key = randomUUID();
    await client.writeAsViewer(ann.token, { key, fingerprint: "one" }, posting(uuidv7(), "first of two"));
    const other = client.writeAsViewer(
      ann.token,
      { key, fingerprint: "two" },
      posting(uuidv7(), "second of two"),
    );
    await expect(other).rejects.toEqual(refused(409, "IDEMPOTENCY_CONFLICT"));
    expect(await postsOf(ann, "second of two")).toEqual([]);
    await client.writeAsViewer(ben.token, { key, fingerprint: "two" }, posting(uuidv7(), "second of two"));
    expect(await postsOf(ben, "second of two")).toHaveLength(1);
  });

  test("a failing statement rolls back row, outbox rows and key, so that a retry can succeed", async () => {
    const client = fixture.client();
    const claim = { key: randomUUID(), fingerprint: "f" };
    const before = await fixture.queryAsService("select id from outbox order by id");
    const fail = ask<never>(sql`select app.refuse(409, 'CONFLICT')`);
    const [insert, read] = posting(uuidv7(), "failing", [ben]);
    await expect(client.writeAsViewer(ann.token, claim, [insert, fail, read])).rejects.toEqual(
      refused(409, "CONFLICT"),
    );
    expect(await postsOf(ann, "failing")).toEqual([]);
    expect(await fixture.queryAsService("select id from outbox order by id")).toEqual(before);
    expect(await fixture.queryAsService("select from idempotency_keys where key = $1", [claim.key])).toEqual(
      [],
    );
    const retry = await client.writeAsViewer(ann.token, claim, [insert, read]);
    expect(retry.views).toHaveLength(1);
  });

  test("a response without rows is stored as such", async () => {
    const client = fixture.client();
    const claim = { key: randomUUID(), fingerprint: "f" };
    const empty = [selectPost(uuidv7())] as const;
    expect(await client.writeAsViewer(ann.token, claim, empty)).toEqual({ views: [], outbox: [] });
    expect(await client.writeAsViewer(ann.token, claim, empty)).toEqual({ views: [], outbox: [] });
  });
});

describe("errors are mapped to error classes", () => {
  const lockTimeout = () =>
    `${fixture.database.appUrl}?options=${encodeURIComponent("-c lock_timeout=50ms")}`;
  const run = (text: ReturnType<typeof sql>, appUrl?: string) =>
    fixture.client(undefined, appUrl).asViewer(ann.token, [ask(text)]);

  test.each([
    ["an API error code", sql`select app.refuse(418, 'TEAPOT')`, 418, "TEAPOT"],
    [
      "a duplicate key",
      sql`insert into posts (id, kind, author_id, body) select id, 'post', app.viewer(), 'x' from (values (uuidv7())) v (id), generate_series(1, 2)`,
      409,
      "CONFLICT",
    ],
    [
      "a missing foreign key",
      sql`insert into user_follows (follower_id, following_id) values (app.viewer(), uuidv7())`,
      404,
      "NOT_FOUND",
    ],
    ["a table without grant", sql`select * from sessions`, 404, "NOT_FOUND"],
    [
      "a row of another account",
      sql`insert into posts (kind, author_id, body) select 'post', user_id, 'x' from profiles where user_id <> app.viewer() limit 1`,
      404,
      "NOT_FOUND",
    ],
  ])("%s", async (_, text, status, code) => {
    await expect(run(text)).rejects.toEqual(refused(status, code));
  });

  test("a deleted session: SESSION_EXPIRED, and the batch is rolled back (R9)", async () => {
    const [cleo] = await fixture.insertPeople("cleo");
    await fixture.queryAsService("delete from sessions where user_id = $1", [cleo.id]);
    const write = fixture.client().writeAsViewer(cleo.token, null, posting(uuidv7(), "too late"));
    await expect(write).rejects.toEqual(refused(401, "SESSION_EXPIRED"));
    expect(await postsOf(cleo, "too late")).toEqual([]);
  });

  test("a programming error is neither Refused nor DatabaseUnavailable", async () => {
    const failure = await run(sql`select 1 / 0`).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(failure).not.toBeInstanceOf(Refused);
    expect(failure).not.toBeInstanceOf(DatabaseUnavailable);
  });

  test("statement_timeout and lock_timeout: DatabaseUnavailable", async () => {
    const slow = `${fixture.database.appUrl}?options=${encodeURIComponent("-c statement_timeout=50ms")}`;
    await expect(run(sql`select pg_sleep(5)`, slow)).rejects.toBeInstanceOf(DatabaseUnavailable);
    const anns = await fixture.openTransactionAs(ann);
    await anns.query("update profiles set bio = 'held' where user_id = $1", [ann.id]);
    await expect(run(sql`update profiles set bio = 'wanted'`, lockTimeout())).rejects.toBeInstanceOf(
      DatabaseUnavailable,
    );
    await anns.query("rollback");
  });

  test("a batch that ends in a deadlock is sent again", async () => {
    const meter: Meter = { roundTrips: 0, milliseconds: 0 };
    const lock = (who: Person) =>
      ask<{ id: string }>(sql`select user_id as id from user_stats where user_id = ${who.id} for update`);
    const other = await fixture.openSuperuserTransaction();
    // Postgres checks for a deadlock once per wait and cancels the transaction that checks. The longer
    // timeout of the other transaction makes it cancel the batch.
    const name = new URL(fixture.database.serviceUrl).pathname.slice(1);
    await other.query(`alter role plaza_service in database "${name}" set deadlock_timeout = '4s'`);
    await other.query("commit");
    await other.query("begin");
    await other.query("set local deadlock_timeout = '15s'");
    await other.query("select from user_stats where user_id = $1 for update", [ann.id]);
    // Another connection string, so that the proxy opens a new connection.
    const { appUrl, serviceUrl, neonEndpoint } = fixture.database;
    const patient = `${serviceUrl}?application_name=patient`;
    const client = createDatabase({ url: appUrl, serviceUrl: patient, endpoint: neonEndpoint, meter });
    const batch = client.asService([lock(ben), lock(ann)]);
    await fixture.waitForBlockedLock();
    await other.query("select from user_stats where user_id = $1 for update", [ben.id]);
    await other.query("commit");
    expect(await batch).toEqual([[{ id: ben.id }], [{ id: ann.id }]]);
    expect(meter.roundTrips).toBe(2);
  });
});

describe("without a reachable database (R6)", () => {
  test("every call fails at once or at its timeout, never hangs, and works again afterwards", async () => {
    const proxy = await startNeonProxyThread({
      port: 0,
      postgresPort: Number(new URL(fixture.database.appUrl).port),
    });
    const { appUrl: url, serviceUrl } = fixture.database;
    const client = createDatabase({ url, serviceUrl, endpoint: proxy.endpoint });
    const ways = () => [
      client.asViewer(ann.token, [selectPost(uuidv7())]),
      client.writeAsViewer(ann.token, { key: randomUUID(), fingerprint: "f" }, posting(uuidv7(), "away")),
      client.asService([ask(sql`select 1 as one`)]),
    ];
    const whyAll = async () =>
      (await Promise.allSettled(ways())).map((way) =>
        way.status === "rejected" ? way.reason.constructor : way.status,
      );
    try {
      expect(await whyAll()).toEqual(["fulfilled", "fulfilled", "fulfilled"]);
      await proxy.setFault("refuse");
      expect(await whyAll()).toEqual([DatabaseUnavailable, DatabaseUnavailable, DatabaseUnavailable]);
      await proxy.setFault("hang");
      const limits: unknown[] = [READ_TIMEOUT_MS, ROUND_TRIP_TIMEOUT_MS, SERVICE_TIMEOUT_MS];
      const patience = globalThis.setTimeout;
      const given: unknown[] = [];
      const timers = vi.spyOn(globalThis, "setTimeout").mockImplementation(((
        run: () => void,
        ms?: number,
      ) => {
        if (!limits.includes(ms)) return patience(run, ms);
        given.push(ms);
        return patience(run, 100);
      }) as typeof setTimeout);
      expect(await whyAll()).toEqual([DatabaseUnavailable, DatabaseUnavailable, DatabaseUnavailable]);
      timers.mockRestore();
      expect(given).toEqual(limits);
      await proxy.setFault("none");
      expect(await whyAll()).toEqual(["fulfilled", "fulfilled", "fulfilled"]);
      expect(await postsOf(ann, "away")).toHaveLength(2);
    } finally {
      await proxy.stop();
      // neonConfig.fetchEndpoint is global to the process.
      fixture.client();
    }
  });
});
