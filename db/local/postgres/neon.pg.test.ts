import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningDatabase, startDatabase } from "./database.ts";
import { neonUrls } from "./neon.ts";
import { asRole, canLogIn, enableLogin, withClient } from "./roles.ts";

// A server of its own: roles belong to the whole server, and the shared one needs its roles unchanged.
let server: RunningDatabase;
let home: string;
let elsewhere: string;

beforeAll(async () => {
  server = await startDatabase({ migrate: false });
  home = await mkdtemp(join(tmpdir(), "plaza-home-"));
  elsewhere = await mkdtemp(join(tmpdir(), "plaza-elsewhere-"));
});
afterAll(async () => {
  await server.stop();
  for (const dir of [home, elsewhere]) await rm(dir, { recursive: true, force: true });
});

test("the password of a role that can log in is never changed", async () => {
  const { ownerUrl } = server;
  const fromHome = () => neonUrls(ownerUrl, { dir: home, environment: {} });
  await expect(fromHome()).rejects.toThrow("has no role plaza_app");
  await withClient(ownerUrl, (client) =>
    client.query("create role plaza_app nologin; create role plaza_service nologin"),
  );

  const urls = await fromHome();
  expect(await canLogIn(urls.appUrl)).toBe(true);
  expect(await canLogIn(urls.serviceUrl)).toBe(true);
  expect(await fromHome()).toEqual(urls);

  const fromElsewhere = (environment: NodeJS.ProcessEnv) =>
    neonUrls(ownerUrl, { dir: elsewhere, environment });
  await expect(fromElsewhere({})).rejects.toThrow("DATABASE_APP_URL");
  await expect(fromElsewhere({ DATABASE_APP_URL: urls.appUrl })).rejects.toThrow("DATABASE_SERVICE_URL");
  const given = { DATABASE_APP_URL: urls.appUrl, DATABASE_SERVICE_URL: urls.serviceUrl };
  expect(await fromElsewhere(given)).toEqual(urls);
  expect(await canLogIn(urls.appUrl)).toBe(true);

  // After the operator changed the passwords, the stored ones do not work.
  await enableLogin(ownerUrl, { plaza_app: "new", plaza_service: "new" });
  await expect(fromHome()).rejects.toThrow("does not have it");
  const changed = asRole(ownerUrl, "plaza_app", "new");
  expect(
    (await neonUrls(ownerUrl, { dir: home, environment: { ...given, DATABASE_APP_URL: changed } })).appUrl,
  ).toBe(changed);
});
