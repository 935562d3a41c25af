import type { Hono } from "hono";
import type { ClientResponse } from "hono/client";
import type { Env, Schema } from "hono/types";
import type { SuccessStatusCode } from "hono/utils/http-status";
import type { AppType } from "../../../workers/app.ts";
import { ACCOUNT_HEADER, accountFor } from "./account.ts";
import { apiErrorFrom, isTransient, networkError } from "./api-error.ts";
import { newIdempotencyKey } from "./idempotency-key.ts";
import { createTypedClient } from "./typed-client.ts";

export { ApiError } from "./api-error.ts";
export { newIdempotencyKey } from "./idempotency-key.ts";

const RETRY_AFTER_MS = 600;

/**
 * `fetch` with Plaza's headers. Writes carry an Idempotency-Key. A request without a response is retried once with the same
 * key, so that a write takes effect at most once.
 */
async function plazaFetch(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set("Accept", "application/json");
  // Mails are written in the page's language, which may differ from the browser's.
  headers.set("Accept-Language", document.documentElement.lang);
  const account = accountFor(String(input instanceof Request ? input.url : input));
  if (account && !headers.has(ACCOUNT_HEADER)) headers.set(ACCOUNT_HEADER, account);
  const method = (init.method ?? "GET").toUpperCase();
  if (method !== "GET" && method !== "HEAD" && !headers.has("Idempotency-Key")) {
    headers.set("Idempotency-Key", newIdempotencyKey());
  }
  const send = async () => {
    const response = await fetch(input, { ...init, headers, credentials: "same-origin" }).catch(
      (cause: unknown) => {
        if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
        throw networkError(cause);
      },
    );
    if (!response.ok) throw await apiErrorFrom(response);
    return response;
  };
  try {
    return await send();
  } catch (error) {
    if (!isTransient(error) || init.signal?.aborted) throw error;
    await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
    return await send();
  }
}

/** The routes without their `header` inputs: plazaFetch sets the headers. */
type WithoutHeaders<Routes> = {
  [Path in keyof Routes]: {
    [Method in keyof Routes[Path]]: Routes[Path][Method] extends { input: infer Input }
      ? Omit<Routes[Path][Method], "input"> & { input: Input extends unknown ? Omit<Input, "header"> : never }
      : Routes[Path][Method];
  };
};
type CallerView<App> =
  App extends Hono<infer E extends Env, infer Routes extends Schema, infer Base>
    ? WithoutHeaders<Routes> extends infer View extends Schema
      ? Hono<E, View, Base>
      : never
    : never;

/**
 * The API, typed from the Worker's own routes.
 *
 * @example
 * const post = await readBody(api.posts[":id"].$get({ param: { id } }));
 * await readBody(api.posts.$post({ json: { kind: "post", body } }, withKey(key)));
 */
export const api = createTypedClient<CallerView<AppType>>(
  typeof location === "undefined" ? "" : location.origin,
  plazaFetch,
).api;

/** Request options with a given Idempotency-Key and, optionally, an abort signal. */
export function withKey(key: string, signal?: AbortSignal) {
  return { headers: { "Idempotency-Key": key }, ...(signal ? { init: { signal } } : {}) };
}

/** Request options with an abort signal. */
export function withSignal(signal: AbortSignal) {
  return { init: { signal } };
}

/** The body of a route's successful responses. */
export type ResponseBody<R> =
  R extends ClientResponse<infer Body, infer Status, string>
    ? Status extends SuccessStatusCode
      ? Body
      : never
    : never;

/** Resolves with the body of the response (null for 204). Rejects with ApiError when it is not ok. */
export async function readBody<R extends ClientResponse<unknown, number, string>>(
  request: Promise<R>,
): Promise<ResponseBody<R>> {
  const response = await request;
  if (response.status === 204) return null as ResponseBody<R>;
  return (await response.json()) as ResponseBody<R>;
}

/** Posts to better-auth's routes, which are not part of `AppType`. */
export async function postAuth(path: string, body: Record<string, unknown>): Promise<unknown> {
  const response = await plazaFetch(`/api/auth/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return response.status === 204 ? null : await response.json();
}
