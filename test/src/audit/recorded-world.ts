/** Small orchestrations of every kind, recorded once for a test file, and ways to change what is recorded. */
import type { Verdict } from "../../../src/domain/audit.ts";
import type { RecordedEvent, RecordedOrchestration } from "../../../src/audit/recorded-orchestration.ts";
import { parseRecordedOrchestration } from "../../../src/audit/recorded-orchestration.ts";
import { replayOrchestration } from "../../../src/audit/replay-orchestration.ts";
import type { ORCHESTRATORS } from "../../../src/orchestration/orchestrators.ts";
import type { DurableFaults } from "../../../local/durable/durable-faults.ts";
import { planOrchestrations } from "../../support/orchestration-kinds.ts";
import { recordOrchestrations } from "../../support/record-orchestrations.ts";

/** A record, and what it is an example of. */
export type Example = { kind: string; record: RecordedOrchestration };

/** Records every kind, sub-orchestrations with them. */
export async function recordWorld(o: { count: number; seed: number; faults?: DurableFaults }) {
  const { planned, known } = planOrchestrations(o.count, o.seed, true);
  const records = await recordOrchestrations({ planned, known, ...(o.faults ? { faults: o.faults } : {}) });
  const kinds = new Map(planned.map(({ instanceId, kind }) => [instanceId, kind]));
  const examples: Example[] = [...records].map(([instanceId, record]) => ({
    kind: kinds.get(instanceId) ?? "sub-orchestration",
    record: parseRecordedOrchestration(record, instanceId),
  }));
  return { records, examples };
}

/** The verdict over a record as it comes from a file or the network. */
export async function judge(record: unknown, orchestrators?: typeof ORCHESTRATORS): Promise<Verdict> {
  const parsed = parseRecordedOrchestration(JSON.parse(JSON.stringify(record)), "the test's");
  return (await replayOrchestration(parsed, orchestrators)).result;
}

/** A copy with other events. */
export function withEvents(
  record: RecordedOrchestration,
  change: (events: RecordedEvent[]) => void,
): RecordedOrchestration {
  const copy = structuredClone(record);
  change(copy.historyEvents ?? []);
  return copy;
}

/** One value that can be changed: `step` is the event it stands in, undefined outside the history. */
export interface Leaf {
  step: number | undefined;
  member: "Result" | "Input" | "input" | "output" | "customStatus";
  path: (string | number)[];
  value: unknown;
}

/** Every leaf of every input, result and output. */
export function listLeaves(record: RecordedOrchestration): Leaf[] {
  const leaves: Leaf[] = [];
  for (const member of ["input", "output", "customStatus"] as const) {
    collect(record[member], [], (path, value) => leaves.push({ step: undefined, member, path, value }));
  }
  for (const [step, event] of (record.historyEvents ?? []).entries()) {
    if ("Result" in event) {
      collect(event.Result, [], (path, value) => leaves.push({ step, member: "Result", path, value }));
    }
    if ("Input" in event && typeof event.Input === "string" && event.EventType !== "ExecutionTerminated") {
      collect(JSON.parse(event.Input), [], (path, value) =>
        leaves.push({ step, member: "Input", path, value }),
      );
    }
  }
  return leaves;
}

/** A copy with another value there. */
export function changeLeaf(record: RecordedOrchestration, leaf: Leaf): RecordedOrchestration {
  const copy = structuredClone(record);
  const holder = (leaf.step === undefined ? copy : copy.historyEvents?.[leaf.step]) as Record<
    string,
    unknown
  >;
  const isText = leaf.member === "Input";
  const root: unknown = isText ? JSON.parse(holder[leaf.member] as string) : holder[leaf.member];
  const changed = setAt(root, leaf.path, toOther(leaf.value));
  holder[leaf.member] = isText ? JSON.stringify(changed) : changed;
  return copy;
}

function collect(
  value: unknown,
  path: (string | number)[],
  tell: (path: (string | number)[], value: unknown) => void,
) {
  if (typeof value !== "object" || value === null) {
    if (path.length > 0 || value != null) tell(path, value);
    return;
  }
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  for (const [key, inner] of entries) collect(inner, [...path, key], tell);
}

function setAt(root: unknown, [key, ...rest]: (string | number)[], value: unknown): unknown {
  if (key === undefined) return value;
  const holder = root as Record<string | number, unknown>;
  holder[key] = setAt(holder[key], rest, value);
  return root;
}

function toOther(value: unknown): unknown {
  switch (typeof value) {
    case "number":
      return value + 1;
    case "boolean":
      return !value;
    case "string":
      return toOtherText(value);
    default:
      return "not null";
  }
}

/** As alike as can be, so that schemas let most of them through. */
function toOtherText(text: string): string {
  const at = text.search(/[0-9a-zA-Z]/);
  if (at < 0) return `${text}x`;
  const other = text[at] === "1" || text[at] === "x" ? "2" : /\d/.test(text[at] ?? "") ? "1" : "x";
  return text.slice(0, at) + other + text.slice(at + 1);
}
