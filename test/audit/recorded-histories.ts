/** The histories of earlier versions, and what today's code makes of them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import {
  parseRecordedOrchestration,
  type RecordedOrchestration,
} from "../../src/audit/recorded-orchestration.ts";
import { replayOrchestration } from "../../src/audit/replay-orchestration.ts";
import type { Verdict } from "../../src/domain/audit.ts";
import type { ORCHESTRATORS } from "../../src/orchestration/orchestrators.ts";
import { findPrefixes } from "./find-prefixes.ts";

const historySchema = z.strictObject({
  kind: z.string(),
  version: z.string(),
  /** False: it was running when it was recorded. */
  isFinished: z.boolean(),
  /** Status answers: of the orchestration itself first, then of what it started. */
  records: z.array(z.looseObject({ instanceId: z.string() })).min(1),
});

/** One file of `test/fixtures/histories/`. */
export type RecordedHistory = Omit<z.infer<typeof historySchema>, "records"> & {
  file: string;
  records: RecordedOrchestration[];
};

const FOLDER = join(import.meta.dirname, "../fixtures/histories");

/** All recorded histories of all versions. */
export function readRecordedHistories(): RecordedHistory[] {
  return readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".json"))
    .toSorted()
    .map((file) => {
      const history = historySchema.parse(JSON.parse(readFileSync(join(FOLDER, file), "utf8")));
      const records = history.records.map((record) => parseRecordedOrchestration(record, record.instanceId));
      return { ...history, file, records };
    });
}

/** What a history says of today's code, and how many replays say so. */
export type Judgement = { replays: number; problems: string[] };

/**
 * Replays each orchestration of a history whole, and every beginning of it: at each of its events it may be running
 * while this code is deployed, and has to go on as it began.
 */
export async function judgeHistory(
  { file, records }: RecordedHistory,
  orchestrators: typeof ORCHESTRATORS,
): Promise<Judgement> {
  const problems: string[] = [];
  let replays = 0;
  for (const record of records) {
    const count = record.historyEvents?.length ?? 0;
    const hasEnded = record.historyEvents?.at(-1)?.EventType === "ExecutionCompleted";
    const whole = {
      record,
      events: count,
      expected: hasEnded ? ("reproduced" as const) : ("incomplete" as const),
    };
    const beginnings = findPrefixes(record, records).map((prefix) => ({
      record: prefix,
      events: prefix.historyEvents?.length ?? 0,
      expected: "incomplete" as const,
    }));
    // The whole record first: what it says is easier to read than what its beginnings say.
    for (const { record: one, events, expected } of [whole, ...beginnings]) {
      replays += 1;
      const { result } = await replayOrchestration(one, orchestrators);
      if (result.verdict === expected) continue;
      const part = one === record ? "" : ` (running, after ${events} events)`;
      problems.push(`${file}: ${record.name} ${record.instanceId}${part}\n${toText(result)}`);
      // One more would say the same again.
      break;
    }
  }
  return { replays, problems };
}

/** What to do about a problem. */
export const WHAT_TO_DO = `Today's code does not repeat what an earlier version did. Orchestrations of that version may be running now,
and would fail or go astray; recorded ones could not be audited any more.
Leave the orchestrator as it was and add the change as a new one under a new name: docs/audit.md, "A new version of an
orchestrator". Do not change or remove the recorded history.`;

function toText(result: Verdict): string {
  switch (result.verdict) {
    case "reproduced":
      return `  ended after ${result.steps} steps, though more was recorded`;
    case "diverged":
      return [
        `  step ${result.step}: ${result.at}`,
        `  recorded: ${JSON.stringify(result.recorded)}`,
        `  now:      ${JSON.stringify(result.now)}`,
      ].join("\n");
    case "incomplete":
      return `  waits for what was not recorded: ${result.missing.join(", ")}`;
  }
}
