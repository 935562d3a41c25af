import type { TestProject } from "vitest/node";
import { startPlaza } from "../harness/plaza.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The address of the built Plaza of this test run. */
    plazaUrl: string;
  }
}

/**
 * Global setup of the scenarios: starts the built Worker once, on a database of its own. Rate limits are
 * raised, because all people of a run share one address.
 */
export default async function setup(project: TestProject) {
  const plaza = await startPlaza({ rateLimitFactor: 100 });
  project.provide("plazaUrl", plaza.url);
  // Only the addresses: a server object cannot be passed to the test processes.
  const { ownerUrl, appUrl, serviceUrl, neonEndpoint } = plaza.database;
  project.provide("plazaDatabase", { ownerUrl, appUrl, serviceUrl, neonEndpoint });
  return () => plaza.stop();
}
