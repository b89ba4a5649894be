/** The release gate: `npm run audit:golden`. docs/audit.md says what to do when it fails. */
import { describe, expect, it } from "vitest";
import type { OrchestrationContext } from "durable-functions";
import type { Orchestrator } from "../../src/orchestration/attest.ts";
import { ACTIVITY, ORCHESTRATION } from "../../src/orchestration/names.ts";
import { ORCHESTRATORS } from "../../src/orchestration/orchestrators.ts";
import { findPrefixes } from "./find-prefixes.ts";
import { judgeHistory, readRecordedHistories, WHAT_TO_DO } from "./recorded-histories.ts";

const histories = readRecordedHistories();

describe("recorded histories of earlier versions", () => {
  it("are there, and tell of every orchestration", () => {
    const names = new Set(histories.flatMap(({ records }) => records.map(({ name }) => name)));
    expect([...names].toSorted()).toEqual(Object.keys(ORCHESTRATION).toSorted());
    expect(histories.filter(({ isFinished }) => !isFinished).length).toBeGreaterThan(2);
  });

  it.each(histories.map((history) => [history.file, history] as const))(
    "%s comes out the same today, and could go on from any of its events",
    async (_, history) => {
      const { problems, replays } = await judgeHistory(history, ORCHESTRATORS);
      expect(problems.length === 0 ? [] : [...problems, WHAT_TO_DO]).toEqual([]);
      const events = history.records.flatMap(({ historyEvents }) => historyEvents ?? []);
      expect(replays).toBe(events.length);
    },
  );
});

it("cuts histories where calls are under way, as the status API would have shown them", () => {
  const cut = histories.flatMap(({ records }) => records.flatMap((record) => findPrefixes(record, records)));
  const kinds = cut.map(({ historyEvents }) => historyEvents?.map(({ EventType }) => EventType) ?? []);
  expect(kinds.filter((one) => one.includes("TaskScheduled")).length).toBeGreaterThan(100);
  expect(kinds.filter((one) => one.includes("SubOrchestrationInstanceCreated")).length).toBeGreaterThan(5);
  expect(kinds.filter((one) => one.includes("ExecutionCompleted"))).toEqual([]);
});

describe("the gate notices", () => {
  const { notifyOrderChange, sendDigests, redriveDeadLetters } = ORCHESTRATORS;

  it("an orchestrator that begins with one more activity", async () => {
    const changed: Orchestrator = function* (context) {
      yield context.df.callActivity(ACTIVITY.loadDeadLetters, {});
      return yield* notifyOrderChange(context);
    };
    const found = await judgeHistoriesOf("notifyOrderChange", {
      ...ORCHESTRATORS,
      notifyOrderChange: changed,
    });
    expect(found).not.toContain(undefined);
    expect(found.join("\n")).toMatch(
      /ordinary-order\.json: notifyOrderChange order-\S+\n {2}step \d+: .+\n {2}recorded: .+\n {2}now: /,
    );
    expect(found.join("\n")).toContain(ACTIVITY.loadDeadLetters);
  });

  it("one that ends with one more activity", async () => {
    const changed: Orchestrator = function* (context) {
      const output = yield* redriveDeadLetters(context);
      yield context.df.callActivity(ACTIVITY.recordRedrives, { results: [] });
      return output;
    };
    const found = await judgeHistoriesOf("redriveDeadLetters", {
      ...ORCHESTRATORS,
      redriveDeadLetters: changed,
    });
    expect(found).not.toContain(undefined);
  });

  it("two calls that change places", async () => {
    const swapped = new Map<string, string>([
      [ACTIVITY.pushDigests, ACTIVITY.forgetDigests],
      [ACTIVITY.forgetDigests, ACTIVITY.pushDigests],
    ]);
    const changed = withCalls(sendDigests, (name, input) => ({ name: swapped.get(name) ?? name, input }));
    const found = await judgeHistoriesOf("sendDigests", { ...ORCHESTRATORS, sendDigests: changed });
    expect(found).not.toContain(undefined);
    expect(found.join("\n")).toContain(ACTIVITY.forgetDigests);
  });

  it("an input of an activity that gains a member", async () => {
    const changed = withCalls(notifyOrderChange, (name, input) => ({
      name,
      input: name === ACTIVITY.deliverBatch ? { ...input, isSilent: false } : input,
    }));
    const found = await judgeHistoriesOf("notifyOrderChange", {
      ...ORCHESTRATORS,
      notifyOrderChange: changed,
    });
    const ordinary = found.find((one) => one?.includes("ordinary-order.json"));
    expect(ordinary).toMatch(/recorded: .*deliverBatch.*isSilent.*absent.*\n.*now: .*isSilent.*false/);
  });

  it("an orchestrator that is gone", async () => {
    const { echoReceipts: _, ...left } = ORCHESTRATORS;
    const found = await judgeHistoriesOf("echoReceipts", left as typeof ORCHESTRATORS);
    expect(found).not.toContain(undefined);
    expect(found[0]).toContain("echoReceipts");
  });

  it("nothing when the change comes as a new version under a new name", async () => {
    const notifyOrderChangeV2: Orchestrator = function* (context) {
      yield context.df.callActivity(ACTIVITY.loadDeadLetters, {});
      return yield* notifyOrderChange(context);
    };
    const both = { ...ORCHESTRATORS, notifyOrderChangeV2 };
    const found = await judgeHistoriesOf("notifyOrderChange", both);
    expect(found.length).toBeGreaterThan(10);
    expect(found.filter((problem) => problem !== undefined)).toEqual([]);
  });
});

/** The first problem of each history in which the orchestrator ran; its sub-orchestrations count too. */
async function judgeHistoriesOf(
  name: keyof typeof ORCHESTRATION,
  orchestrators: typeof ORCHESTRATORS,
): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = [];
  for (const history of histories) {
    if (!history.records.some((record) => record.name === name)) continue;
    const { problems } = await judgeHistory(history, orchestrators);
    found.push(problems[0]);
  }
  return found;
}

/** The same orchestrator, calling its activities otherwise. */
function withCalls(
  orchestrator: Orchestrator,
  change: (name: string, input: object) => { name: string; input: object },
): Orchestrator {
  return (context) => {
    const { df } = context;
    type Calls = Pick<OrchestrationContext["df"], "callActivity" | "callActivityWithRetry">;
    const calls: Calls = {
      callActivity: (name, input) => {
        const call = change(name, Object(input) as object);
        return df.callActivity(call.name, call.input);
      },
      callActivityWithRetry: (name, retry, input) => {
        const call = change(name, Object(input) as object);
        return df.callActivityWithRetry(call.name, retry, call.input);
      },
    };
    const changed = Object.create(context, {
      df: { value: Object.assign(Object.create(df) as typeof df, calls) },
    });
    return orchestrator(changed as OrchestrationContext);
  };
}
