import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OrderChange } from "../../../src/domain/order-change.ts";
import {
  deriveTransition,
  type KnownOrder,
  settleEqualStamps,
  transitionSchema,
} from "../../../src/domain/transition.ts";
import { createOrderChange } from "../../support/order-change.ts";

const toKnown = ({ systemModstamp, coreFields }: OrderChange, isBaseline = false): KnownOrder => ({
  systemModstamp,
  coreFields,
  isBaseline,
});
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

describe("a deleted order", () => {
  const deleted = createOrderChange({ ...later, route: "poll", core: { IsDeleted: "true" } });

  it("is news to those who follow it, as deleted before anything else", () => {
    const change = createOrderChange({ ...deleted, core: { IsDeleted: "true", Status: "Closed" } });
    expect(deriveTransition(before, change)).toMatchObject({
      kinds: ["deleted", "statusChanged"],
      changes: [
        { field: "Status", from: "Draft", to: "Closed" },
        { field: "IsDeleted", from: null, to: "true" },
      ],
    });
  });

  it("is told once", () => {
    const again = { ...deleted, systemModstamp: "2026-11-22T10:00:02.000Z" };
    expect(deriveTransition(toKnown(deleted), again)).toEqual({ outcome: "silent", reason: "unchanged" });
  });

  it("that nobody knew is not told of, not even when it was created a minute before", () => {
    const core = { IsDeleted: "true", CreatedDate: "2026-11-22T10:00:00.000Z" };
    const change = createOrderChange({ ...deleted, core });
    expect(deriveTransition(undefined, change)).toEqual({ outcome: "silent", reason: "firstSeen" });
  });

  it("that comes back has changed", () => {
    const restored = createOrderChange({ systemModstamp: "2026-11-22T10:00:02.000Z", route: "poll" });
    expect(deriveTransition(toKnown(deleted), restored)).toMatchObject({
      kinds: ["changed"],
      changes: [{ field: "IsDeleted", from: "true", to: null }],
    });
  });
});

describe("an order that polling meets first", () => {
  const old = { CreatedDate: "2026-11-22T09:00:00.000Z" };

  it("is new when it was created since polling began, however late it is found", () => {
    const pollingSince = "2026-11-22T09:00:00.000Z";
    const change = createOrderChange({ route: "poll", pollingSince, core: old });
    expect(deriveTransition(undefined, change)).toMatchObject({ kinds: ["created"], before: "none" });
  });

  it("is passed over in silence when it is older than polling", () => {
    const pollingSince = "2026-11-22T09:00:00.001Z";
    const change = createOrderChange({ route: "reconciliation", pollingSince, core: old });
    expect(deriveTransition(undefined, change)).toEqual({ outcome: "silent", reason: "firstSeen" });
  });
});

describe("a version that the silent first poll has read", () => {
  const baseline = toKnown(createOrderChange(), true);

  it("is told when its outbound message comes only now", () => {
    expect(deriveTransition(baseline, createOrderChange())).toMatchObject({ before: "unknown" });
  });

  it("is not replaced in silence by another version of the same second", () => {
    const other = createOrderChange({ core: { Status: "Activated" } });
    expect(deriveTransition(baseline, other)).toMatchObject({ before: "known", uncertain: true });
  });

  it("is not told when polling reads it once more", () => {
    expect(deriveTransition(baseline, createOrderChange({ route: "poll" }))).toEqual({
      outcome: "silent",
      reason: "unchanged",
    });
  });

  it("is what the next version is compared with", () => {
    const change = createOrderChange({ ...later, core: { Status: "Activated" } });
    expect(deriveTransition(baseline, change)).toMatchObject({ kinds: ["statusChanged"], before: "known" });
  });
});

describe("a custom field", () => {
  const known = toKnown(
    createOrderChange({ core: { Score__c: "10.0", Since__c: "2026-11-22T10:00:00.000Z" } }),
  );

  it("is no news when the other route spells the same value differently", () => {
    const core = { Score__c: "10", Since__c: "2026-11-22T10:00:00.000+0000" };
    expect(deriveTransition(known, createOrderChange({ ...later, core }))).toMatchObject({
      reason: "unchanged",
    });
  });

  it("is news when its value differs", () => {
    const core = { Score__c: "10.1", Since__c: "2026-11-22T10:00:00.000Z" };
    expect(deriveTransition(known, createOrderChange({ ...later, core }))).toMatchObject({
      kinds: ["changed"],
    });
  });
});

describe("two versions with the same stamp", () => {
  const change = createOrderChange({ changeHash: "b".repeat(22), core: { Status: "Activated" } });
  const news = deriveTransition(before, change);
  const settle = (current: OrderChange) => {
    if (news.outcome === "silent") throw new Error("expected news");
    return settleEqualStamps(news, { change, known: before, current });
  };

  it("are uncertain by themselves", () => {
    expect(news).toMatchObject({ outcome: "news", uncertain: true });
  });

  it("are told apart by the order as it is now: this one is the later", () => {
    expect(settle(change)).toEqual({ ...news, uncertain: false });
  });

  it("are told apart by the order as it is now: the known one is the later", () => {
    expect(settle(createOrderChange())).toEqual({ outcome: "silent", reason: "stale" });
  });

  it("stay uncertain when the order has moved on, or has a third version", () => {
    expect(settle({ ...change, ...later })).toEqual(news);
    const third = createOrderChange({ changeHash: "c".repeat(22), core: { Status: "Closed" } });
    expect(settle(third)).toEqual(news);
  });
});
