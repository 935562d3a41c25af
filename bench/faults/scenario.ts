/** The settings of a fault scenario, and its result: rows for the table of promises. */
import { explainVerdict, faults, isPassed, type Verdict } from "./checker.ts";

export interface Settings {
  /** Acknowledgements to collect before a kill run may end. */
  acks: number;
  /** SIGKILLs of the Worker during these. */
  kills: number;
  /** How long Postgres is unavailable, in seconds. */
  outageS: number;
  /** Sockets of a reconnect storm. */
  storm: number;
  /** Sockets in the hot room. */
  hot: number;
  /** How long a scenario without another end condition sends messages, in seconds. */
  chatSeconds: number;
}

export const fullSettings: Settings = {
  acks: 100_000,
  kills: 50,
  outageS: 60,
  storm: 5_000,
  hot: 10_000,
  chatSeconds: 60,
};

/** About a minute in all: shows that everything runs, proves little. */
export const quickSettings: Settings = {
  acks: 1_500,
  kills: 3,
  outageS: 4,
  storm: 100,
  hot: 100,
  chatSeconds: 4,
};

export interface Row {
  promise: string;
  what: string;
  goal: string;
  found: string;
  isKept: boolean;
}

export type Scenario = (settings: Settings) => Promise<Row[]>;

/** The checker's result as a row: any fault breaks the promise. */
export function verdictRow(
  promise: string,
  what: string,
  verdict: Verdict,
  invalidFrames: readonly string[],
): Row {
  const isKept = isPassed(verdict) && invalidFrames.length === 0;
  if (!isKept) console.log(explainVerdict(verdict), invalidFrames.slice(0, 3));
  const bad = Object.entries(verdict).filter(([, { count }]) => count > 0);
  const named = bad.map(([name, { count }]) => `${faults[name as keyof typeof faults]} ${count}`);
  if (invalidFrames.length > 0) named.push(`frames out of protocol ${invalidFrames.length}`);
  const found = isKept
    ? "lost 0, doubled 0, holes 0, inversions 0, silent gaps 0, all equal"
    : named.join(", ");
  return { promise, what, goal: "all 0", found, isKept };
}

export function printRow({ promise, what, goal, found, isKept }: Row): void {
  console.log(`| ${promise} ${what} | ${goal} | ${isKept ? "kept" : "**falls short**"}: ${found} |`);
}

/** `1.23 s` or `45 ms`. */
export const formatMs = (ms: number): string =>
  ms >= 1_000 ? `${(ms / 1_000).toFixed(2)} s` : `${ms.toFixed(0)} ms`;
