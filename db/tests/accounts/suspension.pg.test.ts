import { describe, expect, test } from "vitest";
import { createDatabaseFixture, type Person, sqlStateOf } from "../../testing/fixtures.ts";
import { setCapability } from "../../writes/moderation.writes.ts";

/** Suspension of accounts by moderators, and the audit log (M6; S "object access"). */
const fixture = createDatabaseFixture();

async function newModerator(): Promise<Person> {
  const [moderator] = await fixture.insertPeople("moderator");
  await grant(moderator, true);
  return moderator;
}
const handleOf = async (who: Person) =>
  (
    await fixture.queryAsService<{ handle: string }>("select handle from profiles where user_id = $1", [
      who.id,
    ])
  )[0]?.handle ?? "";
/** Returns the number of audit rows written. */
const grant = async (who: Person, isGranted: boolean) => {
  const statement = setCapability(await handleOf(who), "accounts.suspend", isGranted, "test");
  const [written] = await fixture.client().asService([statement]);
  return written.length;
};
const suspend = async (who: Person | null, other: Person, isWanted = true, why = "Spam in 20 groups") =>
  sqlStateOf(
    fixture.queryAs(who, "select app.set_suspension($1, $2, $3)", [await handleOf(other), isWanted, why]),
  );
const auditOf = (other: Person) =>
  fixture.queryAsService("select actor_id, action, reason from audit_log where target_id = $1 order by id", [
    other.id,
  ]);

describe("app.set_suspension", () => {
  test("suspends, deletes the sessions with an outbox row each, and writes one audit row; again without effect", async () => {
    const [moderator, [ben]] = [await newModerator(), await fixture.insertPeople("ben")];
    expect(await suspend(moderator, ben)).toBe("accepted");
    expect(await suspend(moderator, ben, true, "Again")).toBe("accepted");
    expect(await sqlStateOf(fixture.queryAs(ben, "select 1"))).toBe("PZ401");
    expect(
      await fixture.queryAsService("select type from outbox where topic = $1", [`user:${ben.id}`]),
    ).toEqual([{ type: "session.revoked" }]);
    expect(await auditOf(ben)).toEqual([
      { actor_id: moderator.id, action: "account.suspended", reason: "Spam in 20 groups" },
    ]);
  });

  test("ends a suspension, with an audit row", async () => {
    const [moderator, [ben]] = [await newModerator(), await fixture.insertPeople("ben")];
    await suspend(moderator, ben);
    expect(await suspend(moderator, ben, false, "A mistake")).toBe("accepted");
    expect(await auditOf(ben)).toMatchObject([
      { action: "account.suspended" },
      { action: "account.unsuspended", reason: "A mistake" },
    ]);
    const [row] = await fixture.queryAs<{ view: unknown }>(
      moderator,
      "select app.suspension_json($1) as view",
      [await handleOf(ben)],
    );
    expect(row?.view).toMatchObject({
      isSuspended: false,
      reason: "A mistake",
      actorHandle: await handleOf(moderator),
    });
  });

  test("is refused without the capability, without a reason, on oneself, on another moderator, on nobody", async () => {
    const [moderator, other] = [await newModerator(), await newModerator()];
    const [ann, ben] = await fixture.insertPeople("ann", "ben");
    expect(await suspend(null, ben)).toBe("PZ401");
    expect(await suspend(ann, ben)).toBe("PZ403");
    for (const why of ["", "   ", "x".repeat(501)])
      expect(await suspend(moderator, ben, true, why)).toBe("PZ400");
    expect(await suspend(moderator, moderator)).toBe("PZ409");
    expect(await suspend(moderator, other)).toBe("PZ403");
    expect(
      await sqlStateOf(fixture.queryAs(moderator, "select app.set_suspension('nobody_here', true, 'x')")),
    ).toBe("PZ404");
    expect(await auditOf(ben)).toEqual([]);
    expect(
      await sqlStateOf(fixture.queryAs(ann, "select app.suspension_json($1)", [await handleOf(ben)])),
    ).toBe("PZ403");
  });

  test("a revoked capability ends at once", async () => {
    const [moderator, [ben]] = [await newModerator(), await fixture.insertPeople("ben")];
    expect(await grant(moderator, true)).toBe(0);
    expect(await grant(moderator, false)).toBe(1);
    expect(await suspend(moderator, ben)).toBe("PZ403");
    expect(await auditOf(moderator)).toEqual([
      { actor_id: null, action: "capability.granted", reason: "accounts.suspend: test" },
      { actor_id: null, action: "capability.revoked", reason: "accounts.suspend: test" },
    ]);
  });
});

describe("the audit log is append-only", () => {
  test.each(["update audit_log set reason = 'x'", "delete from audit_log", "truncate audit_log"])(
    "neither the service role nor the owner of the tables can: %s",
    async (change) => {
      const [moderator, [ben]] = [await newModerator(), await fixture.insertPeople("ben")];
      await suspend(moderator, ben);
      const before = await auditOf(ben);
      expect(await sqlStateOf(fixture.queryAsService(change))).toBe("42501");
      await fixture.transactionAsOwner(async (client) => {
        await client.query("savepoint here");
        // Row security hides every row from the owner, so that an update or a delete finds nothing.
        const state = await sqlStateOf(client.query(change));
        if (change.startsWith("truncate")) expect(state).toBe("42501");
        await client.query(state === "accepted" ? "release here" : "rollback to here");
      });
      expect(await auditOf(ben)).toEqual(before);
    },
  );

  test("a row stays when the account is deleted", async () => {
    const [moderator, [ben]] = [await newModerator(), await fixture.insertPeople("ben")];
    await suspend(moderator, ben);
    await fixture.queryAsService("delete from users where id = $1", [ben.id]);
    expect(await auditOf(ben)).toHaveLength(1);
  });
});
