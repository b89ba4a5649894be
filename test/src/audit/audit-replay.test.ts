import { beforeAll, describe, expect, it } from "vitest";
import { replayReportSchema } from "../../../src/domain/audit.ts";
import { auditReplay, readRecordTree } from "../../../src/audit/audit-replay.ts";
import type { RecordedOrchestration, RecordReader } from "../../../src/audit/recorded-orchestration.ts";
import { UnreadableRecordError } from "../../../src/audit/unreadable-record-error.ts";
import { type Example, recordWorld, withEvents } from "./recorded-world.ts";

let examples: Example[] = [];
beforeAll(async () => {
  ({ examples } = await recordWorld({ count: 60, seed: 21 }));
});

const find = (kind: string) => examples.find((one) => one.kind === kind)!.record;

/** Reads what was recorded, or what takes its place; `asked` counts. */
function readFrom(instead: Record<string, unknown> = {}): RecordReader & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    read: (instanceId) => {
      asked.push(instanceId);
      const record = Object.hasOwn(instead, instanceId)
        ? instead[instanceId]
        : examples.find(({ record: one }) => one.instanceId === instanceId)?.record;
      return Promise.resolve(record === undefined ? undefined : { record, source: "history" as const });
    },
  };
}

/** The record of a child, with something else in it. */
function changeChild(
  parent: RecordedOrchestration,
  change: (child: RecordedOrchestration) => RecordedOrchestration,
) {
  const { record } = examples.find(({ record: one }) => one.instanceId.startsWith(`${parent.instanceId}:`))!;
  return { [record.instanceId]: change(record) };
}

describe("auditReplay", () => {
  it("replays an instance and everything it started, each once", async () => {
    const root = find("several pages");
    const reader = readFrom();
    const report = await auditReplay(reader, root.instanceId, "now");
    expect(replayReportSchema.parse(report)).toEqual(report);
    expect(report).toMatchObject({
      instanceId: root.instanceId,
      source: "history",
      verdict: "reproduced",
      codeVersion: { recorded: "0.1.0+000000000000", now: "now" },
    });
    const pages = examples.filter(({ record }) => record.instanceId.startsWith(`${root.instanceId}:`));
    expect(report?.orchestrations).toHaveLength(1 + pages.length);
    expect(new Set(reader.asked).size).toBe(reader.asked.length);
  });

  it("reproduces every tree that has ended", async () => {
    for (const { kind, record } of examples.filter(({ record: one }) => one.runtimeStatus !== "Running")) {
      const report = await auditReplay(readFrom(), record.instanceId, "now");
      expect({ kind, report }).toMatchObject({ report: { verdict: "reproduced" } });
    }
  });

  it("knows nothing of what nobody recorded", async () => {
    expect(await auditReplay(readFrom(), "order-x", "now")).toBeUndefined();
    expect(await readRecordTree(readFrom(), "order-x")).toBeUndefined();
  });

  it("says which record is missing, or cannot be read", async () => {
    const root = find("split batch");
    for (const instead of [undefined, "nonsense", { ...root }]) {
      const reader = readFrom(changeChild(root, () => instead as RecordedOrchestration));
      const report = await auditReplay(reader, root.instanceId, "now");
      expect(report).toMatchObject({
        verdict: "incomplete",
        orchestrations: [
          { name: "notifyOrderChange", result: { verdict: "reproduced" } },
          { name: "deliverFailedBatch", result: { verdict: "incomplete" } },
        ],
      });
    }
  });

  it("refuses to speak of an instance whose own record cannot be read", async () => {
    const reader = readFrom({ odd: { name: 1 } });
    await expect(auditReplay(reader, "odd", "now")).rejects.toThrow(UnreadableRecordError);
  });

  it("finds a child whose record is another than the one that its parent was told of", async () => {
    const root = find("split batch");
    const quarantined = { stored: 1, pushed: 1, withheld: 0, quarantined: [], causes: [] };
    const other = changeChild(root, (child) => ({
      ...withEvents(child, (events) => Object.assign(events.at(-1)!, { Result: quarantined })),
      output: quarantined,
    }));
    expect(await auditReplay(readFrom(other), root.instanceId, "now")).toMatchObject({ verdict: "diverged" });
    const others = examples.filter(({ record }) => record.name === "deliverFailedBatch");
    const { record: foreign } = others.find(({ record }) => !record.instanceId.startsWith(root.instanceId))!;
    const swapped = changeChild(root, ({ instanceId }) => ({ ...foreign, instanceId }));
    const report = await auditReplay(readFrom(swapped), root.instanceId, "now");
    expect(report?.orchestrations[1]?.result).toMatchObject({ verdict: "diverged" });
  });

  it("finds a forged code version and a forged time of decision", async () => {
    const root = find("ordinary order");
    for (const forged of [{ codeVersion: "9.9.9" }, { decidedAt: "2020-01-01T00:00:00.000Z" }]) {
      const record = withEvents(root, (events) => {
        const claim = events.find((event) => event.EventType === "TaskCompleted")!;
        Object.assign(claim, { Result: { ...(claim.Result as object), ...forged } });
      });
      const report = await auditReplay(readFrom({ [root.instanceId]: record }), root.instanceId, "now");
      expect(report).toMatchObject({
        verdict: "diverged",
        orchestrations: [{ result: { step: 1, at: "the recorded result of claimChange (step 1)" } }],
      });
    }
  });

  it("finds a changed rule, also one that changes nobody's outcome", async () => {
    const root = find("ordinary order");
    const record = withEvents(root, (events) => {
      const claim = events.find((event) => event.EventType === "TaskCompleted")!;
      const { firstPage } = claim.Result as { firstPage: { subscriptions: { rules: object }[] } };
      Object.assign(firstPage.subscriptions[0]!.rules, { minimumAmount: "-999999" });
    });
    const report = await auditReplay(readFrom({ [root.instanceId]: record }), root.instanceId, "now");
    expect(report?.orchestrations[0]?.result).toMatchObject({
      verdict: "diverged",
      at: "the recorded result of claimChange (step 1)",
    });
  });

  it("ends where records lead in circles", async () => {
    const root = find("several pages");
    const endless: RecordReader = {
      read: (instanceId) =>
        Promise.resolve({ record: { ...structuredClone(root), instanceId }, source: "evidence" as const }),
    };
    const report = await auditReplay(endless, root.instanceId, "now");
    expect(report?.orchestrations.length).toBeLessThanOrEqual(2_001);
    expect(report?.verdict).toBe("diverged");
  });
});

describe("readRecordTree", () => {
  it("gathers the records of an audit replay, the instance first", async () => {
    const root = find("several pages");
    const records = await readRecordTree(readFrom(), root.instanceId);
    expect(records?.map(({ name }) => name).slice(0, 2)).toEqual(["notifyOrderChange", "notifyAudiencePage"]);
    expect(records?.[0]?.instanceId).toBe(root.instanceId);
  });
});
