/**
 * The process that the kill harness kills: an engine that starts orchestrations as it is told and tells of each when its
 * start is committed. Arguments: the folder of the state, and the ability that is switched off, if any.
 */
import { createDurableEngine } from "../../../local/durable/durable-engine.ts";
import { EventType, type HistoryEvent } from "../../../local/durable/history-event.ts";
import { InstanceStore } from "../../../local/durable/instance-store.ts";
import { isTerminal } from "../../../local/durable/runtime-status.ts";
import { openState } from "../../../local/state/open-state.ts";
import { appFunctions } from "./app-functions.ts";
import { registerKillApp } from "./kill-app.ts";
import { switchOff } from "./kill-controls.ts";
import { CONTROLS, type FromChild, type Run, type ToChild } from "./kill-messages.ts";

const [dataDir = "", control] = process.argv.slice(2);
const patienceMs = 2_500;

const beganMs = performance.now();
const state = openState(dataDir);
const openMs = performance.now() - beganMs;
const store = new InstanceStore(state);
const instances = [...store.listInstances(null)];
const unfinished = new Set(
  instances.flatMap((row) => (isTerminal(row.runtimeStatus) ? [] : [row.instanceId])),
);
const storedSteps = new Set([...unfinished].flatMap((id) => listStoredSteps(id)));
const off = CONTROLS.find((name) => name === control);
if (off !== undefined) switchOff(off, state);

let runs = 0;
let hasResumed = unfinished.size === 0;
registerKillApp((step) => {
  const text = JSON.stringify([step]);
  if (storedSteps.has(text)) tell({ kind: "ranAgain", step: text });
});
const createdMs = performance.now();
const engine = createDurableEngine({
  state,
  functions: {
    has: appFunctions.has,
    runOrchestrator: (name, id, payload) => noteRun(id, appFunctions.runOrchestrator(name, id, payload)),
    runActivity: (name, id, input) => noteRun(id, appFunctions.runActivity(name, id, input)),
  },
  storeInputsInOrchestrationHistory: true,
  log: () => {},
});
process.on("message", (message: ToChild) => {
  if (message.kind === "finish") void finish();
  else void start(message.id, message.n);
});
engine.start();
tell({ kind: "ready" });

async function start(id: string, n: number): Promise<void> {
  await engine.startNew({ name: "mixed", instanceId: id, input: JSON.stringify({ n }) });
  tell({ kind: "started", id });
}

function noteRun<T>(instanceId: string, result: T): T {
  runs += 1;
  if (!hasResumed && unfinished.has(instanceId)) {
    hasResumed = true;
    tell({ kind: "resumed", ownMs: openMs + performance.now() - createdMs });
  }
  return result;
}

/** Waits until everything has ended or nothing moves any more. */
async function finish(): Promise<void> {
  const hasAllEnded = () => [...store.listInstances(null)].every((row) => isTerminal(row.runtimeStatus));
  let seenRuns = runs;
  let lastRunMs = Date.now();
  while (!hasAllEnded() && Date.now() - lastRunMs < patienceMs) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (runs === seenRuns) continue;
    seenRuns = runs;
    lastRunMs = Date.now();
  }
  report();
}

function report(): void {
  const rows = [...store.listInstances(null)].filter((row) => row.name === "mixed");
  tell({
    kind: "report",
    runs: rows.map(({ instanceId, runtimeStatus, output }): Run => {
      const results: Record<number, number> = {};
      for (const event of store.readHistory(instanceId)) {
        if (event.EventType !== EventType.TaskCompleted) continue;
        results[event.TaskScheduledId] = (results[event.TaskScheduledId] ?? 0) + 1;
      }
      return { id: instanceId, runtimeStatus, output: output === null ? null : JSON.parse(output), results };
    }),
  });
}

/** The inputs of the activities whose results are in the history or the inbox of an instance. */
function listStoredSteps(instanceId: string): string[] {
  const events: HistoryEvent[] = [
    ...store.readHistory(instanceId),
    ...store.readInbox(instanceId).map(({ message }) => message.event),
  ];
  const inputs = new Map<number, string>();
  for (const event of events) {
    if (event.EventType === EventType.TaskScheduled && event.Input !== null)
      inputs.set(event.EventId, event.Input);
  }
  return events.flatMap((event) =>
    event.EventType === EventType.TaskCompleted ? (inputs.get(event.TaskScheduledId) ?? []) : [],
  );
}

function tell(message: FromChild): void {
  process.send?.(message);
}
