import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { parseNcrontab } from "../../../../local/host/timers/ncrontab.ts";
import { TimerListener } from "../../../../local/host/timers/timer-listener.ts";
import { memoryStatuses } from "../memory-statuses.ts";

const START = "2026-03-01T12:00:30.000Z";

let statuses: ReturnType<typeof memoryStatuses>;
let inputs: unknown[] = [];
/** What a run does; the default is nothing. */
let work: () => Promise<unknown> = () => Promise.resolve();
const lines: string[] = [];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: new Date(START) });
  statuses = memoryStatuses();
  inputs = [];
  lines.length = 0;
  work = () => Promise.resolve();
});
afterEach(() => {
  vi.useRealTimers();
});

function createListener(schedule: string, o: { runOnStartup?: boolean; useMonitor?: boolean } = {}) {
  const trigger = { type: "timerTrigger", name: "timer", direction: "in" as const };
  return new TimerListener({
    timer: {
      fn: { name: "nightly", trigger, bindings: [trigger], hasRetryPolicy: false },
      schedule,
      ncrontab: parseNcrontab(schedule),
      runOnStartup: o.runOnStartup ?? false,
      useMonitor: o.useMonitor ?? true,
    },
    statuses,
    invoke: (input) => {
      inputs.push({ at: new Date().toISOString(), ...(JSON.parse(input) as object) });
      return work();
    },
    log: (level, message) => lines.push(`${level} ${message}`),
  });
}

const runsAt = () => inputs.map((input) => (input as { at: string }).at.slice(11, 23));
const minutes = (n: number) => vi.advanceTimersByTimeAsync(n * 60_000);

