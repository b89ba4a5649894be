import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OrderChange } from "../../../src/domain/order-change.ts";
import { deriveTransition, type KnownOrder, transitionSchema } from "../../../src/domain/transition.ts";
import { createOrderChange } from "../../support/order-change.ts";

const toKnown = ({ systemModstamp, coreFields }: OrderChange): KnownOrder => ({ systemModstamp, coreFields });
const before = toKnown(createOrderChange());
const later = { systemModstamp: "2026-11-22T10:00:01.000Z" };

describe("deriveTransition", () => {
  it("calls an order created when its first version lies within five minutes of its creation", () => {
    const change = createOrderChange({ core: { CreatedDate: "2026-11-22T09:55:00.000Z" } });
    expect(deriveTransition(undefined, change)).toMatchObject({ kinds: ["created"], before: "none" });
  });

  it("tells of an older order that it sees first by webhook as changed, with what was before unknown", () => {
    expect(deriveTransition(undefined, createOrderChange())).toMatchObject({
      outcome: "news",
      kinds: ["changed"],
      before: "unknown",
    });
  });

  it("stays silent about an older order that it sees first by poll", () => {
    expect(deriveTransition(undefined, createOrderChange({ route: "poll" }))).toEqual({
      outcome: "silent",
      reason: "firstSeen",
    });
  });

  it("names every kind of news of one change, the most telling first", () => {
    const change = createOrderChange({
      ...later,
      core: { Status: "Activated", StatusCode: "Activated", TotalAmount: "1200", OwnerId: null },
    });
    expect(deriveTransition(before, change)).toMatchObject({
      kinds: ["activated", "statusChanged", "amountChanged", "ownerChanged"],
      changes: expect.arrayContaining([{ field: "TotalAmount", from: "1100", to: "1200" }]),
    });
  });

  it("is silent when only the stamp moved", () => {
    expect(deriveTransition(before, createOrderChange(later))).toEqual({
      outcome: "silent",
      reason: "unchanged",
    });
  });

  it("is silent about a version older than the last known one", () => {
    const change = createOrderChange({
      systemModstamp: "2026-11-22T09:59:59.000Z",
      core: { Status: "Other" },
    });
    expect(deriveTransition(before, change)).toEqual({ outcome: "silent", reason: "stale" });
  });

  it("marks a different version with the same stamp as uncertain", () => {
    expect(deriveTransition(before, createOrderChange({ core: { Status: "Other" } }))).toMatchObject({
      kinds: ["statusChanged"],
      uncertain: true,
    });
  });

  it("takes a core field that was configured later for no news", () => {
    const change = createOrderChange({ ...later, core: { Region__c: "EMEA" } });
    expect(deriveTransition(before, change)).toEqual({ outcome: "silent", reason: "unchanged" });
  });

  it("always answers with a transition, and with news only when a core field differs", () => {
    const value = fc.option(fc.string({ maxLength: 5 }));
    const core = fc.record({ Status: value, TotalAmount: value, OwnerId: value, AccountId: value });
    fc.assert(
      fc.property(core, core, fc.boolean(), (first, second, isLater) => {
        const known = toKnown(createOrderChange({ core: first }));
        const change = createOrderChange({ ...(isLater ? later : {}), core: second });
        const transition = deriveTransition(known, change);
        expect(transitionSchema.parse(transition)).toEqual(transition);
        expect(transition.outcome === "news").toBe(JSON.stringify(first) !== JSON.stringify(second));
      }),
    );
  });
});
