import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isApiLimitNear,
  isPaused,
  NEW_POLLING_STATE,
  POLL_OVERLAP_MS,
  type PollingState,
  pollingStateSchema,
  toPollWindow,
} from "../../../src/domain/polling.ts";
import { salesforceProblemSchema } from "../../../src/domain/salesforce-error.ts";

const START_MS = Date.parse("2026-11-22T10:00:00.000Z");
const MINUTE = 60_000;
const at = (ms: number) => new Date(START_MS + ms);

/** Runs at these distances from each other (ms); whether one finishes its window is up to chance. */
const runsArbitrary = fc.array(
  fc.record({ afterMs: fc.integer({ min: 0, max: 3 * 3_600_000 }), finishes: fc.boolean() }),
  { minLength: 1, maxLength: 40 },
);

describe("the windows of polling", () => {
  it("begin with everything that was ever changed", () => {
    const window = toPollWindow(NEW_POLLING_STATE, at(0), POLL_OVERLAP_MS);
    expect(window).toMatchObject({ from: "1999-01-01T00:00:00.000Z", after: null });
    expect(window !== null && Date.parse(window.to) < START_MS).toBe(true);
  });

  it("leave no gap and overlap by so much, whenever runs come and whichever of them finish", () => {
    fc.assert(
      fc.property(runsArbitrary, fc.integer({ min: 0, max: 3_600_000 }), (runs, overlapMs) => {
        let state: PollingState = NEW_POLLING_STATE;
        let nowMs = 0;
        for (const { afterMs, finishes } of runs) {
          nowMs += afterMs;
          const window = toPollWindow(state, at(nowMs), overlapMs);
          if (window === null) continue;
          expect(window.from < window.to).toBe(true);
          expect(window.from).toMatch(/\.000Z$/);
          expect(window.to).toMatch(/\.000Z$/);
          expect(Date.parse(window.to)).toBeLessThan(START_MS + nowMs);
          if (state.upTo !== null) {
            expect(Date.parse(state.upTo) - Date.parse(window.from)).toBeGreaterThanOrEqual(overlapMs);
            expect(window.to > state.upTo).toBe(true);
          }
          state = finishes ? { ...state, window: null, upTo: window.to } : { ...state, window };
        }
      }),
    );
  });

  it("find every row that becomes visible within the overlap, however irregular the runs", () => {
    const rowArbitrary = fc.record({
      stampMs: fc.integer({ min: 0, max: 3 * 3_600 }).map((seconds) => seconds * 1_000),
      lateMs: fc.integer({ min: 0, max: POLL_OVERLAP_MS }),
    });
    fc.assert(
      fc.property(runsArbitrary, rowArbitrary, (runs, { stampMs, lateMs }) => {
        const stamp = at(stampMs).toISOString();
        let state: PollingState = { ...NEW_POLLING_STATE, upTo: at(0).toISOString() };
        let found = false;
        let nowMs = 0;
        // Two runs at the end, when everything is visible for certain.
        const last = { afterMs: 4 * 3_600_000, finishes: true };
        for (const { afterMs, finishes } of [...runs, last, { ...last, afterMs: MINUTE }]) {
          nowMs += afterMs;
          const window = toPollWindow(state, at(nowMs), POLL_OVERLAP_MS);
          if (window === null) continue;
          const sees = nowMs >= stampMs + lateMs && window.from <= stamp && stamp < window.to;
          found ||= sees && finishes;
          state = finishes ? { ...state, window: null, upTo: window.to } : { ...state, window };
        }
        expect(found).toBe(true);
      }),
    );
  });

  it("are none when the clock stands still or goes back", () => {
    const window = toPollWindow(NEW_POLLING_STATE, at(0), POLL_OVERLAP_MS);
    const state = { ...NEW_POLLING_STATE, upTo: window?.to ?? null };
    expect(toPollWindow(state, at(0), POLL_OVERLAP_MS)).toBeNull();
    expect(toPollWindow(state, at(999), POLL_OVERLAP_MS)).toBeNull();
    expect(toPollWindow(state, at(-MINUTE), POLL_OVERLAP_MS)).toBeNull();
    expect(toPollWindow(state, at(1_000), POLL_OVERLAP_MS)).not.toBeNull();
  });

  it("go on as they were left, with the position", () => {
    const window = {
      from: at(0).toISOString(),
      to: at(MINUTE).toISOString(),
      after: { systemModstamp: at(0).toISOString(), id: "801000000000001AAA" },
    };
    expect(toPollWindow({ ...NEW_POLLING_STATE, window }, at(9 * MINUTE), 0)).toEqual(window);
  });
});

describe("the share of the API calls", () => {
  it.each([
    [94, 100, false],
    [95, 100, true],
    [14_249, 15_000, false],
    [14_250, 15_000, true],
    [20_000, 15_000, true],
  ])("with %i of %i calls used is reached: %s", (used, limit, expected) => {
    expect(isApiLimitNear({ used, limit })).toBe(expected);
  });

  it("is not reached where nobody knows", () => {
    expect(isApiLimitNear(null)).toBe(false);
    expect(isApiLimitNear(undefined)).toBe(false);
  });
});

describe("the pause", () => {
  const usedUp = { ...NEW_POLLING_STATE, apiUsage: { used: 95, limit: 100, at: at(0).toISOString() } };
  const refused: PollingState = {
    ...NEW_POLLING_STATE,
    problem: { problem: "apiLimitReached", at: at(0).toISOString() },
  };

  it.each([usedUp, refused])("lasts 15 minutes", (state) => {
    expect(isPaused(state, at(15 * MINUTE - 1))).toBe(true);
    expect(isPaused(state, at(15 * MINUTE))).toBe(false);
  });

  it("is for no other problem, and not for calls that are left", () => {
    for (const problem of salesforceProblemSchema.options.filter((one) => one !== "apiLimitReached")) {
      const state = { ...NEW_POLLING_STATE, problem: { problem, at: at(0).toISOString() } };
      expect(isPaused(state, at(0))).toBe(false);
    }
    const some = { ...NEW_POLLING_STATE, apiUsage: { used: 94, limit: 100, at: at(0).toISOString() } };
    expect(isPaused(some, at(0))).toBe(false);
    expect(isPaused(NEW_POLLING_STATE, at(0))).toBe(false);
  });

  it("once over, stays over; and more calls used never end it", () => {
    const instant = fc.integer({ min: -60, max: 60 }).map((minutes) => at(minutes * MINUTE));
    const usage = fc.option(
      fc.record({
        used: fc.nat(200),
        limit: fc.integer({ min: 1, max: 200 }),
        at: instant.map((time) => time.toISOString()),
      }),
    );
    const problem = fc.option(
      fc.record({
        problem: fc.constantFrom(...salesforceProblemSchema.options),
        at: instant.map((time) => time.toISOString()),
      }),
    );
    fc.assert(
      fc.property(
        usage,
        problem,
        instant,
        fc.nat(120 * MINUTE),
        fc.nat(100),
        (apiUsage, why, now, later, more) => {
          const state = pollingStateSchema.parse({ ...NEW_POLLING_STATE, apiUsage, problem: why });
          if (!isPaused(state, now)) expect(isPaused(state, new Date(now.getTime() + later))).toBe(false);
          const worse = apiUsage && { ...apiUsage, used: apiUsage.used + more };
          if (isPaused(state, now)) expect(isPaused({ ...state, apiUsage: worse }, now)).toBe(true);
        },
      ),
    );
  });
});
