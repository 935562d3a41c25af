import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { BuildEnvironmentOptions, UserConfig } from "vite";
import { bootHints } from "./boot-hints.plugin.ts";
import { chunkGroups } from "./chunk-groups.ts";

const fromRoot = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** The web app's part of the configuration: what a build of the browser's files needs, without the Worker. */
export const clientConfig = {
  root: fromRoot("web"),
  cacheDir: fromRoot("node_modules/.vite"),
  plugins: [react(), tailwindcss(), bootHints()],
  resolve: {
    alias: [
      // wouter's shim for React 17, which React itself replaces.
      { find: "use-sync-external-store/shim/index.js", replacement: "react" },
      // lucide-react's icons keep their data and get a smaller component.
      { find: /^\.\.\/createLucideIcon\.mjs$/, replacement: fromRoot("web/src/ui/create-icon.ts") },
    ],
  },
} satisfies UserConfig;

/** The build options of the browser's files. */
export const clientBuild: BuildEnvironmentOptions = {
  // All supported browsers have modulepreload.
  modulePreload: { polyfill: false },
  // The content security policy refuses fonts in data: URLs.
  assetsInlineLimit: 0,
  rolldownOptions: {
    output: {
      codeSplitting: { includeDependenciesRecursively: false, groups: chunkGroups(fromRoot("")) },
    },
  },
};
