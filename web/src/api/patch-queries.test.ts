import { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, it } from "vitest";
import { patchQueries } from "./patch-queries.ts";

const key = ["numbers", "all"];
let client: QueryClient;
let respond: (value: number[]) => void;
let fail: (error: Error) => void;

beforeEach(() => {
  client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
});

function startFetch(): Promise<unknown> {
  return client
    .fetchQuery({
      queryKey: key,
      queryFn: () =>
        new Promise<number[]>((resolve, reject) => {
          respond = resolve;
          fail = reject;
        }),
    })
    .catch(() => null);
}
const add = (value: number) =>
  patchQueries<number[]>(client, { queryKey: ["numbers"] }, (data) =>
    data.includes(value) ? data : [...data, value],
  );

describe("a patch of cached data", () => {
  it("changes every matching entry, and none that has no data", () => {
    client.setQueryData(key, [1]);
    client.setQueryData(["other"], [1]);
    add(2);
    expect(client.getQueryData(key)).toEqual([1, 2]);
    expect(client.getQueryData(["other"])).toEqual([1]);
    expect(client.getQueryData(["numbers", "none"])).toBeUndefined();
  });

  it("is applied to the response of a first fetch that was in flight", async () => {
    const done = startFetch();
    add(2);
    add(3);
    expect(client.getQueryData(key)).toBeUndefined();
    respond([1]);
    await done;
    expect(client.getQueryData(key)).toEqual([1, 2, 3]);
  });

  it("is shown at once and survives the older response of a refetch", async () => {
    client.setQueryData(key, [1]);
    const done = startFetch();
    add(2);
    expect(client.getQueryData(key)).toEqual([1, 2]);
    respond([1]);
    await done;
    expect(client.getQueryData(key)).toEqual([1, 2]);
  });

  it("survives a failed fetch, and is not applied to later ones", async () => {
    client.setQueryData(key, [1]);
    const failed = startFetch();
    add(2);
    fail(new Error("down"));
    await failed;
    expect(client.getQueryData(key)).toEqual([1, 2]);
    const done = startFetch();
    respond([1]);
    await done;
    expect(client.getQueryData(key)).toEqual([1]);
  });
});

it("survives the load of the next page, which starts from the pages of before", async () => {
  type Pages = { pages: string[][]; pageParams: unknown[] };
  let respondPage = (_page: string[]) => {};
  const options = {
    queryKey: ["pages"],
    initialPageParam: 0,
    getNextPageParam: (_page: string[], all: string[][]) => all.length,
    queryFn: () =>
      new Promise<string[]>((resolve) => {
        respondPage = resolve;
      }),
  };
  const first = client.fetchInfiniteQuery(options);
  respondPage(["a"]);
  await first;
  const { InfiniteQueryObserver } = await import("@tanstack/react-query");
  const observer = new InfiniteQueryObserver(client, { ...options, staleTime: Number.POSITIVE_INFINITY });
  const unsubscribe = observer.subscribe(() => {});
  const next = observer.fetchNextPage();
  patchQueries<Pages>(client, { queryKey: ["pages"] }, (data) => ({
    ...data,
    pages: data.pages.map((page) => page.map((item) => item.toUpperCase())),
  }));
  respondPage(["b"]);
  await next;
  unsubscribe();
  expect(client.getQueryData<Pages>(["pages"])?.pages[0]).toEqual(["A"]);
});
