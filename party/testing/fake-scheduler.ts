/** A job scheduler with a fake clock, and an alarm in memory that fires when the clock reaches its time. */
import { type AlarmStorage, JobScheduler } from "../rooms/kit/job-scheduler.ts";
import type { Sql } from "../rooms/kit/sql.ts";
import { FakeClock } from "./fake-clock.ts";
import { memorySql } from "./memory-sql.ts";

/** `sql`: the storage of an earlier instance of the room. */
export function fakeScheduler({
  sql = memorySql(),
  clock = new FakeClock(),
}: {
  sql?: Sql;
  clock?: FakeClock;
} = {}) {
  const alarm: AlarmStorage & { at: number | null; writes: number } = {
    at: null,
    writes: 0,
    async getAlarm() {
      return alarm.at;
    },
    async setAlarm(at: number) {
      alarm.at = at;
      alarm.writes += 1;
    },
    async deleteAlarm() {
      alarm.at = null;
      alarm.writes += 1;
    },
  };
  const reports: { where: string; error: unknown }[] = [];
  const create = () =>
    new JobScheduler({
      sql,
      alarm,
      timers: clock,
      now: clock.now,
      background: (work) => void work,
      report: (where, error) => void reports.push({ where, error }),
    });
  const scheduler = create();
  /** Fires the alarm like the platform, which deletes the alarm before it calls the handler. */
  const fireAlarm = async (target = scheduler) => {
    alarm.at = null;
    await target.onAlarm();
  };
  return {
    sql,
    scheduler,
    clock,
    alarm,
    reports,
    fireAlarm,
    /** Creates the scheduler of a room that is started again with the same storage. */
    restarted: create,
    /** Advances the clock and fires the alarm of `target` at its time. */
    async advance(ms: number, target = scheduler) {
      const end = clock.now() + ms;
      while (alarm.at !== null && alarm.at <= end) {
        await clock.advance(Math.max(0, alarm.at - clock.now()));
        if (alarm.at !== null && alarm.at <= clock.now()) await fireAlarm(target);
      }
      await clock.advance(end - clock.now());
    },
  };
}
