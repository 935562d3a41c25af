import type { TestProject } from "vitest/node";
import { type ServerUrls, startDatabase } from "../../db/local/postgres/database.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The PostgreSQL server of this test run. */
    server: ServerUrls;
  }
}

let running: ReturnType<typeof startDatabase> | undefined;
let users = 0;

/** Global setup of the projects that need PostgreSQL: one throw-away server for all of them together. */
export default async function setup(project: TestProject) {
  running ??= startDatabase();
  users += 1;
  const { neonProxy, postgres, stop, createDatabase, note, ...server } = await running;
  project.provide("server", server);
  return async () => {
    users -= 1;
    if (users === 0) await stop();
  };
}
