import { fileURLToPath } from "node:url";
import { cloudflare } from "@cloudflare/vite-plugin";
import { defineConfig } from "vite";
import { apiDocs } from "./api-docs.plugin.ts";
import { clientBuild, clientConfig } from "./client.config.ts";

const fromRoot = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/**
 * One origin for everything: Vite serves the web app and passes /api and /parties to the Worker in workerd. A build writes
 * dist/client (the web app) and dist/plaza (the Worker and its wrangler.json).
 */
export default defineConfig({
  ...clientConfig,
  plugins: [
    ...clientConfig.plugins,
    apiDocs(),
    cloudflare({
      configPath: fromRoot("wrangler.toml"),
      persistState: { path: fromRoot(".plaza/state") },
      inspectorPort: false,
      remoteBindings: false,
    }),
  ],
  build: { outDir: fromRoot("dist"), emptyOutDir: true },
  environments: { client: { build: clientBuild } },
});
