import { existsSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { PROJECT_ROOT } from "../../db/local/process/paths.ts";
import { importsOf, readSource, sourceFiles } from "./source-files.ts";
import { type Boundary, type Step, TRIPS, type Trip } from "./trips.ts";

const TYPE_IMPORT = /^(?:import|export)\s+type\s[^;]*;$/gm;
const NAMED_IMPORT = /^(?:import|export)\s*\{([^}]*)\}\s*from\s*"[^"]+";$/gm;

/** The files that a file imports values from. */
function valueImportsOf(file: string): string[] {
  const source = readSource(file)
    .replace(TYPE_IMPORT, "")
    .replace(NAMED_IMPORT, (statement, names: string) => {
      const isTypesOnly = names.split(",").every((name) => /^\s*(type\s|$)/.test(name));
      return isTypesOnly ? "" : statement;
    });
  return importsOf(file, source).map(({ target }) => target);
}

const graph = new Map(sourceFiles.map((file) => [file, valueImportsOf(file)]));
const imports = (from: string, to: string): boolean => graph.get(from)?.includes(to) ?? false;

/** Whether a file imports another one, directly or through others. */
function reaches(from: string, to: string, seen = new Set<string>()): boolean {
  if (from === to) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  return (graph.get(from) ?? []).some((next) => reaches(next, to, seen));
}

const nameOf = (step: Step): string => (typeof step === "string" ? step : step.step);
const fileOf = (step: Step): string => nameOf(step).split(":")[0] ?? "";
const functionOf = (step: Step): string => nameOf(step).split(":")[1] ?? "";

/** Matches the definition of a function, constant, class, method or property with this name. */
function definition(file: string, name: string): RegExp {
  if (file.endsWith(".sql")) return new RegExp(`create (?:or replace )?function app\\.${name}\\(`);
  const modifiers = "(?:(?:export|default|protected|private|override|static|readonly|async) )*";
  return new RegExp(
    `^\\s*${modifiers}(?:(?:function|const|let|class) ${name}\\b|#?${name}(?:<.*>)?(?:\\(|: ))`,
    "m",
  );
}

const isSql = (file: string): boolean => file.endsWith(".sql");
const crosses: Record<Exclude<Boundary, "store">, (from: string, to: string) => boolean> = {
  HTTP: (from, to) => from === "web/src/api/client.ts" && to === "workers/index.ts",
  socket: (from, to) => {
    const ends = [from, to].toSorted();
    return (
      ends[0]?.startsWith("party/rooms/kit/") === true && ends[1] === "web/src/realtime/browser-connection.ts"
    );
  },
  RPC: (from, to) => from === "party/stubs.ts" && to.endsWith(".room.ts"),
  SQL: (from, to) => isSql(from) || isSql(to),
  router: (_, to) => reaches("workers/app.ts", to),
  callback: (from, to) => reaches(to, from),
};

/** Whether the data comes to this step from another process, or was stored in between: no function returns across that. */
const leavesProcess = (step: Step): boolean =>
  typeof step !== "string" && "via" in step && step.via !== "callback" && step.via !== "router";

/** Why the data cannot get to a step from the steps before it; null when it can. */
function brokenLink(step: Step, before: readonly Step[]): string | null {
  const from = fileOf(before.at(-1) as Step);
  const to = fileOf(step);
  const sameProcess = before.slice(Math.max(0, before.findLastIndex(leavesProcess)));
  const isReturn = sameProcess.some((earlier) => fileOf(earlier) === to);
  if (typeof step === "string") {
    if (isReturn || imports(from, to)) return null;
    return `${from} does not import ${to}, and the data does not return to it`;
  }
  if ("via" in step) {
    const { via } = step;
    if (via !== "store") return crosses[via](from, to) ? null : `no ${via} from ${from} to ${to}`;
    const hasWriter = before.map(fileOf).some((writer) => reaches(to, writer));
    return hasWriter ? null : `no file of the trip writes what ${to} reads`;
  }
  if ("calledFrom" in step) {
    const isVisited = before.some((earlier) => fileOf(earlier) === step.calledFrom);
    return isVisited && imports(step.calledFrom, to) ? null : `${step.calledFrom} does not call ${to}`;
  }
  const { createdBy } = step;
  const isKnown = before.map(fileOf).some((file) => reaches(file, createdBy) || reaches(createdBy, file));
  return isKnown && reaches(createdBy, to) ? null : `${createdBy} does not create what is in ${to}`;
}

/** The files of a trip, and how often it comes back to one that it has left. */
function measure({ steps }: Trip): { files: number; returns: number } {
  const stays = steps.map(fileOf).filter((file, index, all) => file !== all[index - 1]);
  const files = new Set(stays).size;
  return { files, returns: stays.length - files };
}

describe.each(TRIPS.map((trip) => [trip.name, trip] as const))("the trip of %s", (name, trip) => {
  it.each(trip.steps.map(nameOf))("%s is in the source", (step) => {
    expect(existsSync(`${PROJECT_ROOT}${fileOf(step)}`)).toBe(true);
    expect(definition(fileOf(step), functionOf(step)).test(readSource(fileOf(step)))).toBe(true);
  });

  it("goes from each file to the next by an import, a return or a named boundary", () => {
    const broken = trip.steps.map((step, index) =>
      index === 0 ? null : brokenLink(step, trip.steps.slice(0, index)),
    );
    expect(broken.filter((reason) => reason !== null)).toEqual([]);
  });

  it("has the length that bench/README.md states", () => {
    const row = readSource("bench/README.md")
      .split("\n")
      .find((line) => line.includes(`| the trip of ${name}:`));
    const { files, returns } = measure(trip);
    expect(row).toContain(`${files} files, ${returns} returns`);
  });
});

test("every file of a trip is one of the sources that ship", () => {
  const files = TRIPS.flatMap(({ steps }) => steps.map(fileOf)).filter((file) => !isSql(file));
  expect(files.filter((file) => !sourceFiles.includes(file))).toEqual([]);
});
