// Holds that work which was requested is done at its time: with a timer, after a crash, after an error, with few writes.
import { describe, expect, test } from "vitest";
import { fakeScheduler } from "../../testing/fake-scheduler.ts";
import { JOB_RETRY_MS } from "./jobs.ts";

const storedJobs = ({ sql }: ReturnType<typeof fakeScheduler>) =>
  sql.exec<{ name: string; due_at: number }>("select name, due_at from scheduled_jobs").toArray();

describe("a timer job", () => {
  test("runs once at the earliest requested time, and stores nothing", async () => {
    const fixture = fakeScheduler();
    const { scheduler, clock, advance, alarm } = fixture;
    await scheduler.start();
    const startedAt = clock.now();
    const runs: number[] = [];
    const job = scheduler.timerJob("job", () => runs.push(clock.now() - startedAt));
    job.runWithin(500);
    job.runWithin(200);
    job.runWithin(900);
    job.runBy(null);
    expect(job.isPending).toBe(true);
    await advance(1_000);
    expect(runs).toEqual([200]);
    expect(job.isPending).toBe(false);
    expect([alarm.writes, storedJobs(fixture)]).toEqual([0, []]);
  });

  test("does not run after it was cancelled", async () => {
    const { scheduler, advance } = fakeScheduler();
    let runs = 0;
    const job = scheduler.timerJob("job", () => runs++);
    job.runWithin(10);
    job.cancel();
    await advance(100);
    expect(runs).toBe(0);
  });

  test("that throws is reported, and runs again when it is requested again", async () => {
    const { scheduler, advance, reports } = fakeScheduler();
    let runs = 0;
    const job = scheduler.timerJob("job", async () => {
      runs += 1;
      throw new Error("no");
    });
    job.runWithin(10);
    await advance(10);
    job.runWithin(10);
    await advance(10);
    expect([runs, reports.map(({ where }) => where)]).toEqual([2, ["job", "job"]]);
  });

  test("with a backstop is repeated after it when it failed", async () => {
    const { scheduler, advance } = fakeScheduler();
    await scheduler.start();
    let runs = 0;
    const work = () => {
      runs += 1;
      if (runs < 3) throw new Error("no");
    };
    scheduler.timerJob("job", work, { backstopMs: 1_000 }).runWithin(10);
    await advance(5_000);
    expect(runs).toBe(3);
  });

  test("with a backstop sets the alarm once per run, not once per request", async () => {
    const { scheduler, advance, alarm, clock } = fakeScheduler();
    await scheduler.start();
    const job = scheduler.timerJob("job", () => {}, { backstopMs: 20_000 });
    const setFor = clock.now() + 20_000;
    for (let n = 0; n < 100; n++) {
      job.runWithin(400);
      await advance(100);
    }
    expect([alarm.at, alarm.writes]).toEqual([setFor, 1]);
  });

  test("with a backstop is run by an alarm that fires while it is pending, and leaves no alarm behind", async () => {
    const { scheduler, alarm, fireAlarm, clock } = fakeScheduler();
    await scheduler.start();
    let runs = 0;
    const job = scheduler.timerJob("job", () => runs++, { backstopMs: 20_000 });
    job.runWithin(10_000);
    await fireAlarm();
    expect([runs, job.isPending, alarm.at, clock.nextAt]).toEqual([1, false, null, null]);
  });

  test("with a backstop keeps an alarm for as long as it runs", async () => {
    const { scheduler, alarm, fireAlarm, clock, advance } = fakeScheduler();
    await scheduler.start();
    let finish = () => {};
    const job = scheduler.timerJob("job", () => new Promise<void>((resolve) => (finish = resolve)), {
      backstopMs: 20_000,
    });
    job.runWithin(10);
    await clock.advance(15_000);
    await fireAlarm();
    expect(alarm.at).toBe(clock.now() + 20_000);
    finish();
    await advance(20_000);
    expect(alarm.at).toBeNull();
  });
});

