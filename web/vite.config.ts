import { fileURLToPath } from "node:url";
import { cloudflare } from "@cloudflare/vite-plugin";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { apiDocs } from "./api-docs.plugin.ts";
import { bootHints } from "./boot-hints.plugin.ts";
import { chunkGroups } from "./chunk-groups.ts";

const fromRoot = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/**
 * One origin for everything: Vite serves the web app and passes /api and /parties to the Worker in workerd. A build writes
 * dist/client (the web app) and dist/plaza (the Worker and its wrangler.json).
 */
export default defineConfig({
  root: fromRoot("web"),
  cacheDir: fromRoot("node_modules/.vite"),
  plugins: [
    react(),
    tailwindcss(),
    apiDocs(),
    bootHints(),
    cloudflare({
      configPath: fromRoot("wrangler.toml"),
      persistState: { path: fromRoot(".plaza/state") },
      inspectorPort: false,
      remoteBindings: false,
    }),
  ],
  // wouter's shim for React 17, which React itself replaces.
  resolve: { alias: { "use-sync-external-store/shim/index.js": "react" } },
  build: { outDir: fromRoot("dist"), emptyOutDir: true },
  environments: {
    client: {
      build: {
        // All supported browsers have modulepreload.
        modulePreload: { polyfill: false },
        // The content security policy refuses fonts in data: URLs.
        assetsInlineLimit: 0,
        rolldownOptions: {
          output: {
            codeSplitting: { includeDependenciesRecursively: false, groups: chunkGroups(fromRoot("")) },
          },
        },
      },
    },
  },
});
