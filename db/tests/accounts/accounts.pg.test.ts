import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { createDatabaseFixture } from "../../testing/fixtures.ts";
import { createAccount, insertSignUp, renewSignUp, tryToConfirm } from "../../writes/accounts.writes.ts";

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
  let owner = 0;
  const holders = async () => {
    const asked = Array.from({ length: 12 }, () => {
      owner += 1;
      return store(newSignUp("ona_wanted", `owner_${owner}@example.com`));
    });
    return (await Promise.all(asked)).filter(({ held }) => held).length;
  };
  expect(await holders()).toBe(1);
  expect(await holders()).toBe(0);
  await fixture.queryAsService(
    "update verifications set expires_at = now() where identifier = 'handle:ona_wanted'",
  );
  expect(await holders()).toBe(1);
});

const newSignUp = (handle: string, email = `${handle}@example.com`) => ({
  id: randomUUID(),
  tokenHash: randomUUID(),
  name: "Ona",
  handle,
  email,
  birthDate: "1990-05-17",
  password: `hash of ${handle}`,
  client: "one",
});
const store = async (signUp: ReturnType<typeof newSignUp>) => {
  const [[row]] = await fixture.client().asService([insertSignUp(signUp)]);
  return { held: row?.held, stored: row?.stored };
};
const confirmed = async (signUp: { id: string }) =>
  (await fixture.client().asService([createAccount(signUp.id)]))[0][0];

test("two sign-ups of one address keep their own links and passwords; the first to be confirmed gets the account", async () => {
  const [strangers, owners] = [
    newSignUp("su_stranger", "su@example.com"),
    newSignUp("su_owner", "su@example.com"),
  ];
  expect(await store(strangers)).toEqual({ held: true, stored: true });
  expect(await store(owners)).toEqual({ held: true, stored: true });
  const account = await confirmed(owners);
  expect(account?.userId).toEqual(expect.any(String));
  expect(
    await fixture.queryAsService(
      "select u.handle, u.email_verified, a.password from users u join auth_accounts a on a.user_id = u.id where u.email = 'su@example.com'",
    ),
  ).toEqual([{ handle: "su_owner", email_verified: true, password: "hash of su_owner" }]);
  expect(await profilesOf("su_owner")).toBe(1);
  expect((await confirmed(strangers))?.userId).toBeNull();
  expect(await fixture.queryAsService("select id from sign_ups where email = 'su@example.com'")).toEqual([]);
});

test("a sign-up keeps its handle when it is repeated with the same address, and not for another address", async () => {
  const first = newSignUp("su_again");
  await store(first);
  expect(await store({ ...first, id: randomUUID(), tokenHash: randomUUID() })).toEqual({
    held: true,
    stored: true,
  });
  expect(await store(newSignUp("su_again", "su_other@example.com"))).toEqual({ held: false, stored: false });
});

test("an address with an account gets no sign-up, but the handle is reserved as for a new address", async () => {
  const first = newSignUp("su_known");
  await store(first);
  await confirmed(first);
  expect(await store(newSignUp("su_known_2", first.email))).toEqual({ held: true, stored: false });
});

test("a sign-up cannot be confirmed after its hour, and concurrent confirmations create one account", async () => {
  const late = newSignUp("su_late");
  await store(late);
  await fixture.queryAsService("update sign_ups set expires_at = now() where id = $1", [late.id]);
  expect((await confirmed(late))?.userId).toBeNull();
  const quick = newSignUp("su_quick");
  await store(quick);
  const made = await Promise.all([1, 2, 3, 4].map(() => confirmed(quick)));
  expect(made.filter((each) => each?.userId)).toHaveLength(1);
});

test("concurrent confirmations, new links and sign-ups of one address never deadlock", async () => {
  const deadlocks = async () =>
    Number(
      (
        await fixture.queryAsService<{ deadlocks: string }>(
          "select deadlocks from pg_stat_database where datname = current_database()",
        )
      )[0]?.deadlocks,
    );
  const before = await deadlocks();
  for (let round = 1; round <= 10; round += 1) {
    const email = `su_busy_${round}@example.com`;
    const signUps = [1, 2, 3].map((each) => newSignUp(`su_busy_${round}_${each}`, email));
    for (const each of signUps) await store(each);
    const client = (each: number) => `client ${each}`;
    await Promise.all(
      signUps.flatMap((each, index) => [
        fixture.client().asService([renewSignUp(each.id, randomUUID(), client(index))]),
        store({ ...each, id: randomUUID(), tokenHash: randomUUID(), client: client(index) }),
        confirmed(each),
      ]),
    );
    expect(await fixture.queryAsService("select from users where email = $1", [email])).toHaveLength(1);
  }
  // A backend reports its statistics when it is idle for a second, or at its end.
  await fixture.queryAsService("select pg_stat_force_next_flush()");
  expect(await deadlocks()).toBe(before);
});

test("a link can be tried ten times, and not while another session is signed in", async () => {
  const [ann] = await fixture.insertPeople("su_ann");
  const signUp = newSignUp("su_tried");
  await store(signUp);
  const tried = async (blockedBy: string | null) =>
    (await fixture.client().asService([tryToConfirm(signUp.tokenHash, blockedBy)]))[0].length;
  expect(await tried(ann.token)).toBe(0);
  for (let attempt = 1; attempt <= 10; attempt += 1) expect(await tried(null)).toBe(1);
  expect(await tried(null)).toBe(0);
});

test("a new link ends the older one, and is given for an hour only", async () => {
  const signUp = newSignUp("su_renewed");
  await store(signUp);
  const renew = async (tokenHash: string) =>
    (await fixture.client().asService([renewSignUp(signUp.id, tokenHash, "c")]))[0];
  expect(await renew("another")).toEqual([{ email: signUp.email }]);
  const tried = async (tokenHash: string) =>
    (await fixture.client().asService([tryToConfirm(tokenHash, null)]))[0].length;
  expect([await tried(signUp.tokenHash), await tried("another")]).toEqual([0, 1]);
  await fixture.queryAsService(
    "update sign_ups set created_at = now() - interval '61 minutes' where id = $1",
    [signUp.id],
  );
  expect(await renew("a third")).toEqual([{ email: null }]);
});

test("a password change ends the account's reset links and no other's", async () => {
  const [ann, ben] = await fixture.insertPeople("su_reset_a", "su_reset_b");
  await fixture.queryAsService(
    "insert into auth_accounts (account_id, provider_id, user_id, password) values ($1, 'credential', $2, 'old')",
    [ann.id, ann.id],
  );
  await fixture.queryAsService(
    "insert into verifications (identifier, value, expires_at) values ('reset a', $1, now() + interval '1 hour'), ('reset b', $2, now() + interval '1 hour')",
    [ann.id, ben.id],
  );
  await fixture.queryAsService("update auth_accounts set password = 'new' where user_id = $1", [ann.id]);
  expect(
    await fixture.queryAsService("select identifier from verifications where value in ($1, $2)", [
      ann.id,
      ben.id,
    ]),
  ).toEqual([{ identifier: "reset b" }]);
});
