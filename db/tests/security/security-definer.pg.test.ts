import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { createDatabaseFixture, type Person, sqlStateOf } from "../../testing/fixtures.ts";

/** SECURITY DEFINER functions: what a stranger can do with each (S: definer functions). */
const fixture = createDatabaseFixture();
let ann: Person;
let ben: Person;
beforeAll(async () => {
  [ann, ben] = await fixture.insertPeople("ann", "ben");
});

const write = async (
  who: Person,
  table: "posts" | "comments",
  postId: string | null = null,
): Promise<string> => {
  const id = randomUUID();
  if (table === "posts")
    await fixture.queryAs(who, "insert into posts (id, kind, author_id, body) values ($1, 'post', $2, 'x')", [
      id,
      who.id,
    ]);
  else
    await fixture.queryAs(
      who,
      "insert into comments (id, post_id, author_id, body) values ($1, $2, $3, 'x')",
      [id, postId, who.id],
    );
  return id;
};
const block = (who: Person, other: Person) =>
  fixture.queryAs(who, "insert into blocks (blocker_id, blocked_id) values ($1, $2)", [who.id, other.id]);

describe("app.enter accepts a valid session only", () => {
  test("a valid session sets the viewer for this transaction only", async () => {
    await fixture.transactionAs(ann, async (client) => {
      expect((await client.query("select app.viewer() as id")).rows).toEqual([{ id: ann.id }]);
      await client.query("commit");
      expect((await client.query("select app.viewer() as id")).rows).toEqual([{ id: null }]);
      await client.query("begin");
    });
  });

  test.each([
    ["an unknown token", null, "nobody's token"],
    ["no token", null, null],
    ["an expired session", "update sessions set expires_at = now() where user_id = $1", undefined],
    [
      "an account that was never verified",
      "update users set email_verified = false where id = $1",
      undefined,
    ],
    ["a suspended account", "update users set suspended_at = now() where id = $1", undefined],
    ["a session that was signed out", "delete from sessions where user_id = $1", undefined],
    ["a deleted account", "delete from users where id = $1", undefined],
  ])("%s is SESSION_EXPIRED, and no viewer is set", async (_, invalidate, token) => {
    const [cleo] = await fixture.insertPeople("cleo");
    if (invalidate) await fixture.queryAsService(invalidate, [cleo.id]);
    await fixture.transactionAs(
      null,
      async (client) => {
        await client.query("savepoint here");
        expect(
          await sqlStateOf(client.query("select app.enter($1)", [token === undefined ? cleo.token : token])),
        ).toBe("PZ401");
        await client.query("rollback to here");
        expect((await client.query("select app.viewer() as id")).rows).toEqual([{ id: null }]);
      },
      { isRolledBack: true },
    );
  });

  test("a suspended account gets no new session", async () => {
    const [cleo] = await fixture.insertPeople("cleo");
    await fixture.queryAsService("update users set suspended_at = now() where id = $1", [cleo.id]);
    const session =
      "insert into sessions (user_id, token, expires_at) values ($1, $2, now() + interval '1 day')";
    expect(await sqlStateOf(fixture.queryAsService(session, [cleo.id, cleo.token]))).toBe("PZ403");
    await fixture.queryAsService("update users set suspended_at = null where id = $1", [cleo.id]);
    await fixture.queryAsService(session, [cleo.id, cleo.token]);
    expect(await sqlStateOf(fixture.queryAs(cleo, "select 1"))).toBe("accepted");
  });

  test("a session in use is extended once a day, not with every request", async () => {
    const [cleo] = await fixture.insertPeople("cleo");
    const lasts = async () =>
      (
        await fixture.queryAsService<{ at: string }>(
          "select expires_at::text as at from sessions where user_id = $1",
          [cleo.id],
        )
      )[0]?.at;
    const before = await lasts();
    await fixture.queryAs(cleo, "select 1");
    expect(await lasts()).toBe(before);
    await fixture.queryAsService(
      "update sessions set updated_at = now() - interval '25 hours', expires_at = now() + interval '1 hour' where user_id = $1",
      [cleo.id],
    );
    const short = await lasts();
    await fixture.queryAs(cleo, "select 1");
    const long = await lasts();
    expect(long).not.toBe(short);
    await fixture.queryAs(cleo, "select 1");
    expect(await lasts()).toBe(long);
  });
});

