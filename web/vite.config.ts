import { fileURLToPath } from "node:url";
import { cloudflare } from "@cloudflare/vite-plugin";
import { defineConfig } from "vite";
import { apiDocs } from "./api-docs.plugin.ts";
import { clientBuild, clientConfig } from "./client.config.ts";
import { DENIED_FILES, localGuard } from "./local-guard.plugin.ts";

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
    localGuard(fromRoot("dist/plaza/.dev.vars")),
    cloudflare({
      configPath: fromRoot("wrangler.toml"),
      persistState: { path: fromRoot(".plaza/state") },
      inspectorPort: false,
      remoteBindings: false,
    }),
  ],
  server: { fs: { deny: DENIED_FILES } },
  build: { outDir: fromRoot("dist"), emptyOutDir: true },
  environments: { client: { build: clientBuild } },
});
