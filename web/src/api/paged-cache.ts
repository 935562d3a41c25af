/** Pure functions on cached pages: every list in the app is an infinite query of `{ items, nextCursor }`. */

export interface ItemPage<T> {
  items: T[];
  nextCursor: string | null;
}

export interface PagedData<T, P extends ItemPage<T> = ItemPage<T>> {
  pages: P[];
  pageParams: unknown[];
}

/** True for a cached infinite query, false for a single cached item. */
export function isPaged<T>(data: unknown): data is PagedData<T> {
  return typeof data === "object" && data !== null && Array.isArray((data as { pages?: unknown }).pages);
}

/** Every item once, in order: an item that moved to a later page between two requests appears only once. */
export function flattenPages<T extends { id: string }>(data: PagedData<T> | undefined): T[] {
  const seen = new Set<string>();
  const items: T[] = [];
  for (const page of data?.pages ?? []) {
    for (const item of page.items) {
      if (seen.has(item.id)) continue;
      seen.add(item.id);
      items.push(item);
    }
  }
  return items;
}

/** Replaces each item by the result of `change`. Returns the same object when nothing changed. */
export function mapItems<T, D extends PagedData<T>>(data: D, change: (item: T) => T): D {
  let isChanged = false;
  const pages = data.pages.map((page) => {
    let isPageChanged = false;
    const items = page.items.map((item) => {
      const next = change(item);
      if (next !== item) isPageChanged = true;
      return next;
    });
    if (!isPageChanged) return page;
    isChanged = true;
    return { ...page, items };
  });
  return isChanged ? { ...data, pages } : data;
}

/** Removes the items with this id. Returns the same object when there is none. */
export function dropItem<T extends { id: string }, D extends PagedData<T>>(data: D, id: string): D {
  if (!data.pages.some((page) => page.items.some((item) => item.id === id))) return data;
  return {
    ...data,
    pages: data.pages.map((page) => ({ ...page, items: page.items.filter((item) => item.id !== id) })),
  };
}

/** Inserts an item at the start, unless the list has it already. */
export function prependItem<T extends { id: string }, D extends PagedData<T>>(data: D, item: T): D {
  const [first, ...rest] = data.pages;
  if (!first || data.pages.some((page) => page.items.some((other) => other.id === item.id))) return data;
  return { ...data, pages: [{ ...first, items: [item, ...first.items] }, ...rest] };
}
