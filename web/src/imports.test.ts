/** The layers of the web app: which folder may import which. */
import { expect, it } from "vitest";

const sources = import.meta.glob<string>(["./**/*.{ts,tsx}", "!./**/*.test.ts"], {
  query: "?raw",
  import: "default",
  eager: true,
});

/** The files in which a line matches, with the line. */
function linesMatching(files: RegExp, line: RegExp): string[] {
  return Object.entries(sources)
    .filter(([path]) => files.test(path))
    .flatMap(([path, source]) =>
      [...source.matchAll(new RegExp(line.source, "gm"))].map(([found]) => `${path}: ${found}`),
    );
}

it("reads the sources", () => {
  expect(Object.keys(sources).length).toBeGreaterThan(100);
});

it("no component calls the API: it uses the queries and mutations of a feature", () => {
  expect(
    linesMatching(
      /\.tsx$/,
      /^import \{[^}]*\b(api|readBody|postAuth)\b[^}]*\} from "[^"]*\/api\/client\.ts"/,
    ),
  ).toEqual([]);
});

it("realtime, api, browser and ui import no feature, no page and nothing of app", () => {
  const layers = /^\.\/(realtime|api|browser|ui)\//;
  expect(linesMatching(layers, /^import .*"\.\.\/(features|pages|app)\/[^"]*"/)).toEqual([]);
});

it("no module is imported for its side effect", () => {
  expect(linesMatching(/./, /^import "[^"]*"/)).toEqual([]);
});
