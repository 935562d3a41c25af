import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Plugin } from "vite";

const require = createRequire(import.meta.url);

/** The files of the API's documentation page, under /docs/: read from their package, so that the repository has no copy. */
const files: Record<string, { type: string; read(): Promise<string> }> = {
  "swagger-ui.css": { type: "text/css", read: () => fromPackage("swagger-ui.css") },
  "swagger-ui-bundle.js": { type: "text/javascript", read: () => fromPackage("swagger-ui-bundle.js") },
  "start.js": {
    type: "text/javascript",
    read: async () =>
      `SwaggerUIBundle({ url: "/api/openapi.json", dom_id: "#swagger-ui", deepLinking: true, tryItOutEnabled: true });\n`,
  },
};

const fromPackage = (name: string) => readFile(require.resolve(`swagger-ui-dist/${name}`), "utf8");

/** Serves the files in development and emits them in a build. */
export function apiDocs(): Plugin {
  return {
    name: "plaza-api-docs",
    configureServer(server) {
      server.middlewares.use("/docs/", (request, response, next) => {
        const file = files[(request.url ?? "").replace(/^\//, "").split("?")[0] ?? ""];
        if (!file) return next();
        file.read().then((text) => response.setHeader("Content-Type", file.type).end(text), next);
      });
    },
    async generateBundle() {
      if (this.environment.name !== "client") return;
      for (const [name, file] of Object.entries(files)) {
        this.emitFile({ type: "asset", fileName: `docs/${name}`, source: await file.read() });
      }
    },
  };
}
