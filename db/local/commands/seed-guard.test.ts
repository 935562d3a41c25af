import { expect, test } from "vitest";
import { maySeed } from "./seed-guard.ts";

const at = (host: string, serviceHost = host) => ({
  ownerUrl: `postgresql://owner:x@${host}/plaza`,
  appUrl: `postgresql://plaza_app:x@${host}/plaza`,
  serviceUrl: `postgresql://plaza_service:x@${serviceHost}/plaza`,
  neonEndpoint: "",
});

test("seeding is allowed for a local database, and for others only with PLAZA_SEED=1", () => {
  const neon = "ep-cool-name-1.eu-central-1.aws.neon.tech";
  for (const host of ["127.0.0.1:5432", "localhost", "[::1]:5432"]) expect(maySeed(at(host), {})).toBe(true);
  expect(maySeed(at(neon), {})).toBe(false);
  expect(maySeed(at("127.0.0.1", neon), {})).toBe(false);
  expect(maySeed(at("127.0.0.1.example"), {})).toBe(false);
  expect(maySeed(at(neon), { PLAZA_SEED: "0" })).toBe(false);
  expect(maySeed(at(neon), { PLAZA_SEED: "1" })).toBe(true);
});
