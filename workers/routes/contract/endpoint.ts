/**
 * One route of the API: its description for OpenAPI, and the call of a service whose result is the response.
 * The service gets only what zod has validated. A route with two success statuses is written with createRoute
 * instead.
 */
import { createRoute, type RouteConfig, type RouteHandler, type z } from "@hono/zod-openapi";
import type { AppEnv, ServiceContext } from "../../context.ts";
import { idempotencyHeader, type JsonResponse, jsonBody, readFailures, writeFailures } from "./schemas.ts";

interface Spec {
  tags?: string[];
  description?: string;
  hide?: boolean;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** The one success response; the failures are added. */
  response: { 200: JsonResponse } | { 201: JsonResponse } | { 204: { description: string } };
}

/** The validated request. */
type Input<S extends Spec> = {
  [K in keyof S & ("params" | "query" | "body")]: S[K] extends z.ZodType ? z.output<S[K]> : never;
};
/** The body of the success response; nothing with 204. */
type Output<S extends Spec> = S["response"] extends { [status: number]: JsonResponse<infer T> }
  ? z.infer<T>
  : unknown;
type Run<S extends Spec> = (ctx: ServiceContext, input: Input<S>) => Promise<Output<S>>;

// A type, not an interface: RouteConfig has an index signature, which only a type alias satisfies.
type Route<M extends RouteConfig["method"], P extends string, S extends Spec, Headers> = {
  method: M;
  path: P;
  request: { [K in keyof S & ("params" | "query")]: S[K] } & Headers &
    (S extends { body: infer B extends z.ZodType } ? { body: ReturnType<typeof jsonBody<B>> } : unknown);
  // Failures are left out of the type: the web client throws them, so that no call has to tell them from a
  // result.
  responses: S["response"];
};
/** What `.openapi(...)` takes. */
type Endpoint<R extends RouteConfig> = [route: R, handler: RouteHandler<R, AppEnv>];

const keyHeader = { headers: idempotencyHeader };

/** A GET. */
export const read = <const P extends string, S extends Spec>(path: P, spec: S, run: Run<S>) =>
  endpoint<Route<"get", P, S, unknown>, S>("get", path, spec, {}, readFailures, run);

/** A change; takes an Idempotency-Key. */
export const write = <
  const M extends "post" | "put" | "patch" | "delete",
  const P extends string,
  S extends Spec,
>(
  method: M,
  path: P,
  spec: S,
  run: Run<S>,
) => endpoint<Route<M, P, S, typeof keyHeader>, S>(method, path, spec, keyHeader, writeFailures, run);

/** A POST that only reads: its ids are too many for an address. */
export const query = <const P extends string, S extends Spec>(path: P, spec: S, run: Run<S>) =>
  endpoint<Route<"post", P, S, unknown>, S>("post", path, spec, {}, writeFailures, run);

/** R describes exactly what is built here, so that AppType keeps each path, input and response. */
function endpoint<R extends RouteConfig, S extends Spec>(
  method: R["method"],
  path: string,
  { params, query, body, response, ...described }: Spec,
  headers: object,
  failures: object,
  run: Run<S>,
): Endpoint<R> {
  const request = {
    ...headers,
    ...(params && { params }),
    ...(query && { query }),
    ...(body && { body: jsonBody(body) }),
  };
  const route = createRoute({
    ...described,
    method,
    path,
    request,
    responses: { ...response, ...failures },
  });
  const status = Number(Object.keys(response)[0]) as 200 | 201 | 204;
  const handler: RouteHandler<RouteConfig, AppEnv> = async (c) => {
    const valid = (part: "param" | "query" | "json") => c.req.valid(part as never);
    const input = { params: valid("param"), query: valid("query"), body: valid("json") } as Input<S>;
    const output = await run(c.get("service"), input);
    return status === 204 ? c.body(null, 204) : c.json(output, status);
  };
  return [route as unknown as R, handler as unknown as RouteHandler<R, AppEnv>];
}
