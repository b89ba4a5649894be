/** The calls that an orchestration under audit replay has begun, found again by name and input. */
import type { ExecutorAction, ExecutorTask } from "./durable-executor.ts";
import { findDifference } from "./divergence.ts";

export type CallKind = "activity" | "subOrchestration";

/** What is called: all attempts at it share one. */
export interface Call {
  kind: CallKind;
  name: string;
  /** JSON text as a history holds it: an activity's in an array of one element. */
  inputText: string;
  instanceId: string | undefined;
  key: string;
}

/** One attempt that has begun and has no end yet. `owner` is the task that an orchestrator waits for. */
export interface OpenCall {
  id: number;
  call: Call;
  owner: ExecutorTask;
}

/** lib/src/actions/ActionType.js: CallActivity, CallActivityWithRetry, CallSubOrchestrator, …WithRetry. */
const KIND_BY_ACTION: ReadonlyMap<number, CallKind> = new Map([
  [0, "activity"],
  [1, "activity"],
  [2, "subOrchestration"],
  [3, "subOrchestration"],
]);

const calls = new WeakMap<ExecutorAction, Call>();

/** The call of an action; undefined when it is none. */
export function toCall(action: ExecutorAction): Call | undefined {
  const known = calls.get(action);
  if (known) return known;
  const kind = KIND_BY_ACTION.get(action.actionType);
  const { functionName: name, instanceId } = action;
  if (kind === undefined || name === undefined) return undefined;
  const input = action.input ?? null;
  // Once per call, not per attempt: inputs of batches are large.
  const inputText = JSON.stringify(kind === "activity" ? [input] : input);
  const call: Call = { kind, name, inputText, instanceId, key: toKey(kind, name, inputText) };
  calls.set(action, call);
  return call;
}

/** See `Call.key`. */
export function toKey(kind: CallKind, name: string, inputText: string): string {
  return `${kind} ${name} ${inputText}`;
}

/** Attempts by key, oldest first. */
export class OpenCalls {
  readonly #byKey = new Map<string, OpenCall[]>();

  add(open: OpenCall): void {
    const same = this.#byKey.get(open.call.key);
    if (same) same.push(open);
    else this.#byKey.set(open.call.key, [open]);
  }

  /** Takes the oldest of a key out. */
  take(key: string): OpenCall | undefined {
    const same = this.#byKey.get(key);
    const open = same?.shift();
    if (same?.length === 0) this.#byKey.delete(key);
    return open;
  }

  list(): OpenCall[] {
    return [...this.#byKey.values()].flat();
  }
}

/** What a record asks for beside what is open: the differing members of the closest call of that name, else the names. */
export function compareWithOpen(
  recorded: { kind: CallKind; name: string; input: unknown },
  open: readonly OpenCall[],
): { recorded: unknown; now: unknown } {
  const { kind, name } = recorded;
  const alike = open.filter(({ call }) => call.kind === kind && call.name === name).slice(0, 10);
  const differences = alike.flatMap(({ call }) => {
    const difference = findDifference(recorded.input, JSON.parse(call.inputText));
    return difference ? [{ difference, size: Object.keys(difference.recorded).length }] : [];
  });
  const [closest] = differences.toSorted((a, b) => a.size - b.size);
  return closest
    ? {
        recorded: { name, input: closest.difference.recorded },
        now: { name, input: closest.difference.now },
      }
    : { recorded: { name }, now: { open: [...new Set(open.map(({ call }) => call.name))] } };
}