describe.each([
  ["delete_post", "posts"],
  ["delete_comment", "comments"],
] as const)("%s", (name, table) => {
  const make = async (who: Person) =>
    write(who, table, table === "comments" ? await write(who, "posts") : null);
  const remove = (who: Person | null, id: string) =>
    sqlStateOf(fixture.queryAs(who, `select app.${name}($1)`, [id]));
  const isThere = async (id: string) =>
    (
      await fixture.queryAsService<{ exists: boolean }>(
        `select deleted_at is null as exists from ${table} where id = $1`,
        [id],
      )
    )[0]?.exists;

  test("deletes the viewer's own, once", async () => {
    const id = await make(ben);
    expect(await remove(ben, id)).toBe("accepted");
    expect(await isThere(id)).toBe(false);
    expect(await remove(ben, id)).toBe("PZ410");
  });

  test("does not delete another account's", async () => {
    const id = await make(ben);
    expect(await remove(ann, id)).toBe("PZ403");
    expect(await remove(null, id)).toBe("PZ401");
    expect(await isThere(id)).toBe(true);
  });

  test("answers the same for a row across a block and for a missing one", async () => {
    const [eve, fay] = await fixture.insertPeople("eve", "fay");
    const id = await make(eve);
    await block(eve, fay);
    expect(await remove(fay, id)).toBe("PZ404");
    expect(await remove(fay, randomUUID())).toBe("PZ404");
    expect(await isThere(id)).toBe(true);
  });
});

describe("idempotency keys are per account", () => {
  const claim = (who: Person | null, key: string, print: string) =>
    sqlStateOf(fixture.queryAs(who, "select app.claim_idempotency($1, $2)", [key, print]));

  test("the key of another account can be claimed, and its response is never returned (R2)", async () => {
    const key = randomUUID();
    await fixture.transactionAs(ben, async (client) => {
      await client.query("select app.claim_idempotency($1, 'print')", [key]);
      await client.query("select app.store_idempotency_answer($1, '[\"secret of Ben\"]')", [key]);
    });
    expect(await claim(ann, key, "print")).toBe("accepted");
    expect(await claim(ann, key, "another print")).toBe("PZ409");
    const error = fixture.queryAs(ann, "select app.claim_idempotency($1, 'print')", [key]);
    await expect(error).rejects.toMatchObject({ code: "PZ200", detail: "[]" });
  });

  test("store_idempotency_answer does not change another account's row", async () => {
    const key = randomUUID();
    await fixture.transactionAs(ben, async (client) => {
      await client.query("select app.claim_idempotency($1, 'print')", [key]);
      await client.query("select app.store_idempotency_answer($1, '[1]')", [key]);
    });
    for (const who of [ann, null])
      await fixture.queryAs(who, "select app.store_idempotency_answer($1, '[\"forged\"]')", [key]);
    await expect(
      fixture.queryAs(ben, "select app.claim_idempotency($1, 'print')", [key]),
    ).rejects.toMatchObject({
      detail: "[1]",
    });
  });

  test("a signed-out caller cannot claim a key", async () => {
    expect(await claim(null, randomUUID(), "print")).toBe("PZ401");
  });
});

describe("collect_outbox shows the rows of this transaction only", () => {
  test("not rows of concurrent transactions, not rows that were committed before", async () => {
    const collect = "select topic, type from app.collect_outbox()";
    const [eve, fay] = await fixture.insertPeople("eve", "fay");
    const eves = await fixture.openTransactionAs(eve);
    await eves.query("insert into mutes (muter_id, muted_id) values ($1, $2)", [eve.id, ann.id]);
    const fays = await fixture.openTransactionAs(fay);
    expect((await fays.query(collect)).rows).toEqual([]);
    await fays.query("insert into mutes (muter_id, muted_id) values ($1, $2)", [fay.id, ann.id]);
    const own = (who: Person) =>
      ["relation.hidden", "relation.changed"].map((type) => ({ topic: `user:${who.id}`, type }));
    expect((await fays.query(collect)).rows).toEqual(own(fay));
    expect((await eves.query(collect)).rows).toEqual(own(eve));
    await eves.query("commit");
    await fays.query("commit");
    expect(await fixture.queryAs(eve, collect)).toEqual([]);
    expect(await fixture.queryAs(null, collect)).toEqual([]);
  });
});

