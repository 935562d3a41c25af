import type { TestProject } from "vitest/node";
import { createIsolatedDatabase, type DatabaseUrls } from "../../db/local/postgres/database.ts";
import { startPlaza } from "../harness/plaza.ts";
import { TEST_SECRET } from "./api-clients.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The database of `plazaUrl`, for tests that insert people and count rows. */
    plazaDatabase: DatabaseUrls;
  }
}

/**
 * Global setup of the `.http.test.ts` files, after global-setup.postgres.ts: starts the built Worker once,
 * on a database of its own. Rate limits are raised; a file that tests them starts a Plaza of its own.
 */
export default async function setup(project: TestProject) {
  const { drop, ...database } = await createIsolatedDatabase(project.getProvidedContext().server);
  const plaza = await startPlaza({
    database,
    rateLimitFactor: 10_000,
    variables: { AUTH_SECRET: TEST_SECRET },
  });
  project.provide("plazaUrl", plaza.url);
  project.provide("plazaDatabase", database);
  return async () => {
    await plaza.stop();
    await drop();
  };
}
