/** The feed's first load: its size, and that it uses no text that is loaded afterwards. Builds the web app in memory. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { beforeAll, expect, it, vi } from "vitest";
import { clientBuild, clientConfig } from "./client.config.ts";

/** What the feed's first load weighed when it was last made smaller, and 2 KB. */
const FIRST_LOAD_MAX_KB = 109.7;
const BUILD_TIMEOUT_MS = 300_000;
const KILO = 1_000;
const SOURCE = /web\/src\/.*\.tsx?$/;

let firstLoad: Rolldown.OutputChunk[];
let bootScript: string;

beforeAll(async () => {
  // Vite builds React's development version otherwise.
  vi.stubEnv("NODE_ENV", "production");
  const result = await build({
    ...clientConfig,
    configFile: false,
    logLevel: "silent",
    build: { ...clientBuild, write: false },
  });
  vi.unstubAllEnvs();
  const { output } = (Array.isArray(result) ? result[0] : result) as Rolldown.RolldownOutput;
  const chunks = output.filter((each) => each.type === "chunk");
  const html = output.find((each) => each.fileName === "index.html");
  const page = html?.type === "asset" ? String(html.source) : "";
  // The scripts of the page itself, and those that the boot script requests for the feed in English.
  const [, english = ""] = /data-en="([^"]*)"/.exec(page) ?? [];
  const [, home = ""] = /data-home="([^"]*)"/.exec(page) ?? [];
  const requested = [...page.matchAll(/<script[^>]* src="\/(assets\/[^"]*)"/g)].map(([, src = ""]) => src);
  requested.push(...`${english} ${home}`.split(" ").map((path) => path.slice(1)));
  firstLoad = withStaticImports(requested, chunks);
  bootScript = readFileSync(new URL("./public/boot.js", import.meta.url), "utf8");
}, BUILD_TIMEOUT_MS);

function withStaticImports(fileNames: string[], chunks: Rolldown.OutputChunk[]): Rolldown.OutputChunk[] {
  const found = new Set<Rolldown.OutputChunk>();
  const queue = [...fileNames];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const chunk = chunks.find((each) => each.fileName === name);
    if (!chunk || found.has(chunk)) continue;
    found.add(chunk);
    queue.push(...chunk.imports);
  }
  return [...found];
}

it(`weighs at most ${FIRST_LOAD_MAX_KB} KB of JavaScript, gzip`, () => {
  const names = firstLoad.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["vendor", "app", "feed", "en"]));
  const sizes = [...firstLoad.map(({ code }) => code), bootScript].map(
    (code) => gzipSync(code, { level: 9 }).length / KILO,
  );
  const total = sizes.reduce((sum, each) => sum + each, 0);
  expect(total, `now ${total.toFixed(1)} KB: ${names.join(", ")}, boot.js`).toBeLessThanOrEqual(
    FIRST_LOAD_MAX_KB,
  );
});

it("contains no code of the live connection and of other pages", () => {
  const modules = firstLoad.flatMap(({ moduleIds }) => moduleIds);
  expect(modules.filter((id) => /\/(realtime|pages\/(?!home))/.test(id))).toEqual([]);
});

it("uses only texts that are loaded with it", () => {
  const pageTexts = readFileSync(new URL("./src/i18n/en/pages.ts", import.meta.url), "utf8");
  const sections = [...pageTexts.matchAll(/^import \{ (\w+) \}/gm)].map(([, name]) => name);
  expect(sections).toContain("auth");
  const later = new RegExp(`\\b(?:t|currentDictionary\\(\\))\\.(?:${sections.join("|")})\\b.*`, "g");
  const modules = firstLoad.flatMap(({ moduleIds }) => moduleIds).filter((id) => SOURCE.test(id));
  expect(modules.length).toBeGreaterThan(50);
  const uses = modules.flatMap((id) =>
    [...readFileSync(id, "utf8").matchAll(later)].map(([use]) => `${id}: ${use}`),
  );
  expect(uses).toEqual([]);
});