describe("functions that return account data", () => {
  test("own_email returns the viewer's address, and nothing when signed out", async () => {
    expect(await fixture.queryAs(ann, "select app.own_email() as email")).toEqual([
      { email: `${ann.handle}@plaza.example` },
    ]);
    expect(await fixture.queryAs(null, "select app.own_email() as email")).toEqual([{ email: null }]);
  });

  test("hidden and blocked_by return the viewer's blocks only", async () => {
    const [eve, fay, gus] = await fixture.insertPeople("eve", "fay", "gus");
    await block(eve, fay);
    const ask = "select app.hidden() as hidden, app.blocked_by() as by";
    expect(await fixture.queryAs(eve, ask)).toEqual([{ hidden: [fay.id], by: [] }]);
    expect(await fixture.queryAs(fay, ask)).toEqual([{ hidden: [eve.id], by: [eve.id] }]);
    for (const who of [gus, null]) expect(await fixture.queryAs(who, ask)).toEqual([{ hidden: [], by: [] }]);
  });

  test("require_other refuses the viewer, unknown handles, and accounts that block the viewer as unknown", async () => {
    const [eve, fay] = await fixture.insertPeople("eve", "fay");
    await block(eve, fay);
    const ask = (who: Person | null, handle: string) =>
      sqlStateOf(fixture.queryAs(who, "select app.require_other($1)", [handle]));
    expect(await ask(fay, eve.handle)).toBe("PZ404");
    expect(await ask(fay, "nobody_at_all")).toBe("PZ404");
    expect(await ask(fay, fay.handle)).toBe("PZ409");
    expect(await ask(eve, fay.handle)).toBe("accepted");
  });

  test("post_state is gone for a deleted post, missing across a block", async () => {
    const [eve, fay] = await fixture.insertPeople("eve", "fay");
    const open = await write(eve, "posts");
    const gone = await write(eve, "posts");
    await fixture.queryAs(eve, "select app.delete_post($1)", [gone]);
    await block(eve, fay);
    const state = async (who: Person | null, id: string) =>
      (await fixture.queryAs(who, "select app.post_state($1) as state", [id]))[0]?.state;
    expect([await state(ann, open), await state(ann, gone), await state(null, gone)]).toEqual([
      "open",
      "gone",
      "gone",
    ]);
    expect([await state(fay, open), await state(fay, gone), await state(fay, randomUUID())]).toEqual([
      "missing",
      "missing",
      "missing",
    ]);
  });

  test("handle_is_free returns only whether the handle is available", async () => {
    const ask = async (handle: string) =>
      (await fixture.queryAs(null, "select app.handle_is_free($1) as free", [handle]))[0]?.free;
    expect([await ask(ann.handle), await ask(ann.handle.toUpperCase()), await ask("still_free")]).toEqual([
      false,
      false,
      true,
    ]);
  });
});

describe("functions for triggers cannot be executed by viewers", () => {
  test.each([
    ["app.notify($1, 'mention', 'user', $1, null, '/', 'forged', '{}')"],
    ["app.emit('user:' || $1::uuid, 'forged', '{}')"],
    ["app.change_unread_count($1, 5, null)"],
    ["app.require_open_post($1, $1)"],
    ["app.require_open_comment($1, $1)"],
    ["app.blocked_between($1, $1)"],
    ["app.publish_relation($1, $1)"],
    ["app.lock_pair($1, $1, true)"],
    ["app.cleanup_old_notifications() where $1::uuid is not null"],
    ["app.owner_create_notification_partitions(1) where $1::uuid is not null"],
  ])("%s", async (call) => {
    expect(await sqlStateOf(fixture.queryAs(ann, `select ${call}`, [ben.id]))).toBe("42501");
  });
});
