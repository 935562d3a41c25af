import { afterAll, beforeAll, inject } from "vitest";
import { createIsolatedDatabase, type IsolatedDatabase } from "../local/postgres/database.ts";

/**
 * Creates a migrated database for this test file (`isEmpty`: without migrations), as a copy of the run's
 * template, and drops it in `afterAll`. Its URLs can be read in tests and hooks only. For `.pg.test.ts`.
 *
 * @example
 * const database = createTestDatabase();
 * test("...", () => withClient(database.ownerUrl, async (client) => { ... }));
 */
export function createTestDatabase(options: { isEmpty?: boolean } = {}): IsolatedDatabase {
  let created: IsolatedDatabase | undefined;
  const get = () => {
    if (!created) throw new Error("The test database does not exist before beforeAll has run.");
    return created;
  };
  beforeAll(async () => {
    created = await createIsolatedDatabase(inject("server"), options);
  });
  afterAll(async () => created?.drop());
  return {
    get ownerUrl() {
      return get().ownerUrl;
    },
    get appUrl() {
      return get().appUrl;
    },
    get serviceUrl() {
      return get().serviceUrl;
    },
    get neonEndpoint() {
      return get().neonEndpoint;
    },
    drop: () => get().drop(),
  };
}
