import type { Hono } from "hono";
import type { hc } from "hono/client";

/** The inputs of a route, as `hc` types them. Plaza's routes take no forms and no cookies of their own. */
interface RouteInput {
  param?: Record<string, string>;
  query?: Record<string, string | readonly string[] | undefined>;
  json?: unknown;
}

interface RequestOptions {
  headers?: Record<string, string>;
  init?: RequestInit;
}

/**
 * A client with the types of Hono's `hc`, in a fifth of its size: the property path is the URL, `$get` and the like send the
 * request with `send`.
 *
 * @example
 * const client = createTypedClient<AppType>("", fetch);
 * const response = await client.api.posts[":id"].$get({ param: { id } });
 */
// biome-ignore lint/suspicious/noExplicitAny: the constraint of `hc` itself
export function createTypedClient<App extends Hono<any, any, any>>(
  baseUrl: string,
  send: (url: string, init: RequestInit) => Promise<Response>,
): ReturnType<typeof hc<App>> {
  const at = (path: string): unknown =>
    new Proxy(
      {},
      {
        get(_target, key) {
          // A promise resolved with this object would look for `then`.
          if (typeof key !== "string" || key === "then") return;
          if (!key.startsWith("$")) return at(`${path}/${key}`);
          return (input?: RouteInput, options?: RequestOptions) =>
            send(baseUrl + urlOf(path, input), requestInit(key.slice(1), input, options));
        },
      },
    );
  return at("") as ReturnType<typeof hc<App>>;
}

/** Fills in the `:name` segments and appends the query. Undefined query values are left out, arrays are repeated. */
function urlOf(path: string, { param, query }: RouteInput = {}): string {
  const filled = path.replace(/:([^/]+)/g, (_segment, name: string) =>
    encodeURIComponent(param?.[name] ?? ""),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const each of value === undefined ? [] : [value].flat()) search.append(name, each);
  }
  return search.size > 0 ? `${filled}?${search}` : filled;
}

function requestInit(method: string, input: RouteInput = {}, options: RequestOptions = {}): RequestInit {
  const hasBody = input.json !== undefined;
  return {
    ...options.init,
    method: method.toUpperCase(),
    headers: { ...(hasBody ? { "Content-Type": "application/json" } : {}), ...options.headers },
    ...(hasBody ? { body: JSON.stringify(input.json) } : {}),
  };
}
