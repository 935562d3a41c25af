import type { Plugin } from "vite";

/** What the boot script may ask for before the app is there: attribute -> the module whose chunk it means. */
const hinted = {
  en: "src/i18n/en/index.ts",
  lt: "src/i18n/lt/index.ts",
  home: "src/pages/home.tsx",
} as const;

/**
 * Writes the built names of a few chunks, with what they import, onto the boot script's tag (`data-home="a.js b.js"`).
 * The script knows before everyone else which language and which front page are wanted, and has them fetched beside the
 * app instead of after it. While developing there are no chunks and nothing is hinted.
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
