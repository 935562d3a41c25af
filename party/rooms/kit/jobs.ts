/**
 * The three kinds of jobs of a room's JobScheduler. A job runs at the earliest time that was requested, and then waits for the
 * next request. A run that throws is reported and never rejects.
 */
import type { Sql } from "./sql.ts";

/** A durable or derived job that failed is run again after this long, unless it has its own `retryMs`. */
export const JOB_RETRY_MS = 5_000;

/** Timers in memory. */
export interface Timers {
  /** Calls `work` after `ms`. Returns a function that cancels the timer. */
  set(ms: number, work: () => void): () => void;
}

export interface JobDeps {
  sql: Sql;
  timers: Timers;
  /** Milliseconds since 1970. */
  now(): number;
  background(work: Promise<unknown>): void;
  report(where: string, error: unknown): void;
}

/** The work of a job. May return a promise. */
export type Work = () => unknown;

/** Requests for one job. */
export interface Job {
  /** Requests a run at `at` (milliseconds since 1970) or earlier; null requests nothing. */
  runBy(at: number | null): void;
  /** Requests a run within this many milliseconds. */
  runWithin(ms: number): void;
  /** Withdraws the request, if there is one. */
  cancel(): void;
  readonly isPending: boolean;
}

/** What the scheduler needs from a job. */
export interface ScheduledJob {
  /** The time for which this job needs the alarm; null when it needs none. */
  readonly alarmAt: number | null;
  /** True when an alarm that fires now has to run it. */
  isDue(now: number): boolean;
  /** Never throws. */
  run(): Promise<void>;
}

/**
 * A job in memory. With `backstopMs` the alarm is set that long after the first request too: a room that has lost its memory is
 * started again by it, and its `onStart` requests what is left to do. A run that failed is repeated after the same time.
 */
export class TimerJob implements Job, ScheduledJob {
  readonly #name: string;
  readonly #work: Work;
  readonly #backstopMs: number | null;
  readonly #deps: JobDeps;
  readonly #setAlarmBy: (at: number) => void;
  readonly #onTimer = () => this.#deps.background(this.run());
  #cancelTimer: (() => void) | null = null;
  #dueAt = 0;
  #running = 0;
  #backstopAt: number | null = null;

  constructor(
    name: string,
    work: Work,
    backstopMs: number | null,
    deps: JobDeps,
    setAlarmBy: (at: number) => void,
  ) {
    this.#name = name;
    this.#work = work;
    this.#backstopMs = backstopMs;
    this.#deps = deps;
    this.#setAlarmBy = setAlarmBy;
  }

  runBy(at: number | null): void {
    if (at === null || (this.#cancelTimer !== null && this.#dueAt <= at)) return;
    this.#cancelTimer?.();
    this.#dueAt = at;
    const now = this.#deps.now();
    this.#cancelTimer = this.#deps.timers.set(Math.max(0, at - now), this.#onTimer);
    if (this.#backstopAt === null) this.#setBackstop(now);
  }

  runWithin(ms: number): void {
    this.runBy(this.#deps.now() + ms);
  }

  cancel(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    if (this.#running === 0) this.#backstopAt = null;
  }

  get isPending(): boolean {
    return this.#cancelTimer !== null;
  }

  get alarmAt(): number | null {
    return this.#backstopAt;
  }

  isDue(now: number): boolean {
    if (this.#backstopMs === null) return false;
    // A run that is still going on needs the alarm again: it may be interrupted too.
    if (this.#running > 0) this.#backstopAt = now + this.#backstopMs;
    return this.isPending;
  }

  async run(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#running += 1;
    const isDone = await runReported(this.#name, this.#work, this.#deps);
    this.#running -= 1;
    if (!isDone && this.#backstopMs !== null) this.runWithin(this.#backstopMs);
    if (this.#running > 0) return;
    this.#backstopAt = null;
    if (this.isPending) this.#setBackstop(this.#deps.now());
  }

  #setBackstop(now: number): void {
    if (this.#backstopMs === null) return;
    this.#backstopAt = now + this.#backstopMs;
    this.#setAlarmBy(this.#backstopAt);
  }
}

/**
 * A job whose due time is stored in SQLite, and which the alarm runs. The row is deleted after the run, so that a run that a
 * crash has interrupted is repeated.
 */
export class DurableJob implements Job, ScheduledJob {
  readonly #name: string;
  readonly #work: Work;
  readonly #retryMs: number;
  readonly #deps: JobDeps;
  readonly #setAlarmBy: (at: number) => void;
  #dueAt: number | null;

  constructor(
    name: string,
    work: Work,
    retryMs: number,
    dueAt: number | null,
    deps: JobDeps,
    setAlarmBy: (at: number) => void,
  ) {
    this.#name = name;
    this.#work = work;
    this.#retryMs = retryMs;
    this.#dueAt = dueAt;
    this.#deps = deps;
    this.#setAlarmBy = setAlarmBy;
  }

  runBy(at: number | null): void {
    if (at === null || (this.#dueAt !== null && this.#dueAt <= at)) return;
    this.#dueAt = at;
    this.#deps.sql.exec("insert or replace into scheduled_jobs values (?, ?)", this.#name, at);
    this.#setAlarmBy(at);
  }

  runWithin(ms: number): void {
    this.runBy(this.#deps.now() + ms);
  }

  cancel(): void {
    if (this.#dueAt === null) return;
    this.#dueAt = null;
    this.#deleteRow();
  }

  get isPending(): boolean {
    return this.#dueAt !== null;
  }

  get alarmAt(): number | null {
    return this.#dueAt;
  }

  isDue(now: number): boolean {
    return this.#dueAt !== null && this.#dueAt <= now;
  }

  async run(): Promise<void> {
    // A request during the run is for the next run. The row is deleted at the end of this run.
    this.#dueAt = null;
    const isDone = await runReported(this.#name, this.#work, this.#deps);
    if (!isDone) this.runWithin(this.#retryMs);
    else if (this.#dueAt === null) this.#deleteRow();
  }

  #deleteRow(): void {
    this.#deps.sql.exec("delete from scheduled_jobs where name = ?", this.#name);
  }
}

/** A job whose due time is computed from the room's own tables, and which the alarm runs. */
export class DerivedJob implements ScheduledJob {
  readonly #name: string;
  readonly #work: Work;
  readonly #dueAt: () => number | null;
  readonly #deps: JobDeps;
  /** Set when the last run left something that is due already: the next run is not before this time. */
  #notBefore = 0;

  constructor(name: string, work: Work, dueAt: () => number | null, deps: JobDeps) {
    this.#name = name;
    this.#work = work;
    this.#dueAt = dueAt;
    this.#deps = deps;
  }

  get alarmAt(): number | null {
    const at = this.#dueAt();
    return at === null ? null : Math.max(at, this.#notBefore);
  }

  isDue(now: number): boolean {
    const at = this.#dueAt();
    return at !== null && at <= now;
  }

  async run(): Promise<void> {
    await runReported(this.#name, this.#work, this.#deps);
    const now = this.#deps.now();
    this.#notBefore = this.isDue(now) ? now + JOB_RETRY_MS : 0;
  }
}

/** Runs the work and reports its error. False when it threw. */
async function runReported(name: string, work: Work, { report }: JobDeps): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    report(name, error);
    return false;
  }
}
