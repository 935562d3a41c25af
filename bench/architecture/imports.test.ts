/** The rules of design that lint cannot express: cycles, stubs, and modules that are loaded for their effect. */
import { expect, test } from "vitest";
import { allFiles, importCycles, importsOf, readSource, sourceFiles } from "./source-files.ts";

const known = new Set(allFiles);
const graph = new Map(
  sourceFiles.map((path) => [
    path,
    importsOf(path)
      .map(({ target }) => target)
      .filter((target) => known.has(target)),
  ]),
);
const filesUnder = (folder: string) => sourceFiles.filter((path) => path.startsWith(folder));

test("no files import one another in a cycle", () => {
  expect(importCycles(graph)).toEqual([]);
});

test("the search for cycles finds one of two files, one of three, and a file that imports itself", () => {
  const example = new Map([
    ["a", ["b"]],
    ["b", ["a", "c"]],
    ["c", ["d"]],
    ["d", ["e"]],
    ["e", ["c"]],
    ["f", ["f"]],
    ["g", ["a"]],
  ]);
  expect(importCycles(example).toSorted()).toEqual([["a", "b"], ["c", "d", "e"], ["f"]]);
});

test("imports are found in every form that the code uses", () => {
  const source = [
    'import type { A } from "./a.ts";',
    "import {\n  b,\n  type C,\n} from '../b.ts';".replaceAll("'", '"'),
    'export * from "./c.ts";',
    'import "./effect.ts";',
    'const page = lazy(() => import("./page.tsx"));',
    'import { z } from "zod";',
  ].join("\n");
  expect(importsOf("web/src/x.ts", source)).toEqual([
    { target: "web/src/a.ts", isForEffect: false },
    { target: "web/b.ts", isForEffect: false },
    { target: "web/src/c.ts", isForEffect: false },
    { target: "web/src/effect.ts", isForEffect: true },
    { target: "web/src/page.tsx", isForEffect: false },
    { target: "zod", isForEffect: false },
  ]);
});

test("only party/stubs.ts turns a name into a room", () => {
  const asks = sourceFiles.filter((path) => /\bidFromName\(|\bgetServerByName\(/.test(readSource(path)));
  expect(asks).toEqual(["party/stubs.ts"]);
});

test("realtime/ imports no feature, no page and nothing of the app", () => {
  const wrong = filesUnder("web/src/realtime/").flatMap((path) =>
    (graph.get(path) ?? [])
      .filter((target) => /^web\/src\/(?:features|pages|app)\//.test(target))
      .map((target) => `${path} -> ${target}`),
  );
  expect(wrong).toEqual([]);
});

test("no module is imported for its effect alone", () => {
  const wrong = sourceFiles.flatMap((path) =>
    importsOf(path)
      .filter(({ target, isForEffect }) => isForEffect && /\.tsx?$/.test(target))
      .map(({ target }) => `${path} -> ${target}`),
  );
  expect(wrong).toEqual([]);
});

test("no component calls the API: queries and mutations do", () => {
  const wrong = sourceFiles.filter(
    (path) =>
      path.startsWith("web/src/") &&
      path.endsWith(".tsx") &&
      graph.get(path)?.includes("web/src/api/client.ts"),
  );
  expect(wrong).toEqual([]);
});

test("a folder can be seen whole: it has about 25 source files, at most 28", () => {
  const counts = new Map<string, number>();
  for (const path of sourceFiles) {
    const folder = path.slice(0, path.lastIndexOf("/"));
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  expect([...counts].filter(([, count]) => count > 28)).toEqual([]);
});
