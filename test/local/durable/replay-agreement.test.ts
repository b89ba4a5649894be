/**
 * Library and host number tasks independently of each other. Any orchestration, however it mixes retries, races,
 * fan-outs, timers and events, must therefore get back for every activity what that activity returned.
 */
import "./app-functions.ts";
import * as df from "durable-functions";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { InstanceStateError } from "../../../local/durable/durable-errors.ts";
import { StorageFaultError } from "../../../local/durable/durable-faults.ts";
import { replayActions } from "../../../local/durable/replay-actions.ts";
import { EventType, type HistoryEvent } from "../../../local/durable/history-event.ts";
import { parseReturnedState } from "../../../local/durable/orchestrator-state.ts";
import { toTriggerPayload } from "../../../local/durable/trigger-payload.ts";
import type { InstanceRow } from "../../../local/durable/stored-rows.ts";
import { appFunctions } from "./app-functions.ts";
import { seededRandom } from "./seeded-random.ts";
import { openTestEngine, type TestEngine } from "./test-engine.ts";

type Plan =
  | { kind: "activity"; tag: number; ms: number }
  | { kind: "retry"; tag: number; failures: number; attempts: number }
  | { kind: "timer"; ms: number }
  | { kind: "event" }
  | { kind: "all" | "any"; of: Plan[] };

const leaf = fc.oneof(
  fc.record({ kind: fc.constant("activity"), tag: fc.nat(1e6), ms: fc.nat(4) }),
  fc.record({
    kind: fc.constant("retry"),
    tag: fc.nat(1e6),
    failures: fc.nat(3),
    attempts: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({ kind: fc.constant("timer"), ms: fc.nat(4) }),
  fc.constant({ kind: "event" }),
) as fc.Arbitrary<Plan>;
const { plan } = fc.letrec<{ plan: Plan }>((tie) => ({
  plan: fc.oneof(
    { maxDepth: 2 },
    leaf,
    fc.record({
      kind: fc.constantFrom("all", "any"),
      of: fc.array(tie("plan"), { minLength: 1, maxLength: 4 }),
    }) as fc.Arbitrary<Plan>,
  ),
}));

let test: TestEngine;
let troubled: TestEngine;
const failures = new Map<string, number>();

beforeAll(() => {
  df.app.activity("tagged", {
    handler: async (input: { run: string; tag: number; ms?: number; failures?: number }) => {
      if (input.ms) await new Promise((resolve) => setTimeout(resolve, input.ms));
      const key = `${input.run} ${input.tag}`;
      const failed = failures.get(key) ?? 0;
      failures.set(key, failed + 1);
      if (failed < (input.failures ?? 0)) throw new Error(`failure of ${input.tag}`);
      return { tag: input.tag };
    },
  });
  df.app.orchestration("planned", function* (context) {
    const { run, plans } = context.df.getInput<{ run: string; plans: Plan[] }>();
    let wrong = 0;
    const check = (tag: number, task: df.Task) => () => {
      const told: unknown = task.result;
      if (!task.isCompleted && !task.isFaulted) return;
      if (
        task.isFaulted ? !String(told).includes(`failure of ${tag} `) : (told as { tag: number }).tag !== tag
      ) {
        wrong += 1;
      }
    };
    const checks: (() => void)[] = [];
    const build = (planned: Plan): df.Task => {
      switch (planned.kind) {
        case "activity": {
          const task = context.df.callActivity("tagged", { run, ...planned });
          checks.push(check(planned.tag, task));
          return task;
        }
        case "retry": {
          const options = new df.RetryOptions(1, planned.attempts);
          const task = context.df.callActivityWithRetry("tagged", options, { run, ...planned });
          checks.push(check(planned.tag, task));
          return task;
        }
        case "timer":
          return context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + planned.ms));
        case "event":
          return context.df.waitForExternalEvent("tick");
        case "all":
          return context.df.Task.all(planned.of.map(build));
        case "any":
          return context.df.Task.any(planned.of.map(build));
      }
    };
    for (const planned of plans) {
      try {
        yield build(planned);
      } catch {
        // A failure is as good as a success here; its text is checked below.
      }
      for (const done of checks) done();
    }
    return { wrong, steps: plans.length };
  });
  df.app.orchestration("monthLong", function* (context) {
    yield context.df.createTimer(new Date(context.df.getInput<string>() ?? ""));
    return yield context.df.callActivity("tagged");
  });
  test = openTestEngine();
  troubled = openTestEngine({
    faults: {
      activityDelayMs: 5,
      duplicateActivities: 0.3,
      oneEventPerTurn: true,
      shuffleCompletions: true,
      storageDelayMs: 3,
      storageErrors: 0.1,
      random: seededRandom(20_240_117),
    },
  });
});
afterAll(async () => {
  await test.close();
  await troubled.close();
});

