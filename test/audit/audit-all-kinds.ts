/** A thousand orchestrations of all kinds, recorded in the local Durable engine and replayed by the audit. */
import type { DurableFaults } from "../../local/durable/durable-faults.ts";
import { auditReplay } from "../../src/audit/audit-replay.ts";
import type { ReplayReport } from "../../src/domain/audit.ts";
import { planOrchestrations, type PlannedOrchestration } from "../support/orchestration-kinds.ts";
import { recordOrchestrations, type Records } from "../support/record-orchestrations.ts";

/** What was planned, and what the audit says of it. */
export type Audited = { planned: PlannedOrchestration; report: ReplayReport };

/** Plans, records and audits so many orchestrations; prints what came of each kind. */
export async function auditAllKinds(o: {
  count: number;
  seed: number;
  faults?: DurableFaults;
}): Promise<{ audited: Audited[]; records: Records }> {
  const { planned, known } = planOrchestrations(o.count, o.seed);
  const startedMs = performance.now();
  const records = await recordOrchestrations({ planned, known, ...(o.faults ? { faults: o.faults } : {}) });
  const recordedMs = performance.now();
  const audited: Audited[] = [];
  for (const one of planned) {
    const report = await auditReplay(
      {
        read: async (instanceId) => {
          const record = records.get(instanceId);
          return record === undefined ? undefined : { record, source: "history" };
        },
      },
      one.instanceId,
      "today",
    );
    if (report === undefined) throw new Error(`There is no record of ${one.kind} ${one.instanceId}.`);
    audited.push({ planned: one, report });
  }
  print(audited, records.size, {
    recordMs: recordedMs - startedMs,
    replayMs: performance.now() - recordedMs,
  });
  return { audited, records };
}

/** The first ten whose verdict is not the one that it should be. */
export function findSurprises(audited: readonly Audited[]): object[] {
  return audited
    .filter(({ planned, report }) => report.verdict !== toExpected(planned))
    .slice(0, 10)
    .map(({ planned, report }) => ({ kind: planned.kind, expected: toExpected(planned), report }));
}

function toExpected({ ends }: PlannedOrchestration): ReplayReport["verdict"] {
  switch (ends.status) {
    case "Completed":
    case "Failed":
    // Somebody ended it: that is no decision of the code, everything before it is.
    case "Terminated":
      return "reproduced";
    case "hangs":
    case "waits":
      return "incomplete";
  }
}

function print(
  audited: readonly Audited[],
  instances: number,
  { recordMs, replayMs }: { recordMs: number; replayMs: number },
): void {
  const byKind = new Map<string, Map<string, number>>();
  for (const { planned, report } of audited) {
    const counts = byKind.get(planned.kind) ?? new Map<string, number>();
    byKind.set(planned.kind, counts.set(report.verdict, (counts.get(report.verdict) ?? 0) + 1));
  }
  const lines = [...byKind].map(
    ([kind, counts]) =>
      `${[...counts]
        .map(([verdict, count]) => `${String(count).padStart(4)} ${verdict}`)
        .join(", ")
        .padEnd(20)} ${kind}`,
  );
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  const all = `${audited.length} orchestrations, ${instances} instances with their sub-orchestrations`;
  process.stdout.write(
    `${[...lines, `${all}; recorded in ${seconds(recordMs)}, replayed in ${seconds(replayMs)}`].join("\n")}\n`,
  );
}