describe("a durable job", () => {
  test("is run by the alarm, at the earliest requested time; only an earlier time is written", async () => {
    const fixture = fakeScheduler();
    const { scheduler, advance, alarm, clock } = fixture;
    await scheduler.start();
    let runs = 0;
    const job = scheduler.durableJob("job", () => runs++);
    job.runWithin(5_000);
    job.runWithin(3_000);
    job.runWithin(4_000);
    expect([alarm.at, alarm.writes]).toEqual([clock.now() + 3_000, 2]);
    expect(storedJobs(fixture)).toEqual([{ name: "job", due_at: clock.now() + 3_000 }]);
    await advance(10_000);
    expect([runs, alarm.at, storedJobs(fixture)]).toEqual([1, null, []]);
  });

  test("that was requested by an earlier life of the room runs at its time", async () => {
    const { scheduler, restarted, advance, alarm } = fakeScheduler();
    await scheduler.start();
    scheduler.durableJob("job", () => {}).runWithin(5_000);
    await advance(0);
    alarm.at = null;
    const second = restarted();
    let runs = 0;
    second.durableJob("job", () => runs++);
    await second.start();
    await advance(4_999, second);
    expect(runs).toBe(0);
    await advance(1, second);
    expect(runs).toBe(1);
  });

  test("that was interrupted by a crash is run again by the next life of the room", async () => {
    const { scheduler, restarted, advance, fireAlarm, clock } = fakeScheduler();
    await scheduler.start();
    const job = scheduler.durableJob("job", () => new Promise(() => {}));
    job.runWithin(1_000);
    await clock.advance(1_000);
    void fireAlarm();
    await clock.advance(0);
    const second = restarted();
    let runs = 0;
    second.durableJob("job", () => runs++);
    await second.start();
    await advance(JOB_RETRY_MS, second);
    expect(runs).toBe(1);
  });

  test("that throws runs again after a while, as often as it takes", async () => {
    const { scheduler, advance, reports, alarm } = fakeScheduler();
    await scheduler.start();
    let runs = 0;
    const work = () => {
      runs += 1;
      if (runs < 10) throw new Error("no");
    };
    scheduler.durableJob("job", work, { retryMs: 100 }).runWithin(0);
    await advance(2_000);
    expect([runs, reports.length, alarm.at]).toEqual([10, 9, null]);
  });

  test("that requests itself during its run runs at that time", async () => {
    const { scheduler, advance, clock } = fakeScheduler();
    await scheduler.start();
    const startedAt = clock.now();
    const runs: number[] = [];
    const job = scheduler.durableJob("job", () => {
      runs.push(clock.now() - startedAt);
      if (runs.length < 3) job.runWithin(1_000);
    });
    job.runWithin(1_000);
    await advance(10_000);
    expect(runs).toEqual([1_000, 2_000, 3_000]);
  });
});

describe("a derived job", () => {
  test("runs at the time that the room's tables say, and is repeated when it leaves something due", async () => {
    const { scheduler, advance, clock } = fakeScheduler();
    await scheduler.start();
    let dueAt: number | null = null;
    let runs = 0;
    const job = scheduler.derivedJob(
      "job",
      () => {
        runs += 1;
        if (runs === 2) dueAt = null;
      },
      () => dueAt,
    );
    dueAt = clock.now() + 1_000;
    job.reschedule();
    await advance(1_000);
    expect(runs).toBe(1);
    await advance(JOB_RETRY_MS - 1);
    expect(runs).toBe(1);
    await advance(1);
    expect(runs).toBe(2);
  });
});

test("one alarm serves all jobs: the next due time is set after each run, whatever failed", async () => {
  const { scheduler, advance, alarm, clock } = fakeScheduler();
  await scheduler.start();
  const runs: string[] = [];
  const first = scheduler.durableJob("first", () => {
    runs.push("first");
    throw new Error("no");
  });
  const second = scheduler.durableJob("second", () => runs.push("second"));
  first.runWithin(1_000);
  second.runWithin(2_000);
  await advance(2_000);
  expect(runs).toEqual(["first", "second"]);
  expect(alarm.at).toBe(clock.now() - 1_000 + JOB_RETRY_MS);
});

test("a request before the start does not overwrite an earlier alarm of the room", async () => {
  const { scheduler, alarm, advance, clock } = fakeScheduler();
  alarm.at = clock.now() + 1_000;
  scheduler.durableJob("job", () => {}).runWithin(5_000);
  await advance(0);
  expect(alarm.at).toBe(clock.now() + 1_000);
});
