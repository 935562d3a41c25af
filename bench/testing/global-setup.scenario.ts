import type { TestProject } from "vitest/node";
import { launchBrowserServer } from "../browser/launch.ts";
import { startPlaza } from "../harness/plaza.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The address of the built Plaza of this test run. */
    plazaUrl: string;
    /** The WebSocket address of the run's one browser, for `chromium.connect`. */
    browserEndpoint: string;
  }
}

/**
 * Global setup of the scenarios: starts the built Worker, on a database of its own, and the browser, once for all
 * files. Rate limits are raised, because all people of a run share one address.
 */
export default async function setup(project: TestProject) {
  const plaza = await startPlaza({ rateLimitFactor: 100 });
  project.provide("plazaUrl", plaza.url);
  // Only the addresses: a server object cannot be passed to the test processes.
  const { ownerUrl, appUrl, serviceUrl, neonEndpoint } = plaza.database;
  project.provide("plazaDatabase", { ownerUrl, appUrl, serviceUrl, neonEndpoint });
  const browser = await launchBrowserServer();
  project.provide("browserEndpoint", browser.wsEndpoint());
  return async () => {
    await browser.close();
    await plaza.stop();
  };
}
