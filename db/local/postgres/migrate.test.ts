import { expect, test } from "vitest";
import { migrationUrl } from "./migrate.ts";

const parametersOf = (ownerUrl: string) => Object.fromEntries(new URL(migrationUrl(ownerUrl)).searchParams);

test("a Neon URL becomes the direct host, with a verified certificate and a lock_timeout beside its options", () => {
  const pooled =
    "postgresql://o:p@ep-a-1-pooler.eu-central-1.aws.neon.tech/plaza?sslmode=require&channel_binding=require&options=-c%20a=b";
  expect(new URL(migrationUrl(pooled)).hostname).toBe("ep-a-1.eu-central-1.aws.neon.tech");
  expect(parametersOf(pooled)).toEqual({ sslmode: "verify-full", options: "-c a=b -c lock_timeout=1000" });
  expect(new URL(migrationUrl("postgresql://o:p@my-pooler.example/plaza")).hostname).toBe(
    "my-pooler.example",
  );
});

test.each([
  ["postgresql://o:p@db.example/plaza", "verify-full"],
  ["postgresql://o:p@db.example/plaza?sslmode=no-verify", "no-verify"],
  ["postgresql://o:p@db.example/plaza?sslmode=disable", "disable"],
  ["postgresql://o:p@127.0.0.1:5432/plaza", "disable"],
])("%s connects with sslmode %s", (ownerUrl, sslmode) => {
  expect(parametersOf(ownerUrl).sslmode).toBe(sslmode);
});

test.each([
  ["options=-c%20lock_timeout=5s", "-c lock_timeout=5s"],
  ["lock_timeout=5s", "-c lock_timeout=5s"],
])("a given lock_timeout is kept: %s", (query, options) => {
  const parameters = parametersOf(`postgresql://o:p@db.example/plaza?${query}`);
  expect(parameters.options).toBe(options);
  expect(parameters).not.toHaveProperty("lock_timeout");
});
