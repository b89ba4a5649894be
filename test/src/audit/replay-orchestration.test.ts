import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { recordedOrchestrationSchema } from "../../../src/audit/recorded-orchestration.ts";
import { replayOrchestration } from "../../../src/audit/replay-orchestration.ts";
import { UnreadableRecordError } from "../../../src/audit/unreadable-record-error.ts";
import { seededRandom } from "../../local/durable/seeded-random.ts";
import { type Example, judge, recordWorld, withEvents } from "./recorded-world.ts";

const FAULTS = { oneEventPerTurn: true, shuffleCompletions: true, duplicateActivities: 0.3 };

let examples: Example[] = [];
let shuffled: Example[] = [];
beforeAll(async () => {
  ({ examples } = await recordWorld({ count: 80, seed: 3 }));
  ({ examples: shuffled } = await recordWorld({
    count: 80,
    seed: 4,
    faults: { ...FAULTS, random: seededRandom(9) },
  }));
});

const find = (kind: string) => {
  const example = examples.find((one) => one.kind === kind);
  if (example === undefined) throw new Error(`no record of ${kind}`);
  return example.record;
};

describe("an audit replay", () => {
  it.each([
    ["as it comes", () => examples],
    ["with calls that end in any order, one event a turn, and activities that run twice", () => shuffled],
  ])("reproduces every orchestration that has ended, recorded %s", async (_, recorded) => {
    const verdicts = new Map<string, unknown>();
    for (const { kind, record } of recorded()) {
      if (record.runtimeStatus === "Running") continue;
      const verdict = await judge(record);
      const steps = record.historyEvents?.length;
      if (verdict.verdict !== "reproduced" || verdict.steps !== steps) verdicts.set(kind, verdict);
    }
    expect([...verdicts]).toEqual([]);
  });

  it("says of a running orchestration that its end is missing, and what it waits for", async () => {
    expect(await judge(find("running: first step"))).toEqual({
      verdict: "incomplete",
      missing: ["its end", "the end of claimChange"],
    });
    const waiting = withEvents(find("escalation, nobody received"), (events) => events.splice(2));
    expect(await judge(waiting)).toEqual({
      verdict: "incomplete",
      missing: ["its end", "the event received", "a timer"],
    });
  });

  it("never calls the beginning of a history another history", async () => {
    for (const { record } of [...examples, ...shuffled]) {
      const length = record.historyEvents?.length ?? 0;
      for (let kept = 0; kept < length; kept += length > 60 ? 7 : 1) {
        const verdict = await judge(withEvents(record, (events) => events.splice(kept)));
        expect({ kept, verdict }).toMatchObject({ verdict: { verdict: "incomplete" } });
      }
    }
  });

  it("tells of the sub-orchestrations that the record knows, under the ids that today's code asks for", async () => {
    const { record } = examples.find(({ kind }) => kind === "several pages")!;
    const { children } = await replayOrchestration(record);
    expect(children[0]).toMatchObject({
      instanceId: `${record.instanceId}:p1`,
      name: "notifyAudiencePage",
      input: { rootInstanceId: record.instanceId },
      outcome: { ok: true },
    });
  });

  it("does not change the record", async () => {
    const record = find("split batch");
    const before = JSON.stringify(record);
    await replayOrchestration(record);
    expect(JSON.stringify(record)).toBe(before);
  });

  it("reads instants as .NET writes them", async () => {
    const record = find("retries that succeed");
    const text = JSON.stringify(record).replace(
      /"(Timestamp|FireAt)":"([^"]*?)(\.\d+)?Z"/g,
      (_, member, at, ms) => `"${member}":"${at}${String(ms ?? ".000").padEnd(8, "0")}Z"`,
    );
    expect(await judge(JSON.parse(text))).toMatchObject({ verdict: "reproduced" });
  });

  it("finds a name that today's code does not know", async () => {
    const record = structuredClone(find("echo"));
    record.name = "toString";
    Object.assign(record.historyEvents![0]!, { FunctionName: "toString" });
    expect(await judge(record)).toMatchObject({
      verdict: "diverged",
      step: 0,
      now: "today's code has no orchestration named toString",
    });
  });

  it("finds a name or status that the instance does not share with its history", async () => {
    const record = find("echo");
    expect(await judge({ ...record, name: "mirrorGroups" })).toMatchObject({ verdict: "diverged", step: 0 });
    expect(await judge({ ...record, runtimeStatus: "Failed" })).toMatchObject({ verdict: "diverged" });
  });

  it.each([
    ["no history was asked for", { historyEvents: undefined }, "its start"],
    ["the history is empty", { historyEvents: [] }, "its start"],
    ["no input was asked for", { input: undefined }, "the input of the instance"],
  ])("says what is missing when %s", async (_, without, missing) => {
    expect(await judge({ ...find("echo"), ...without })).toEqual({
      verdict: "incomplete",
      missing: [missing],
    });
  });

  it.each(["Input", "Result"] as const)("says so when the %s of an activity was not kept", async (member) => {
    const verdict = await judge(
      withEvents(find("echo"), (events) => delete { step: events[1]! }.step[member as never]),
    );
    expect(verdict).toMatchObject({
      verdict: "incomplete",
      missing: [`the ${member.toLowerCase()} of pushReceipts (step 1)`],
    });
  });

  it("refuses a record whose inputs are no JSON, or that no stack can hold", async () => {
    const record = find("echo");
    const broken = withEvents(record, (events) => Object.assign(events[1]!, { Input: "[{" }));
    await expect(replayOrchestration(broken)).rejects.toThrow(UnreadableRecordError);
    const deep = JSON.parse(`${"[".repeat(200_000)}${"]".repeat(200_000)}`);
    const tooDeep = { ...record, historyEvents: record.historyEvents!.map((one) => ({ ...one })) };
    Object.assign(tooDeep.historyEvents[1]!, { Result: deep });
    await expect(replayOrchestration(tooDeep)).rejects.toThrow(UnreadableRecordError);
  });

  it("answers or refuses whatever stands in a record, and always comes to an end", async () => {
    const known = examples.flatMap(({ record }) => record.historyEvents ?? []);
    const anyEvent = fc.oneof(
      fc.constantFrom(...known),
      fc.record({
        EventType: fc.constantFrom("EventRaised", "TaskCompleted", "TimerFired", "ExecutionStarted", "Odd"),
        Timestamp: fc.constant("2026-11-22T10:00:00Z"),
        Name: fc.constantFrom("received", "0", "1", "__proto__", "toString"),
        FunctionName: fc.constantFrom("claimChange", "__proto__", "constructor"),
        FireAt: fc.constant("2026-11-22T10:00:00Z"),
        Input: fc.option(fc.json()),
        Result: fc.jsonValue(),
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...examples),
        fc.array(anyEvent, { maxLength: 12 }),
        fc.boolean(),
        async ({ record }, events, isShuffled) => {
          const own = record.historyEvents ?? [];
          const historyEvents = isShuffled ? events : [...own.slice(0, 2), ...events, ...own.slice(2)];
          const parsed = recordedOrchestrationSchema.safeParse({ ...record, historyEvents });
          if (!parsed.success) return;
          try {
            const { result } = await replayOrchestration(parsed.data);
            expect(["reproduced", "diverged", "incomplete"]).toContain(result.verdict);
          } catch (error) {
            expect(error).toBeInstanceOf(UnreadableRecordError);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
