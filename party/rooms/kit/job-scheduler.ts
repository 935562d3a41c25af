/**
 * Runs all jobs of a room by its one alarm and by timers (`jobs.ts` describes the kinds). Errors are reported and never thrown:
 * the platform stops calling an alarm whose handler has failed six times.
 */
import {
  DerivedJob,
  DurableJob,
  JOB_RETRY_MS,
  type Job,
  type JobDeps,
  type ScheduledJob,
  TimerJob,
  type Work,
} from "./jobs.ts";

export type { Job } from "./jobs.ts";

/** A usual `backstopMs`: the longest delay of work whose room was evicted meanwhile. */
export const ALARM_BACKSTOP_MS = 20_000;

export interface AlarmStorage {
  getAlarm(): Promise<number | null>;
  setAlarm(at: number): Promise<void>;
  deleteAlarm(): Promise<void>;
}

export interface SchedulerDeps extends JobDeps {
  alarm: AlarmStorage;
}

export class JobScheduler {
  readonly #deps: SchedulerDeps;
  readonly #jobs: ScheduledJob[] = [];
  /** Due times that earlier instances of the room have stored, by the job's name. */
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

  /** To be awaited when the room starts. A request before that calls it too. */
  start(): Promise<void> {
    this.#starting ??= this.#start().catch((error) => {
      this.#starting = null;
      throw error;
    });
    return this.#starting;
  }

  timerJob(name: string, run: Work, { backstopMs = null }: { backstopMs?: number | null } = {}): Job {
    const job = new TimerJob(name, run, backstopMs, this.#deps, (at) => this.#setAlarmBy(at));
    this.#jobs.push(job);
    return job;
  }

  /** `name` is the job's key in SQLite. */
  durableJob(name: string, run: Work, { retryMs = JOB_RETRY_MS }: { retryMs?: number } = {}): Job {
    const storedAt = this.#stored.get(name) ?? null;
    const job = new DurableJob(name, run, retryMs, storedAt, this.#deps, (at) => this.#setAlarmBy(at));
    this.#jobs.push(job);
    return job;
  }

  /** `dueAt` computes the due time; `reschedule` has to be called when it may have become earlier. */
  derivedJob(name: string, run: Work, dueAt: () => number | null): { reschedule(): void } {
    const job = new DerivedJob(name, run, dueAt, this.#deps);
    this.#jobs.push(job);
    return {
      reschedule: () => {
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
      // Set before anything is awaited: the alarm that fired is gone, and the process may stop during the runs.
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
