import { expect, test } from "vitest";
import { createDatabaseFixture } from "../../testing/fixtures.ts";
import { releaseHandle, reserveHandle } from "../../writes/accounts.writes.ts";

const fixture = createDatabaseFixture();

const profilesOf = async (handle: string) =>
  (await fixture.queryAsService("select user_id from profiles where handle = $1", [handle])).length;

test("an account has no profile before its e-mail address is verified, and exactly one afterwards", async () => {
  await fixture.queryAsService(
    "insert into users (name, handle, email, birth_date) values ('Ona', 'ona_new', 'ona_new@example.com', '1990-05-17')",
  );
  expect(await profilesOf("ona_new")).toBe(0);
  await fixture.queryAsService("update users set email_verified = true where handle = 'ona_new'");
  expect(await profilesOf("ona_new")).toBe(1);
  await fixture.queryAsService("update users set email_verified = false where handle = 'ona_new'");
  await fixture.queryAsService("update users set email_verified = true where handle = 'ona_new'");
  expect(await profilesOf("ona_new")).toBe(1);
});

test("a password change deletes all sessions of the account and of no other (R9)", async () => {
  const [ann, ben] = await fixture.insertPeople("ann", "ben");
  await fixture.queryAsService(
    "insert into auth_accounts (account_id, provider_id, user_id, password) values ($1, 'credential', $2, 'old')",
    [ann.id, ann.id],
  );
  const sessionsOf = async (id: string) =>
    (await fixture.queryAsService("select id from sessions where user_id = $1", [id])).length;
  await fixture.queryAsService("update auth_accounts set updated_at = now() where user_id = $1", [ann.id]);
  expect(await sessionsOf(ann.id)).toBe(1);
  await fixture.queryAsService("update auth_accounts set password = 'new' where user_id = $1", [ann.id]);
  expect([await sessionsOf(ann.id), await sessionsOf(ben.id)]).toEqual([0, 1]);
});

test("a handle of an unverified account is available after one hour", async () => {
  await fixture.queryAsService(
    "insert into users (name, handle, email, birth_date) values ('Ona', 'ona_late', 'ona_late@example.com', '1990-05-17')",
  );
  const isFree = async () =>
    (await fixture.queryAsService<{ free: boolean }>("select app.handle_is_free('ona_late') as free"))[0]
      ?.free;
  expect(await isFree()).toBe(false);
  await fixture.queryAsService(
    "update users set created_at = now() - interval '61 minutes' where handle = 'ona_late'",
  );
  expect(await isFree()).toBe(true);
});

test("of concurrent reservations of one handle exactly one succeeds, also after the reservation expired", async () => {
  const holders = async () => {
    const asked = Array.from({ length: 12 }, () =>
      fixture.client().asService([releaseHandle("ona_wanted"), reserveHandle("ona_wanted")]),
    );
    return (await Promise.all(asked)).flatMap(([, held]) => held);
  };
  expect(await holders()).toEqual([{ held: true }]);
  expect(await holders()).toEqual([]);
  await fixture.queryAsService(
    "update verifications set expires_at = now() where identifier = 'handle:ona_wanted'",
  );
  expect(await holders()).toEqual([{ held: true }]);
});
