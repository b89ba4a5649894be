/**
 * Durable Functions as the ledger and the orchestration meet it.
 *
 * startNew refuses an id that runs, and starts an id that is over anew: its history is gone. Activities run at least once:
 * again when a worker dies or a result gets lost, sometimes twice side by side, and of several results the first is the
 * one that is recorded. The orchestrator is the real generator, run from its beginning for every step and fed with what is
 * recorded, as a replay does. Retries do not end here, so no step fails for good.
 */
import type { OrchestrationContext } from "durable-functions";
import { notifyOrderChange } from "../../src/orchestration/notify-order-change.ts";
import type { OrderChange } from "../../src/domain/order-change.ts";
import type { Chance } from "./chance.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** Runs an activity on some worker; never resolves when that worker dies, hence `death`. */
export type RunActivity = (
  name: string,
  input: unknown,
) => { result: Promise<unknown>; death: Promise<void> };

/** The task hub. */
export interface DurableFunctions {
  startNew(instanceId: string, change: OrderChange): Promise<void>;
  exists(instanceId: string): Promise<boolean>;
  /** Every start that took effect, in order. */
  readonly starts: readonly { instanceId: string; change: OrderChange; replaced: boolean }[];
  /** Orchestrations that are not over. */
  readonly running: number;
}

/** What the orchestrator yields here: one call, or several at once. */
type Call = { position: number; name: string; input: unknown };
type Yielded = Call | { all: Call[] };

/** Opens an empty task hub. */
export function createDurableFunctions(o: {
  time: VirtualTime;
  chance: Chance;
  runActivity: RunActivity;
}): DurableFunctions {
  const { time, chance, runActivity } = o;
  const states = new Map<string, "running" | "over">();
  const starts: { instanceId: string; change: OrderChange; replaced: boolean }[] = [];

  /** One execution of an activity; undefined when its worker died or its result got lost. */
  const execute = async (name: string, input: unknown): Promise<{ result: unknown } | undefined> => {
    const { result, death } = runActivity(name, toJson(input));
    const outcome = await Promise.race([
      result.then(
        (value) => ({ result: toJson(value) }),
        () => undefined,
      ),
      death.then(() => undefined),
    ]);
    return chance.oneIn(12) ? undefined : outcome;
  };

  const callActivity = async ({ name, input }: Call): Promise<unknown> => {
    await time.sleep(1 + chance.pick(100));
    if (chance.oneIn(8)) void time.sleep(chance.pick(8_000)).then(() => execute(name, input));
    for (let waitMs = 1_000; ; waitMs = Math.min(waitMs * 2, 30_000)) {
      const outcome = await execute(name, input);
      if (outcome !== undefined) return outcome.result;
      await time.sleep(waitMs);
    }
  };

  const orchestrate = async (instanceId: string, change: OrderChange): Promise<void> => {
    await time.sleep(1 + chance.pick(300));
    const recorded = new Map<number, unknown>();
    for (let calls = replay(instanceId, change, recorded); calls !== undefined;) {
      await Promise.all(calls.map(async (call) => recorded.set(call.position, await callActivity(call))));
      calls = replay(instanceId, change, recorded);
    }
    states.set(instanceId, "over");
  };

  return {
    async startNew(instanceId, change) {
      if (states.get(instanceId) === "running")
        throw new Error(`An instance ${instanceId} is running already.`);
      starts.push({ instanceId, change, replaced: states.has(instanceId) });
      states.set(instanceId, "running");
      void orchestrate(instanceId, toJson(change) as OrderChange);
    },
    exists: async (instanceId) => states.has(instanceId),
    starts,
    get running() {
      return [...states.values()].filter((state) => state === "running").length;
    },
  };
}

/** Runs the orchestrator as far as the recorded results lead; answers the calls it waits for, undefined at its end. */
function replay(
  instanceId: string,
  change: OrderChange,
  recorded: ReadonlyMap<number, unknown>,
): Call[] | undefined {
  let calls = 0;
  const df = {
    instanceId,
    getInput: () => ({ change }),
    callActivityWithRetry(name: string, _retry: unknown, input: unknown): Call {
      calls += 1;
      return { position: calls, name, input };
    },
    Task: { all: (tasks: Call[]) => ({ all: tasks }) },
  };
  const run = notifyOrderChange({ df } as unknown as OrchestrationContext);
  for (let step = run.next(); !step.done;) {
    const yielded = step.value as unknown as Yielded;
    const awaited = "all" in yielded ? yielded.all : [yielded];
    const missing = awaited.filter(({ position }) => !recorded.has(position));
    if (missing.length > 0) return missing;
    const results = awaited.map(({ position }) => recorded.get(position));
    step = run.next("all" in yielded ? results : results[0]);
  }
  return undefined;
}

/** What goes into a history comes out as JSON does. */
function toJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null)) as unknown;
}