it.each([
  ["on a good day", () => test, 60],
  ["with duplicates, delays, storage errors and single events in any order", () => troubled, 25],
] as const)(
  "fact 4 sequence numbers: gives every task of any orchestration its own result %s",
  async (day, engine, numRuns) => {
    const { start, end, engine: client } = engine();
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(plan, { minLength: 1, maxLength: 5 }), async (plans) => {
        runs += 1;
        const id = `run-${runs}`;
        await untilStored(() => start("planned", { run: `${day} ${runs}`, plans }, id));
        for (let n = countWaits(plans); n > 0; n -= 1) {
          await untilStored(() => client.raiseEvent(id, "tick", "1"));
        }
        const status = await end(id);
        expect(status).toMatchObject({
          runtimeStatus: "Completed",
          output: { wrong: 0, steps: plans.length },
        });
      }),
      { numRuns },
    );
  },
);

/** Does what a client does: after an error of the store it asks again; that the instance has ended is no error here. */
async function untilStored(command: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await command();
      return;
    } catch (error) {
      if (error instanceof InstanceStateError) return;
      if (!(error instanceof StorageFaultError)) throw error;
    }
  }
}

function countWaits(plans: Plan[]): number {
  return plans.reduce(
    (sum, planned) => sum + (planned.kind === "event" ? 1 : "of" in planned ? countWaits(planned.of) : 0),
    0,
  );
}

it("fact 5 LONG TIMERS: agrees with the library on the chain of a month-long timer", async () => {
  const startMs = Date.parse("2030-01-01T00:00:00.000Z");
  const at = (days: number) => new Date(startMs + days * 86_400_000).toISOString();
  const row = { input: JSON.stringify(at(13)), instanceId: "month", parent: null } as InstanceRow;
  const turn = (days: number, ...events: HistoryEvent[]): HistoryEvent[] => [
    { EventType: EventType.OrchestratorStarted, EventId: -1, Timestamp: at(days) },
    ...events,
  ];
  const started: HistoryEvent = {
    EventType: EventType.ExecutionStarted,
    EventId: -1,
    Timestamp: at(0),
    OrchestrationInstance: { InstanceId: "month", ExecutionId: "e" },
    ParentInstance: null,
    Name: "monthLong",
    Version: "",
    Input: row.input,
  };
  const past: HistoryEvent[] = [];
  let fresh = turn(0, started);
  const seen: string[] = [];
  for (let turns = 0; turns < 10; turns += 1) {
    const returned = await appFunctions.runOrchestrator(
      "monthLong",
      "month",
      toTriggerPayload(row, past, fresh),
    );
    const { actions } = parseReturnedState(returned);
    const { newCommands } = replayActions(actions[0], [...past, ...fresh]);
    const [command] = newCommands;
    if (command?.kind !== "timer") {
      seen.push(`${command?.kind} ${command?.id}`);
      break;
    }
    const FireAt = new Date(command.fireAtMs).toISOString();
    seen.push(`timer ${command.id} ${FireAt.slice(0, 10)}`);
    past.push(
      ...fresh,
      { EventType: EventType.TimerCreated, EventId: command.id, Timestamp: FireAt, FireAt },
      {
        EventType: EventType.OrchestratorCompleted,
        EventId: -1,
        Timestamp: FireAt,
        ActionCount: actions[0].length,
      },
    );
    const days = (command.fireAtMs - startMs) / 86_400_000;
    fresh = turn(days, {
      EventType: EventType.TimerFired,
      EventId: -1,
      Timestamp: FireAt,
      TimerId: command.id,
      FireAt,
    });
  }
  expect(seen).toEqual([
    "timer 0 2030-01-04",
    "timer 1 2030-01-07",
    "timer 2 2030-01-10",
    "timer 3 2030-01-14",
    "activity 4",
  ]);
});
