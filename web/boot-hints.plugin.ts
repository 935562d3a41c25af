import type { Plugin } from "vite";

/** The chunks that the boot script may request before the app has loaded: attribute -> a module of the chunk. */
const hinted = {
  en: "src/i18n/en/first.ts",
  lt: "src/i18n/lt/first.ts",
  home: "src/pages/home.tsx",
} as const;

/**
 * Writes the file names of a few chunks, and of what they import, onto the boot script's tag (`data-home="a.js b.js"`). The
 * script knows which language and which front page are needed and requests them beside the app instead of after it. The
 * development server has no chunks, so it adds nothing.
 */
export function bootHints(): Plugin {
  return {
    name: "plaza-boot-hints",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(html, { bundle }) {
        const chunks = Object.values(bundle ?? {}).filter((each) => each.type === "chunk");
        const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
        const entry = chunks.find((chunk) => chunk.isEntry);
        const withImports = (fileName: string, found = new Set<string>()): Set<string> => {
          if (found.has(fileName) || fileName === entry?.fileName) return found;
          found.add(fileName);
          for (const each of byName.get(fileName)?.imports ?? []) withImports(each, found);
          return found;
        };
        const known = entry ? withImportsOf(entry.imports, withImports) : new Set<string>();
        const attributes = Object.entries(hinted).flatMap(([name, module]) => {
          const chunk = chunks.find((each) => each.moduleIds.some((id) => id.endsWith(module)));
          if (!chunk)
            throw new Error(`No chunk of its own for ${module}: the boot script's hint would be empty.`);
          const files = [...withImports(chunk.fileName)].filter((file) => !known.has(file));
          return `data-${name}="${files.map((file) => `/${file}`).join(" ")}"`;
        });
        return html.replace('<script src="/boot.js">', `<script src="/boot.js" ${attributes.join(" ")}>`);
      },
    },
  };
}

function withImportsOf(
  fileNames: readonly string[],
  withImports: (fileName: string, found: Set<string>) => Set<string>,
) {
  const found = new Set<string>();
  for (const fileName of fileNames) withImports(fileName, found);
  return found;
}
