import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DeliveryBatch } from "../../../src/domain/delivery-batch.ts";
import { splitReportSchema } from "../../../src/domain/manifest.ts";
import { quarantineRequestSchema } from "../../../src/domain/dead-letter.ts";
import { deliverFailedBatch } from "../../../src/orchestration/deliver-failed-batch.ts";
import { createBatch } from "../../support/dead-letter.ts";
import { type Call, runOrchestrator } from "../../support/run-orchestrator.ts";

const toNames = (size: number) => Array.from({ length: size }, (_, index) => `person-${index}`);
const toUserIds = ({ input }: Call): string[] =>
  // Not parsed: thousands of runs make a hundred calls each.
  (input as DeliveryBatch).recipients.map(({ target }) =>
    target.kind === "user" ? target.userId : target.group,
  );

/** Runs the orchestration of a batch whose every attempt fails that holds somebody of `isBad` at that moment. */
function runFailedBatch(names: string[], isBad: (name: string, attempt: number) => boolean) {
  const delivered = new Set<string>();
  const quarantined: string[] = [];
  const triesOf = new Map<string, number>();
  const { output, calls, events } = runOrchestrator(
    deliverFailedBatch,
    { batch: createBatch(...names), cause: "the first cause", attempts: 3 },
    (call) => {
      if (call.name === "quarantineRecipients") {
        const { failed } = quarantineRequestSchema.parse(call.input);
        quarantined.push(...failed.map(({ recipient }) => JSON.stringify(recipient.target)));
        return { areStored: failed.map(() => true) };
      }
      const userIds = toUserIds(call);
      for (const id of userIds) triesOf.set(id, (triesOf.get(id) ?? 0) + 1);
      const bad = userIds.find((id) => isBad(id, triesOf.get(id) ?? 0));
      if (bad !== undefined) throw new Error(`SignalR refused ${bad}`);
      for (const id of userIds) delivered.add(id);
      return { stored: userIds.length, pushed: userIds.length, withheld: 0 };
    },
  );
  const report = splitReportSchema.parse(output);
  const lost = report.quarantined.map(({ target }) =>
    target.kind === "user" ? target.userId : target.group,
  );
  expect(quarantined).toEqual(report.quarantined.map(({ target }) => JSON.stringify(target)));
  return { report, delivered: [...delivered].toSorted(), lost: lost.toSorted(), calls, events, triesOf };
}

const anyBatch = fc
  .integer({ min: 1, max: 100 })
  .chain((size) => fc.tuple(fc.constant(toNames(size)), fc.subarray(toNames(size))));

describe("deliverFailedBatch", () => {
  it(
    "quarantines exactly those who cannot be reached, and delivers to all others",
    { timeout: 90_000 },
    () => {
      const batches = anyBatch.filter(([names, bad]) => bad.length < 12 || names.length <= 12);
      fc.assert(
        fc.property(batches, ([names, bad]) => {
          const { report, delivered, lost } = runFailedBatch(names, (name) => bad.includes(name));
          expect(lost).toEqual(bad.toSorted());
          expect(delivered).toEqual(names.filter((name) => !bad.includes(name)).toSorted());
          expect(report.pushed).toBe(delivered.length);
          expect(report.stored).toBe(names.length);
        }),
        { numRuns: 1_000 },
      );
    },
  );

  it("loses nobody and stays within its bounds, whoever is bad", { timeout: 90_000 }, () => {
    let exact = 0;
    fc.assert(
      fc.property(anyBatch, ([names, bad]) => {
        const { delivered, lost, calls, events } = runFailedBatch(names, (name) => bad.includes(name));
        expect([...delivered, ...lost].toSorted()).toEqual(names.toSorted());
        expect(bad.every((name) => lost.includes(name))).toBe(true);
        expect(calls.length).toBeLessThanOrEqual(200);
        expect(events).toBeLessThanOrEqual(1_000);
        if (lost.length === bad.length) exact += 1;
      }),
      { numRuns: 1_000 },
    );
    expect(exact).toBeGreaterThan(900);
  });

  it("stays within its bounds when every second one is bad", () => {
    const names = toNames(100);
    const { lost, calls, events } = runFailedBatch(names, (name) => Number(name.slice(7)) % 2 === 1);
    expect(lost).toHaveLength(50);
    expect(calls.length).toBeLessThanOrEqual(200);
    expect(events).toBeLessThanOrEqual(1_000);
  });

  it("gives up halving in an outage: two halves, twelve probes, seven tries of the whole, one quarantine", () => {
    const { report, lost, calls } = runFailedBatch(toNames(100), () => true);
    expect(lost).toHaveLength(100);
    expect(calls).toHaveLength(2 + 12 + 7 + 1);
    expect(report.causes.length).toBeLessThanOrEqual(5);
    expect(report).toMatchObject({ stored: 100, pushed: 0 });
  });

  it("waits an outage out: nobody is quarantined when the whole goes through at last", () => {
    const { report, delivered, calls } = runFailedBatch(toNames(100), (_, attempt) => attempt <= 4);
    expect(delivered).toHaveLength(100);
    expect(report).toEqual({ stored: 100, pushed: 100, withheld: 0, quarantined: [], causes: [] });
    expect(calls.map(({ name }) => name)).not.toContain("quarantineRecipients");
  });

  it("tries one alone for a while before it gives up, for longer when nobody else was reached", () => {
    expect(runFailedBatch(["ada"], (_, attempt) => attempt <= 6).lost).toEqual([]);
    const among = runFailedBatch(toNames(20), (name) => name === "person-7");
    expect(among.calls.slice(-4).map(({ name }) => name)).toEqual([
      ...["deliverBatch", "deliverBatch", "deliverBatch"],
      "quarantineRecipients",
    ]);
    // In parts of 10, 5, 3 and 1, then alone with pauses.
    expect(among.triesOf.get("person-7")).toBe(4 + 3);
  });

  it("keeps each one's own cause and number of attempts", () => {
    const { calls } = runFailedBatch(toNames(40), (name) => name === "person-3" || name === "person-30");
    const { failed } = quarantineRequestSchema.parse(calls.at(-1)?.input);
    expect(failed.map(({ cause }) => cause).toSorted()).toEqual([
      "SignalR refused person-3",
      "SignalR refused person-30",
    ]);
    for (const { attempts } of failed) expect(attempts).toBeGreaterThan(3);
  });

  it("says which notifications stand in the inbox although the push failed", () => {
    const { output } = runOrchestrator(
      deliverFailedBatch,
      { batch: createBatch("ada", "grace"), cause: "", attempts: 3 },
      ({ name }) => {
        if (name === "quarantineRecipients") return { areStored: [true, false] };
        throw new Error("refused");
      },
    );
    expect(output).toMatchObject({
      stored: 1,
      pushed: 0,
      quarantined: [
        { target: { userId: "ada" }, isStored: true },
        { target: { userId: "grace" }, isStored: false },
      ],
      causes: ["refused"],
    });
  });
});
