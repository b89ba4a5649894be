/**
 * Runs the product's own orchestrators in the local Durable engine, with durable-functions' own executor, and keeps what
 * the status API then answers: the record that an audit replays. Activities are doubles, hours of waiting pass at once.
 */
import { setTimeout as delay } from "node:timers/promises";
import { appFunctions } from "../local/durable/app-functions.ts";
import * as df from "durable-functions";
import { InstanceStateError } from "../../local/durable/durable-errors.ts";
import type { DurableFaults } from "../../local/durable/durable-faults.ts";
import { eventTypeName, type HistoryEvent } from "../../local/durable/history-event.ts";
import { RECEIVED_EVENT } from "../../src/domain/escalation.ts";
import { ORCHESTRATION } from "../../src/orchestration/names.ts";
import { ATTESTED_ORCHESTRATORS } from "../../src/orchestration/orchestrators.ts";
import { openTestEngine, type TestEngine } from "../local/durable/test-engine.ts";
import { createActivityDoubles, type DoublesKnowledge } from "./activity-doubles.ts";
import { startFastClock } from "./fast-clock.ts";
import type { PlannedOrchestration } from "./orchestration-kinds.ts";
import { WORLD_STARTS_AT } from "./orchestration-planner.ts";

/** The first retry comes after so long. */
const SHORTEST_WAIT_MS = 1_000;

/** The status answers by instance id, those of sub-orchestrations among them. */
export type Records = ReadonlyMap<string, unknown>;

for (const name of Object.values(ORCHESTRATION)) df.app.orchestration(name, ATTESTED_ORCHESTRATORS[name]);

/** Runs what was planned, each to the state it is to be read in. */
export async function recordOrchestrations(o: {
  planned: readonly PlannedOrchestration[];
  known: DoublesKnowledge;
  faults?: DurableFaults;
  /** Every event has an instant of its own. */
  isTicking?: boolean;
}): Promise<Records> {
  const clock = startFastClock(Date.parse(WORLD_STARTS_AT), o.isTicking === true ? 1 : 0);
  let release: (error: Error) => void = () => undefined;
  const hung = new Promise<never>((_, reject) => {
    release = reject;
  });
  hung.catch(() => undefined);
  const doubles = createActivityDoubles(o.known, {
    hung,
    received: (instanceId, at) => void raiseReceived(test, instanceId, at),
  });
  const test = openTestEngine({
    storeInputs: true,
    retention: null,
    // Those that hang keep none of the others from running.
    maxConcurrentActivityFunctions: 1_000,
    ...(o.faults ? { faults: o.faults } : {}),
    functions: {
      has: (kind, name) => (kind === "activity" ? doubles.has(name) : appFunctions.has(kind, name)),
      runOrchestrator: appFunctions.runOrchestrator,
      runActivity: async (name, instanceId, input) => {
        const result = await doubles.get(name)?.(JSON.parse(input ?? "null"), instanceId);
        return result;
      },
    },
  });
  try {
    const [first, then] = [true, false].map((isFirst) =>
      o.planned.filter(({ ends }) => isFirst !== (ends.status === "waits" || ends.status === "Terminated")),
    ) as [PlannedOrchestration[], PlannedOrchestration[]];
    await Promise.all(first.map((one) => start(test, one)));
    clock.run();
    await Promise.all(first.map((one) => untilThere(test, one)));
    // Late activities begin, nobody's wait is over.
    clock.run(SHORTEST_WAIT_MS / 2);
    await Promise.all(then.map((one) => start(test, one)));
    await Promise.all(then.map((one) => untilThere(test, one)));
    return await readRecords(test);
  } finally {
    clock.stop();
    release(new Error("The recording is over."));
    await test.close();
  }
}

async function start(test: TestEngine, one: PlannedOrchestration): Promise<void> {
  await test.start(one.name, one.input, one.instanceId);
  if (one.isReceivedAtOnce) await raiseReceived(test, one.instanceId, new Date());
}

async function raiseReceived(test: TestEngine, instanceId: string, at: Date): Promise<void> {
  try {
    await test.engine.raiseEvent(instanceId, RECEIVED_EVENT, JSON.stringify({ at: at.toISOString() }));
  } catch (error) {
    // Whoever is late finds the escalation ended, as in the product; it may end between a question and the event.
    if (!(error instanceof InstanceStateError)) throw error;
  }
}

/** Comes to the state it is to be read in; terminates it there when that is the plan. */
async function untilThere({ engine }: TestEngine, { instanceId, ends }: PlannedOrchestration): Promise<void> {
  if ("reached" in ends) {
    while (!hasReached(engine.getHistory(instanceId), ends.reached)) await delay(5);
    if (ends.status !== "Terminated") return;
    await engine.terminate(instanceId, "Enough.");
  }
  await engine.waitForEnd(instanceId, Number.POSITIVE_INFINITY);
}

function hasReached(history: readonly HistoryEvent[], wanted: Partial<Record<string, number>>): boolean {
  return Object.entries(wanted).every(
    ([name, count = 0]) => history.filter((event) => eventTypeName(event) === name).length >= count,
  );
}

async function readRecords(test: TestEngine): Promise<Records> {
  const records = new Map<string, unknown>();
  const { instances } = test.engine.listInstances({}, Number.MAX_SAFE_INTEGER, null);
  for (const { instanceId } of instances) {
    records.set(
      instanceId,
      await test.status(instanceId, "showHistory=true&showHistoryOutput=true&showInput=true"),
    );
  }
  return records;
}
