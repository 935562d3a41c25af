import { expect, test } from "vitest";
import { nobody } from "../../../bench/testing/api-clients.ts";

test("the OpenAPI document describes every route: a success, its errors, and the Idempotency-Key of writes", async () => {
  const document = Object((await nobody().get("/api/openapi.json")).body);
  expect(document.openapi).toBe("3.1.0");
  const operations = Object.entries<Record<string, { responses: object; parameters?: { name: string }[] }>>(
    document.paths,
  ).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, method, operation })),
  );
  expect(operations.length).toBeGreaterThan(25);
  for (const { name, method, operation } of operations) {
    const statuses = Object.keys(operation.responses);
    expect(
      statuses.some((status) => status.startsWith("2")),
      name,
    ).toBe(true);
    expect(statuses, name).toEqual(expect.arrayContaining(["400", "401", "404", "429", "503"]));
    if (method !== "get" && !["post /api/follows/status", "post /api/presence/query"].includes(name)) {
      expect(
        operation.parameters?.map((each) => each.name),
        name,
      ).toContain("idempotency-key");
    }
  }
});

test("routes for development only are not described", async () => {
  expect((await nobody().get("/api/openapi.json")).text).not.toContain("/api/dev/");
});

test("health reports that Postgres answers, and the length of the outbox", async () => {
  const { status, body } = await nobody().get("/api/health");
  expect(status).toBe(200);
  expect(body).toEqual({ ok: true, outbox: { waiting: expect.any(Number), parked: 0 } });
});
