import type { Hono } from "hono";
import { expect, it } from "vitest";
import { createTypedClient } from "./typed-client.ts";

type AnyApp = Hono;

function recordingClient() {
  const sent: { url: string; init: RequestInit }[] = [];
  const client = createTypedClient<AnyApp>("https://plaza.test", async (url, init) => {
    sent.push({ url, init });
    return new Response("{}");
    // biome-ignore lint/suspicious/noExplicitAny: an app without routes has no typed paths
  }) as any;
  return { client, sent };
}

it("makes the URL of the property path, the encoded parameters and the query", async () => {
  const { client, sent } = recordingClient();
  await client.api.posts[":id"].votes.$get({
    param: { id: "a/b" },
    query: { limit: "20", cursor: undefined, tag: ["x", "y z"] },
  });
  await client.api.session.$get();
  expect(sent.map(({ url }) => url)).toEqual([
    "https://plaza.test/api/posts/a%2Fb/votes?limit=20&tag=x&tag=y+z",
    "https://plaza.test/api/session",
  ]);
});

it("sends JSON with its type, the given headers and the given signal", async () => {
  const { client, sent } = recordingClient();
  const { signal } = new AbortController();
  await client.api.posts.$post(
    { json: { body: "x" } },
    { headers: { "Idempotency-Key": "k" }, init: { signal } },
  );
  expect(sent[0]?.init).toEqual({
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": "k" },
    body: '{"body":"x"}',
    signal,
  });
});

it("is no promise, so it can be returned by an async function", async () => {
  const { client } = recordingClient();
  expect(await (async () => client.api)()).toBeTypeOf("object");
});
