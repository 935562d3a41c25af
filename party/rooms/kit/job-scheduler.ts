/**
 * The jobs of one room on its one alarm. A job runs at the earliest time that was requested for it, and then waits for the
 * next request. Errors are reported and never thrown: the platform stops an alarm whose handler failed six times.
 *
 * - A timer job lives in memory. With `backstopMs` the alarm is set too, unless an earlier one is set: a room that loses its
 *   memory is started again, and its `onStart` requests what it finds undone; a run that failed is repeated after that time.
 *   Nothing is written per request.
 * - A durable job has its due time in SQLite and is run by the alarm. The row is deleted after the run, so that a run that was
 *   interrupted by a crash is repeated.
 * - A derived job is run by the alarm too; its due time follows from the room's own tables.
 */
import type { Sql } from "./sql.ts";

/** A usual `backstopMs`: how long the work of a room that was evicted may have to wait. */
export const ALARM_BACKSTOP_MS = 20_000;
/** A durable or derived job that failed is run again after this long, unless it has its own `retryMs`. */
export const JOB_RETRY_MS = 5_000;

export interface AlarmStorage {
  getAlarm(): Promise<number | null>;
  setAlarm(at: number): Promise<void>;
  deleteAlarm(): Promise<void>;
}

/** Timers in memory. */
export interface Timers {
  /** Calls `work` after `ms`; the answer cancels it. */
  set(ms: number, work: () => void): () => void;
}

export interface SchedulerDeps {
  sql: Sql;
  alarm: AlarmStorage;
  timers: Timers;
  /** Milliseconds since 1970. */
  now(): number;
  background(work: Promise<unknown>): void;
  report(where: string, error: unknown): void;
}

type Run = () => unknown;

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
interface Scheduled {
  /** When the alarm has to be set for this job; null when the job needs none. */
  readonly alarmAt: number | null;
  /** True when an alarm that fires now has to run it. */
  isDue(now: number): boolean;
  /** Never throws. */
  run(): Promise<void>;
}

export class JobScheduler {
  readonly #deps: SchedulerDeps;
  readonly #jobs: Scheduled[] = [];
  /** Due times that earlier lives of the room stored, by job. */
  readonly #stored: Map<string, number>;
  #starting: Promise<void> | null = null;
  /** When the alarm is set for; null when it is not set, undefined while that is not known. */
  #alarmAt: number | null | undefined;

  constructor(deps: SchedulerDeps) {
    this.#deps = deps;
    deps.sql.exec(
      "create table if not exists scheduled_jobs (name text primary key, due_at integer not null) without rowid",
    );
    this.#stored = new Map(
      deps.sql
        .exec<{ name: string; due_at: number }>("select name, due_at from scheduled_jobs")
        .toArray()
        .map((row) => [row.name, row.due_at]),
    );
  }

  /** To be awaited when the room starts. A request that comes before it starts it too. */
  start(): Promise<void> {
    this.#starting ??= this.#start().catch((error) => {
      this.#starting = null;
      throw error;
    });
    return this.#starting;
  }

  timerJob(name: string, run: Run, { backstopMs = null }: { backstopMs?: number | null } = {}): Job {
    const job = new TimerJob(name, run, backstopMs, this.#deps, (at) => this.#setAlarmBy(at));
    this.#jobs.push(job);
    return job;
  }

  /** `name` is the job's key in SQLite. */
  durableJob(name: string, run: Run, { retryMs = JOB_RETRY_MS }: { retryMs?: number } = {}): Job {
    const storedAt = this.#stored.get(name) ?? null;
    const job = new DurableJob(name, run, retryMs, storedAt, this.#deps, (at) => this.#setAlarmBy(at));
    this.#jobs.push(job);
    return job;
  }

  /** `dueAt` reads the due time; `changed` has to be called when it may have become earlier. */
  derivedJob(name: string, run: Run, dueAt: () => number | null): { changed(): void } {
    const job = new DerivedJob(name, run, dueAt, this.#deps);
    this.#jobs.push(job);
    return {
      changed: () => {
        const at = dueAt();
        if (at !== null) this.#setAlarmBy(at);
      },
    };
  }

  /** Runs what is due, and every pending timer job that has a backstop. Never throws. */
  async onAlarm(): Promise<void> {
    this.#alarmAt = null;
    try {
      const now = this.#deps.now();
      const due = this.#jobs.filter((job) => job.isDue(now));
      // Before anything is awaited: this alarm is used up, and the process may stop in the middle of the run.
      if (due.length > 0) this.#setAlarmBy(now + JOB_RETRY_MS);
      await Promise.all(due.map((job) => job.run()));
    } catch (error) {
      this.#deps.report("onAlarm", error);
    } finally {
      this.#setAlarmExactly(this.#next());
    }
  }

  async #start(): Promise<void> {
    this.#alarmAt = await this.#deps.alarm.getAlarm();
    const next = this.#next();
    if (next !== null) this.#setAlarmBy(next);
  }

  #next(): number | null {
    let next: number | null = null;
    for (const { alarmAt } of this.#jobs)
      if (alarmAt !== null && (next === null || alarmAt < next)) next = alarmAt;
    return next;
  }

  #setAlarmBy(at: number): void {
    if (this.#alarmAt === undefined) this.#deps.background(this.start());
    else if (this.#alarmAt === null || this.#alarmAt > at) this.#setAlarmExactly(at);
  }

  #setAlarmExactly(at: number | null): void {
    if (this.#alarmAt === at) return;
    this.#alarmAt = at;
    const { alarm, background } = this.#deps;
    background(at === null ? alarm.deleteAlarm() : alarm.setAlarm(at));
  }
}

class TimerJob implements Job, Scheduled {
  readonly #name: string;
  readonly #work: Run;
  readonly #backstopMs: number | null;
  readonly #deps: SchedulerDeps;
  readonly #setAlarmBy: (at: number) => void;
  readonly #onTimer = () => this.#deps.background(this.run());
  #cancelTimer: (() => void) | null = null;
  #dueAt = 0;
  #running = 0;
  #backstopAt: number | null = null;

  constructor(
    name: string,
    work: Run,
    backstopMs: number | null,
    deps: SchedulerDeps,
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
    // A run that takes longer than its backstop keeps one.
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

class DurableJob implements Job, Scheduled {
  readonly #name: string;
  readonly #work: Run;
  readonly #retryMs: number;
  readonly #deps: SchedulerDeps;
  readonly #setAlarmBy: (at: number) => void;
  #dueAt: number | null;

  constructor(
    name: string,
    work: Run,
    retryMs: number,
    dueAt: number | null,
    deps: SchedulerDeps,
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
    // Requests during the run count for the next one; the row stays until the end of this one.
    this.#dueAt = null;
    const isDone = await runReported(this.#name, this.#work, this.#deps);
    if (!isDone) this.runWithin(this.#retryMs);
    else if (this.#dueAt === null) this.#deleteRow();
  }

  #deleteRow(): void {
    this.#deps.sql.exec("delete from scheduled_jobs where name = ?", this.#name);
  }
}

class DerivedJob implements Scheduled {
  readonly #name: string;
  readonly #work: Run;
  readonly #dueAt: () => number | null;
  readonly #deps: SchedulerDeps;
  /** Not before this time: the last run has left something that is due already. */
  #notBefore = 0;

  constructor(name: string, work: Run, dueAt: () => number | null, deps: SchedulerDeps) {
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

/** False when the work threw. */
async function runReported(name: string, work: Run, { report }: SchedulerDeps): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    report(name, error);
    return false;
  }
}
