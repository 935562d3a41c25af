import { expect, test } from "vitest";
import { createDatabaseFixture } from "../../testing/fixtures.ts";
import { setCapabilityByArguments, USAGE } from "./set-capability.ts";

const fixture = createDatabaseFixture();

test("grants and revokes a capability by handle, once each, with a row of the audit log", async () => {
  const [ann] = await fixture.insertPeople("ann");
  const rows = await fixture.queryAsService<{ handle: string }>(
    "select handle from profiles where user_id = $1",
    [ann.id],
  );
  const handle = rows[0]?.handle ?? "";
  const run = (verb: string) =>
    setCapabilityByArguments(fixture.database.serviceUrl, [
      verb,
      `@${handle}`,
      "accounts.suspend",
      "on",
      "the",
      "team",
    ]);
  expect(await run("grant")).toContain("Granted");
  expect(await run("grant")).toContain("Nothing changed");
  expect(await fixture.queryAs(ann, "select app.viewer_capabilities() as all")).toEqual([
    { all: ["accounts.suspend"] },
  ]);
  expect(await run("revoke")).toContain("Revoked");
  expect(await fixture.queryAsService("select action, reason from audit_log order by id")).toEqual([
    { action: "capability.granted", reason: "accounts.suspend: on the team" },
    { action: "capability.revoked", reason: "accounts.suspend: on the team" },
  ]);
});

test.each([
  [["grant"]],
  [["grant", "ann", "everything", "why"]],
  [["give", "ann", "accounts.suspend", "why"]],
  [["grant", "ann", "accounts.suspend"]],
])("%j prints the usage and changes nothing", async (args) => {
  await expect(setCapabilityByArguments(fixture.database.serviceUrl, args)).rejects.toThrow(USAGE);
});
