import { afterAll, beforeAll, inject } from "vitest";
import { createDatabase, type IsolatedDatabase } from "../local/postgres/database.ts";

/**
 * A migrated database for this test file alone (`isEmpty`: without migrations), dropped at its end.
 * Read its addresses inside tests and hooks, not while the file loads. For `.pg.test.ts`.
 *
 * @example
 * const database = createTestDatabase();
 * test("...", () => withClient(database.ownerUrl, async (client) => { ... }));
 */
export function createTestDatabase(options: { isEmpty?: boolean } = {}): IsolatedDatabase {
  let made: IsolatedDatabase | undefined;
  const get = () => {
    if (!made) throw new Error("The database is there once the tests run, not while the file loads.");
    return made;
  };
  beforeAll(async () => {
    made = await createDatabase(inject("server"), options);
  });
  afterAll(async () => made?.drop());
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
