/** The files of this repository and what they import, as the architecture tests read them. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { PROJECT_ROOT } from "../../db/local/process/paths.ts";

export interface Import {
  /** The imported file, from the repository's root; a package's name when the import is not relative. */
  target: string;
  /** `import "./x.ts"`: nothing is taken from the module, it is loaded for what it does. */
  isForEffect: boolean;
}

const TEST_FILE = /\.test\.tsx?$|\.test-data\.ts$|\/testing\//;
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s+(?:type\s+)?(?<names>[\w$*{][^"';]*?\s+from\s+)?"(?<from>[^"]+)"|\bimport\(\s*"(?<dynamic>[^"]+)"\s*\)/g;

/** Every TypeScript file that git tracks or would track, tests included. */
export const allFiles: readonly string[] = execFileSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate"],
  { cwd: PROJECT_ROOT, encoding: "utf8" },
)
  .split("\n")
  .filter((path) => path !== "");

/** The TypeScript files that ship: no tests, no fixtures. */
export const sourceFiles: readonly string[] = allFiles.filter(
  (path) => /\.tsx?$/.test(path) && !TEST_FILE.test(path),
);

export function readSource(path: string): string {
  return readFileSync(`${PROJECT_ROOT}${path}`, "utf8");
}

/** What a file imports, type imports and dynamic imports included. */
export function importsOf(path: string, source = readSource(path)): Import[] {
  return [...source.matchAll(IMPORT)].map(({ groups }) => {
    const from = groups?.from ?? groups?.dynamic ?? "";
    const target = from.startsWith(".") ? posix.join(posix.dirname(path), from.replace(/\?.*$/, "")) : from;
    return { target, isForEffect: groups?.from !== undefined && groups.names === undefined };
  });
}

/**
 * Groups of files that import one another in a cycle: the strongly connected components of more than one file
 * (Tarjan, "Depth-first search and linear graph algorithms", 1972).
 */
export function importCycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const cycles: string[][] = [];
  const visit = (file: string): void => {
    order.set(file, order.size);
    lowest.set(file, order.size - 1);
    stack.push(file);
    for (const target of graph.get(file) ?? []) {
      if (!order.has(target)) visit(target);
      if (!stack.includes(target)) continue;
      lowest.set(file, Math.min(lowest.get(file) ?? 0, lowest.get(target) ?? 0));
    }
    if (lowest.get(file) !== order.get(file)) return;
    const component = stack.splice(stack.indexOf(file));
    if (component.length > 1 || graph.get(file)?.includes(file)) cycles.push(component.toSorted());
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return cycles;
}
