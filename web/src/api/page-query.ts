/** Rows in one page of a list. */
export const PAGE_SIZE = 20;

/** The query string that asks for one page; a null cursor asks for the first. */
export function pageQuery(cursor: string | null): { limit: string; cursor?: string } {
  return cursor ? { limit: String(PAGE_SIZE), cursor } : { limit: String(PAGE_SIZE) };
}
