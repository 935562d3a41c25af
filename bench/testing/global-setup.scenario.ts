import type { TestProject } from "vitest/node";
import { startPlaza } from "../harness/plaza.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Where the built Plaza of this test run answers. */
    plazaUrl: string;
  }
}

/**
 * Global setup of the scenarios: the built Worker on a database of its own, once. Rate limits are
 * widened, because all of a run's people come from one address.
 */
export default async function setup(project: TestProject) {
  const plaza = await startPlaza({ rateLimitFactor: 100 });
  project.provide("plazaUrl", plaza.url);
  // The addresses alone: a whole server cannot be handed to the tests' own processes.
  const { ownerUrl, appUrl, serviceUrl, neonEndpoint } = plaza.database;
  project.provide("plazaDatabase", { ownerUrl, appUrl, serviceUrl, neonEndpoint });
  return () => plaza.stop();
}