describe("fact 2.5 a timer is told Schedule, ScheduleStatus and IsPastDue", () => {
  it("runs the function at every occurrence, and tells it the last and the next", async () => {
    const listener = createListener("0 */5 * * * *");
    await listener.start();
    await minutes(11);
    expect(inputs).toEqual([
      {
        at: "2026-03-01T12:05:00.000Z",
        Schedule: { AdjustForDST: true },
        ScheduleStatus: {
          Last: "0001-01-01T00:00:00+00:00",
          LastUpdated: "0001-01-01T00:00:00+00:00",
          Next: "2026-03-01T12:05:00+00:00",
        },
        IsPastDue: false,
      },
      {
        at: "2026-03-01T12:10:00.000Z",
        Schedule: { AdjustForDST: true },
        ScheduleStatus: {
          Last: "2026-03-01T12:05:00+00:00",
          LastUpdated: "2026-03-01T12:05:00+00:00",
          Next: "2026-03-01T12:10:00+00:00",
        },
        IsPastDue: false,
      },
    ]);
    await listener.stop(Promise.resolve());
  });

  it("goes on after a run that failed", async () => {
    work = () => Promise.reject(new Error("no"));
    const listener = createListener("0 * * * * *");
    await listener.start();
    await minutes(3);
    expect(runsAt()).toEqual(["12:01:00.000", "12:02:00.000", "12:03:00.000"]);
    await listener.stop(Promise.resolve());
  });

  it("never runs twice at a time: occurrences inside a long run become one run right after it", async () => {
    work = () => new Promise((resolve) => setTimeout(resolve, 150_000));
    const listener = createListener("0 * * * * *");
    await listener.start();
    await minutes(6);
    // 12:02 and 12:03 fall into the first run, which ends at 12:03:30; "right after" takes Node.js a millisecond.
    expect(runsAt()).toEqual(["12:01:00.000", "12:03:30.001", "12:06:00.002"]);
    const stopped = listener.stop(Promise.resolve());
    await minutes(3);
    await stopped;
  });

  it("waits longer than the timers of Node.js can", async () => {
    const listener = createListener("0 0 0 1 6 *");
    await listener.start();
    await vi.advanceTimersByTimeAsync(Date.parse("2026-06-01T00:00:00Z") - Date.parse(START) - 1000);
    expect(inputs).toEqual([]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(runsAt()).toEqual(["00:00:00.000"]);
    await listener.stop(Promise.resolve());
  });

  it("says so when it never occurs", async () => {
    const listener = createListener("0 0 0 31 2 *");
    await listener.start();
    expect(lines).toContainEqual(expect.stringMatching(/^warn 'nightly' will not run/));
    expect(listener.next).toBeNull();
    await listener.stop(Promise.resolve());
  });
});

describe("a start", () => {
  it("runs a function at once that asks for it, and then by its schedule", async () => {
    const listener = createListener("0 * * * * *", { runOnStartup: true });
    await listener.start();
    await minutes(1);
    expect(runsAt()).toEqual(["12:00:30.000", "12:01:00.000"]);
    expect(inputs[0]).toMatchObject({ IsPastDue: false });
    await listener.stop(Promise.resolve());
  });

  it("runs a missed occurrence at once, as past due, once however many were missed", async () => {
    const first = createListener("0 */5 * * * *");
    await first.start();
    await minutes(5);
    await first.stop(Promise.resolve());
    vi.setSystemTime(new Date("2026-03-01T13:02:00Z"));
    inputs = [];

    const second = createListener("0 */5 * * * *");
    await second.start();
    await minutes(4);
    expect(inputs).toMatchObject([
      {
        at: "2026-03-01T13:02:00.000Z",
        IsPastDue: true,
        ScheduleStatus: { Next: "2026-03-01T12:10:00+00:00" },
      },
      {
        at: "2026-03-01T13:05:00.000Z",
        IsPastDue: false,
        ScheduleStatus: { Last: "2026-03-01T13:02:00+00:00" },
      },
    ]);
    await second.stop(Promise.resolve());
  });

  it("notices a missed occurrence of a timer that never ran", async () => {
    const first = createListener("0 0 13 * * *");
    await first.start();
    await first.stop(Promise.resolve());
    vi.setSystemTime(new Date("2026-03-01T13:00:01Z"));
    const second = createListener("0 0 13 * * *");
    await second.start();
    await vi.advanceTimersByTimeAsync(1);
    expect(inputs).toMatchObject([{ IsPastDue: true }]);
    await second.stop(Promise.resolve());
  });

  it("is not past due when the schedule was changed meanwhile", async () => {
    const first = createListener("0 */5 * * * *");
    await first.start();
    await minutes(5);
    await first.stop(Promise.resolve());
    vi.setSystemTime(new Date("2026-03-01T13:02:00Z"));
    inputs = [];
    const second = createListener("0 0 */6 * * *");
    await second.start();
    await minutes(1);
    expect(inputs).toEqual([]);
    expect(second.next).toEqual(new Date("2026-03-01T18:00:00Z"));
    await second.stop(Promise.resolve());
  });

  it("forgets what was missed without useMonitor, and tells no status", async () => {
    const first = createListener("0 * * * * *", { useMonitor: false });
    await first.start();
    await minutes(1);
    expect(inputs).toMatchObject([{ ScheduleStatus: null }]);
    await first.stop(Promise.resolve());
    expect(statuses.read("nightly")).toBeNull();
  });
});

describe("a stop", () => {
  it("starts no more runs, and keeps the status of the one that ends in time", async () => {
    let end: (value?: unknown) => void = () => {};
    work = () => new Promise((resolve) => (end = resolve));
    const listener = createListener("0 * * * * *");
    await listener.start();
    await minutes(0.5);
    const drained = new Promise((resolve) => setTimeout(resolve, 1000)).then(() => end());
    const stopped = listener.stop(drained);
    await minutes(5);
    await stopped;
    expect(runsAt()).toEqual(["12:01:00.000"]);
    expect(statuses.read("nightly")).toMatchObject({ next: new Date("2026-03-01T12:02:00Z") });
  });

  it("forgets a run that does not end in time: the store may be closed by then", async () => {
    let end: (value?: unknown) => void = () => {};
    work = () => new Promise((resolve) => (end = resolve));
    const listener = createListener("0 * * * * *");
    await listener.start();
    await minutes(0.5);
    await listener.stop(Promise.resolve());
    const before = statuses.read("nightly");
    end();
    await minutes(5);
    expect(statuses.read("nightly")).toBe(before);
    expect(runsAt()).toEqual(["12:01:00.000"]);
  });
});

describe("a run by hand", () => {
  it("begins at once, beside a scheduled run, never past due, and leaves the schedule as it is", async () => {
    work = () => new Promise((resolve) => setTimeout(resolve, 90_000));
    const listener = createListener("0 */5 * * * *");
    await listener.start();
    await minutes(5);
    expect(runsAt()).toEqual(["12:05:00.000"]);
    const byHand = listener.runByHand();
    expect(inputs[1]).toEqual({ ...(inputs[0] as object), at: "2026-03-01T12:05:30.000Z" });
    await minutes(2);
    await byHand;
    expect(statuses.read("nightly")?.last?.toISOString()).toBe("2026-03-01T12:05:00.000Z");
    await minutes(3);
    expect(runsAt()).toEqual(["12:05:00.000", "12:05:30.000", "12:10:00.000"]);
    await listener.stop(Promise.resolve());
  });

  it("rejects with what the run rejected with", async () => {
    work = () => Promise.reject(new Error("no"));
    await expect(createListener("0 * * * * *").runByHand()).rejects.toThrow("no");
  });
});
