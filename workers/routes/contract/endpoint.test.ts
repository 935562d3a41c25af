import { z } from "@hono/zod-openapi";
import { expect, test } from "vitest";
import type { ServiceContext } from "../../context.ts";
import { onError } from "../../middleware/errors.ts";
import { query, read, write } from "./endpoint.ts";
import { newRouter } from "./router.ts";
import { created, idParams, noContent, ok, pageQuery } from "./schemas.ts";

const UUID = "0199d7a0-6e48-7fd9-8ac5-a637d49c7abd";
const ctx = { token: "t" } as ServiceContext;
const anything = z.any();
const json = (method: string, body: string) => ({
  method,
  body,
  headers: { "Content-Type": "application/json" },
});

const router = newRouter();
router.onError(onError);
router.use("*", async (c, next) => {
  c.set("service", ctx);
  await next();
});
const app = router
  .openapi(
    ...read(
      "/items/{id}",
      { params: idParams, query: pageQuery, response: ok(anything, "Item") },
      async (service, input) => ({ ...input, token: service.token }),
    ),
  )
  .openapi(
    ...write(
      "post",
      "/items",
      { body: z.strictObject({ n: z.int() }), response: created(anything, "Item") },
      async (_service, input) => input,
    ),
  )
  .openapi(
    ...write("delete", "/items/{id}", { params: idParams, response: noContent("Deleted") }, async () => {}),
  )
  .openapi(
    ...query(
      "/items/query",
      { body: z.strictObject({ ids: z.array(z.uuid()) }), response: ok(anything, "By id") },
      async (_service, { body }) => body.ids,
    ),
  );

test("the service gets the context and the validated parts of the request, and its result is the response", async () => {
  const response = await app.request(`/items/${UUID.toUpperCase()}?limit=5`);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ params: { id: UUID }, query: { limit: 5 }, token: "t" });
});

test("the status of the response is the described one", async () => {
  const posted = await app.request("/items", json("POST", '{"n":1}'));
  expect([posted.status, await posted.json()]).toEqual([201, { body: { n: 1 } }]);
  const deleted = await app.request(`/items/${UUID}`, { method: "DELETE" });
  expect([deleted.status, await deleted.text()]).toEqual([204, ""]);
  const queried = await app.request("/items/query", json("POST", JSON.stringify({ ids: [UUID] })));
  expect([queried.status, await queried.json()]).toEqual([200, [UUID]]);
});

test.each([
  ["an invalid parameter", "/items/x", {}],
  ["an invalid query", `/items/${UUID}?limit=0`, {}],
  ["an invalid body", "/items", json("POST", '{"n":"1"}')],
  ["no body", "/items", { method: "POST" }],
])("%s is refused and the service is not called", async (_what, path, init) => {
  const response = await app.request(path, init);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { code: "VALIDATION_FAILED" } });
});

test("writes are described with Idempotency-Key and their failures; reads and queries without the key", () => {
  const { paths } = app.getOpenAPI31Document({ openapi: "3.1.0", info: { title: "x", version: "1" } });
  const keysOf = (path: string, method: "get" | "post" | "delete") =>
    (paths?.[path]?.[method]?.parameters ?? []).map((each) => "name" in each && each.name);
  expect(keysOf("/items", "post")).toEqual(["idempotency-key"]);
  expect(keysOf("/items/{id}", "delete")).toEqual(["id", "idempotency-key"]);
  expect(keysOf("/items/{id}", "get")).toEqual(["id", "cursor", "limit"]);
  expect(keysOf("/items/query", "post")).toEqual([]);
  expect(Object.keys(paths?.["/items"]?.post?.responses ?? {})).toEqual(
    expect.arrayContaining(["201", "409"]),
  );
});
