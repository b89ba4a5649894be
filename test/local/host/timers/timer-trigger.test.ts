import { describe, expect, it } from "vitest";
import { toLoadedFunction } from "../../../../local/host/loaded-function.ts";
import { toTimerFunction } from "../../../../local/host/timers/timer-trigger.ts";

const SETTINGS = { NIGHTLY: "0 0 2 * * *" };

function read(schedule: string, settings: Record<string, string> = SETTINGS, more: object = {}) {
  const timer = { type: "timerTrigger", direction: "in" as const, schedule, ...more };
  return toTimerFunction(toLoadedFunction({ name: "f", bindings: { timer }, retryOptions: null }), settings);
}

describe("the schedule of a timer", () => {
  it("may stand in a setting", () => {
    expect(read("%NIGHTLY%")?.schedule).toBe("0 0 2 * * *");
    expect(() => read("%MISSING%")).toThrow("'%MISSING%' does not resolve to a value.");
  });

  it("may not be a time span, which works on App Service plans only", () => {
    for (const span of ["00:05:00", "1.00:00:00"]) expect(() => read(span)).toThrow(/App Service plan only/);
  });

  it("is in UTC: another time zone is refused, as Flex Consumption has none", () => {
    const zone = (name: string) => ({ WEBSITE_TIME_ZONE: name });
    expect(() => read("0 0 2 * * *", zone("Europe/Zurich"))).toThrow(/WEBSITE_TIME_ZONE.*Europe\/Zurich/);
    expect(read("0 0 2 * * *", zone("UTC"))).not.toBeNull();
    expect(read("0 0 2 * * *", zone(""))).not.toBeNull();
  });
});

describe("useMonitor", () => {
  it("is on by default, and off for what occurs more than once a minute", () => {
    expect(read("0 * * * * *")?.useMonitor).toBe(true);
    expect(read("*/30 * * * * *")?.useMonitor).toBe(false);
    expect(read("*/30 * * * * *", {}, { useMonitor: true })?.useMonitor).toBe(false);
    expect(read("0 * * * * *", {}, { useMonitor: false })?.useMonitor).toBe(false);
  });
});
