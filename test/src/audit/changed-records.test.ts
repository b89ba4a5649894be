import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { RecordedEvent } from "../../../src/audit/recorded-orchestration.ts";
import { changeLeaf, type Example, judge, listLeaves, recordWorld, withEvents } from "./recorded-world.ts";

let examples: Example[] = [];
beforeAll(async () => {
  const world = await recordWorld({ count: 60, seed: 11 });
  // One of each kind, and one sub-orchestration of each name.
  examples = [...new Map(world.examples.map((one) => [`${one.kind} ${one.record.name}`, one])).values()];
});

/** So many of a long list, spread evenly over it. */
function spread<T>(all: readonly T[], count: number): T[] {
  const step = Math.max(1, all.length / count);
  return Array.from({ length: Math.min(count, all.length) }, (_, index) => all[Math.floor(index * step)]!);
}

/** What has ended by itself attests to everything it was given. */
const ended = () => examples.filter(({ record }) => /^(Completed|Failed)$/.test(record.runtimeStatus));
const find = (kind: string) => {
  const example = examples.find((one) => one.kind === kind);
  if (example === undefined) throw new Error(`no record of ${kind}`);
  return example.record;
};
const eventsOf = (example: Example) => example.record.historyEvents ?? [];

describe("a changed record", () => {
  it("is found whichever value of a result, an input or an output was changed, and the step is named", async () => {
    const missed: unknown[] = [];
    let count = 0;
    for (const { kind, record } of ended()) {
      for (const leaf of spread(listLeaves(record), 150)) {
        count++;
        const verdict = await judge(changeLeaf(record, leaf));
        const isNamed =
          verdict.verdict === "diverged" &&
          (leaf.member !== "Result" || verdict.step === leaf.step || verdict.at.includes(String(leaf.step)));
        if (!isNamed) missed.push({ kind, leaf, verdict });
      }
    }
    expect(missed.slice(0, 5)).toEqual([]);
    expect(count).toBeGreaterThan(1_000);
  });

  it("is found when several values were changed", async () => {
    const candidates = ended().map((example) => ({ ...example, leaves: listLeaves(example.record) }));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...candidates),
        fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
        async ({ record, leaves }, picks) => {
          const chosen = new Set(picks.map((pick) => leaves[pick % leaves.length]!));
          const changed = [...chosen].reduce((copy, leaf) => changeLeaf(copy, leaf), record);
          expect(await judge(changed)).toMatchObject({ verdict: "diverged", step: expect.any(Number) });
        },
      ),
      { numRuns: 200 },
    );
  });

  it("is found whichever event was dropped, unless nobody had heard it", async () => {
    const missed: unknown[] = [];
    for (const example of [...ended(), ...examples.filter(({ kind }) => kind.startsWith("terminated"))]) {
      for (const [step, event] of eventsOf(example).entries()) {
        // Terminated in the very turn in which it was to be set, it would not have been.
        if (example.record.runtimeStatus === "Terminated" && event.EventType === "TimerCreated") continue;
        const verdict = await judge(withEvents(example.record, (events) => events.splice(step, 1)));
        const isFound = verdict.verdict === "diverged" || verdict.verdict === "incomplete";
        if (!isFound) missed.push({ kind: example.kind, step, event, verdict });
      }
    }
    expect(missed).toEqual([]);
  });

  it("is found when any event stands there twice", async () => {
    const missed: unknown[] = [];
    for (const example of examples) {
      for (const [step, event] of eventsOf(example).entries()) {
        // Whoever raises an event twice does no wrong; it is kept for who may wait for another.
        if (event.EventType === "EventRaised" || event.EventType === "ExecutionTerminated") continue;
        const verdict = await judge(withEvents(example.record, (events) => events.splice(step, 0, event)));
        if (verdict.verdict !== "diverged") missed.push({ kind: example.kind, step, event, verdict });
      }
    }
    expect(missed).toEqual([]);
  });

  const Timestamp = "2026-11-22T11:00:00Z";
  const ADDED: Record<string, RecordedEvent> = {
    "an unknown activity that completes": {
      EventType: "TaskCompleted",
      Timestamp,
      FunctionName: "notOurs",
      Input: "[{}]",
      Result: {},
    },
    "an unknown activity that fails": {
      EventType: "TaskFailed",
      Timestamp,
      FunctionName: "notOurs",
      Input: "[{}]",
      Reason: "no",
      Details: "",
    },
    "an activity that was scheduled": {
      EventType: "TaskScheduled",
      Timestamp,
      Name: "deliverBatch",
      Input: "[{}]",
    },
    "a sub-orchestration that was started": {
      EventType: "SubOrchestrationInstanceCreated",
      Timestamp,
      Name: "notifyAudiencePage",
      InstanceId: "x:p9",
      Input: "{}",
    },
    "a sub-orchestration that completes": {
      EventType: "SubOrchestrationInstanceCompleted",
      Timestamp,
      FunctionName: "notifyAudiencePage",
      Input: "{}",
      Result: {},
    },
    "a timer that is set": { EventType: "TimerCreated", Timestamp, FireAt: Timestamp },
    "a timer that fires": { EventType: "TimerFired", Timestamp, FireAt: Timestamp },
    "a second start": {
      EventType: "ExecutionStarted",
      Timestamp,
      FunctionName: "notifyOrderChange",
      Input: "{}",
    },
    "an end": { EventType: "ExecutionCompleted", Timestamp, OrchestrationStatus: "Completed", Result: {} },
  };
  it.each(Object.keys(ADDED))("is found when %s was added, wherever it stands", async (name) => {
    for (const example of ended()) {
      const steps = Array.from(eventsOf(example), (_, index) => index + 1);
      for (const step of spread(steps, 8)) {
        const verdict = await judge(
          withEvents(example.record, (events) => events.splice(step, 0, ADDED[name]!)),
        );
        expect({ kind: example.kind, step, verdict }).toMatchObject({ verdict: { verdict: "diverged" } });
      }
    }
  });

  it("is found when an event was added that would have been heard", async () => {
    const heard: RecordedEvent = {
      EventType: "EventRaised",
      Timestamp: "2026-11-22T10:01:00Z",
      Name: "received",
      Input: '{"at":"2026-11-22T10:01:00.000Z"}',
    };
    const record = find("escalation, nobody received");
    const verdict = await judge(withEvents(record, (events) => events.splice(1, 0, heard)));
    expect(verdict).toMatchObject({ verdict: "diverged" });
    // After the end of the wait nobody listens; Durable keeps such an event, and so it proves nothing.
    const late = await judge(withEvents(record, (events) => events.splice(-1, 0, heard)));
    expect(late).toMatchObject({ verdict: "reproduced" });
  });

  it("is found when it stands under the id of another", async () => {
    const ids = {
      escalateNotification: `escalate-8204658399999-${"z".repeat(22)}`,
      sendDigests: "digests-2026-01-01T00-00",
    };
    for (const [name, instanceId] of Object.entries(ids)) {
      const records = ended()
        .map(({ record }) => record)
        .filter((one) => one.name === name && !/receivedAt/.test(JSON.stringify(one.input)));
      expect(records.length).toBeGreaterThan(0);
      for (const record of records)
        expect(await judge({ ...record, instanceId })).toMatchObject({ verdict: "diverged", step: 0 });
    }
  });

  it("is found when a custom status was added", async () => {
    for (const { record } of ended()) {
      const verdict = await judge({ ...record, customStatus: { told: ["somebody"] } });
      expect(verdict).toMatchObject({ verdict: "diverged" });
    }
  });

  it("is not found in an attempt that was tried again, as the docs say: nobody hears of it", async () => {
    const record = find("retries that succeed");
    const step = (record.historyEvents ?? []).findIndex(({ EventType }) => EventType === "TaskFailed");
    const changed = withEvents(record, (events) => Object.assign(events[step]!, { Reason: "forged" }));
    expect(await judge(changed)).toMatchObject({ verdict: "reproduced" });
  });

  it("is found when two results, two inputs or two ends of calls were swapped", async () => {
    let swaps = 0;
    for (const example of ended()) {
      for (const { a, b, member } of spread(listSwaps(eventsOf(example)), 30)) {
        swaps++;
        const changed = withEvents(example.record, (all) => {
          const [first, second] = [{ ...all[a] }, { ...all[b] }] as Record<string, unknown>[];
          Object.assign(all[a]!, { [member]: second?.[member] });
          Object.assign(all[b]!, { [member]: first?.[member] });
        });
        const verdict = await judge(changed);
        expect({ kind: example.kind, a, b, member, verdict }).toMatchObject({
          verdict: { verdict: "diverged" },
        });
      }
    }
    expect(swaps).toBeGreaterThan(50);
  });
});

type Swap = { a: number; b: number; member: "Result" | "Input" };

/** Pairs of calls whose results or inputs are not the same. */
function listSwaps(events: readonly RecordedEvent[]): Swap[] {
  const text = (event: RecordedEvent, member: string) => JSON.stringify({ ...event }[member as "Timestamp"]);
  return events.flatMap((first, a) =>
    events.flatMap((second, b): Swap[] => {
      if (a >= b || !("FunctionName" in first && "FunctionName" in second)) return [];
      const differs = (member: string) => text(first, member) !== text(second, member);
      const swaps: Swap[] = [];
      if ("Result" in first && "Result" in second && differs("Result"))
        swaps.push({ a, b, member: "Result" });
      // With equal ends, to swap the inputs is to swap the order in which two calls ended.
      const isOther = ["EventType", "FunctionName", "Result", "Reason"].some(differs);
      if (first.Input && second.Input && differs("Input") && isOther) swaps.push({ a, b, member: "Input" });
      return swaps;
    }),
  );
}
