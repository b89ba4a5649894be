import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  NEW_RECONCILIATION_STATE,
  reconciliationStateSchema,
  toReconciliationWindow,
} from "../../../src/domain/reconciliation.ts";

const HOUR_MS = 3_600_000;
const START_MS = Date.parse("2026-11-22T10:00:00.000Z");
type Window = { from: string; to: string };
const at = (ms: number) => new Date(START_MS + ms);

describe("the window of reconciliation", () => {
  it("looks back three days, in whole seconds", () => {
    const o = { pollingSince: at(-900 * HOUR_MS).toISOString(), upTo: at(0).toISOString() };
    expect(toReconciliationWindow(o, at(10_500))).toEqual({
      from: "2026-11-19T10:00:10.000Z",
      to: "2026-11-22T10:00:00.000Z",
    });
  });

  it("never reaches into the silent first window, nor to where polling has not come", () => {
    const hours = fc.integer({ min: -500, max: 0 });
    fc.assert(
      fc.property(hours, fc.nat(500), fc.nat(500), (sinceHours, polledHours, idleHours) => {
        const pollingSince = at(sinceHours * HOUR_MS).toISOString();
        const upToMs = (sinceHours + polledHours) * HOUR_MS;
        const o = { pollingSince, upTo: at(upToMs).toISOString() };
        const window: Window | null = toReconciliationWindow(o, at(upToMs + idleHours * HOUR_MS));
        // None where polling has not come as far as three days ago, or has only finished its silent window.
        if (window === null) {
          expect(polledHours === 0 || idleHours >= 72).toBe(true);
        } else {
          expect(window.from >= pollingSince).toBe(true);
          expect(window.to <= o.upTo).toBe(true);
        }
      }),
    );
  });

  it("is kept as a state that can be stored", () => {
    expect(reconciliationStateSchema.parse(NEW_RECONCILIATION_STATE)).toEqual(NEW_RECONCILIATION_STATE);
  });
});
