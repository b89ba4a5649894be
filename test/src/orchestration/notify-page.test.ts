import { describe, expect, it } from "vitest";
import type { OrchestrationContext } from "durable-functions";
import { pageManifestSchema } from "../../../src/domain/manifest.ts";
import type { News } from "../../../src/domain/transition.ts";
import { notifyPage } from "../../../src/orchestration/notify-page.ts";
import { createOrderChange } from "../../support/order-change.ts";
import { type Call, runOrchestrator } from "../../support/run-orchestrator.ts";

const news: News = { outcome: "news", kinds: ["created"], changes: [], before: "none", uncertain: false };
const claim = { transition: news, decidedAt: "2026-11-22T10:00:00.000Z", link: null };
const page = {
  subscriptions: Array.from({ length: 250 }, (_, index) => ({
    scope: "all",
    target: { kind: "user" as const, userId: `person-${index}` },
    rules: { priority: "normal" as const },
  })),
  next: null,
};

/** Notifies 250 people in three batches, as the instance `instanceId`. */
function runPage(instanceId: string, answer: (call: Call) => unknown) {
  const decision = { change: createOrderChange(), claim, news, rootInstanceId: "order-1", traced: {} };
  const notify = (context: OrchestrationContext) => notifyPage(context, decision, page);
  const { output, calls } = runOrchestrator(notify, null, answer, instanceId);
  return { manifest: pageManifestSchema.parse(output), calls };
}

/** The second batch fails. */
const refuseSecond = () => {
  const seen = new Set<string>();
  return ({ name, input }: Call, split: () => unknown) => {
    if (name === "deliverFailedBatch") return split();
    const text = JSON.stringify(input);
    seen.add(text);
    if ([...seen].indexOf(text) === 1) throw new Error("refused");
    return { stored: 1, pushed: 1, withheld: 0 };
  };
};

describe("a page of the audience", () => {
  it("has a failed batch delivered apart, in an orchestration with an id of its own", () => {
    const answer = refuseSecond();
    const report = { stored: 100, pushed: 99, withheld: 0, quarantined: [], causes: [] };
    const { manifest, calls } = runPage("order-1", (call) => answer(call, () => report));
    expect(manifest.batches.map(({ outcome }) => outcome)).toEqual(["delivered", "split", "delivered"]);
    expect(manifest.batches[1]).toEqual({ outcome: "split", ...report });
    const apart = calls.filter(({ name }) => name === "deliverFailedBatch");
    expect(apart).toMatchObject([{ instanceId: "order-1:p0b1", input: { cause: "refused", attempts: 3 } }]);
    expect(calls.filter(({ name }) => name === "deliverBatch")).toHaveLength(1 + 3 + 1);
  });

  it("names its number in that id", () => {
    const answer = refuseSecond();
    const report = { stored: 100, pushed: 100, withheld: 0, quarantined: [], causes: [] };
    const { calls } = runPage("order-1:p12", (call) => answer(call, () => report));
    expect(calls.at(-1)?.instanceId).toBe("order-1:p12b1");
  });

  it("names everyone of a batch who could not even be put into quarantine", () => {
    const answer = refuseSecond();
    const { manifest } = runPage("order-1", (call) =>
      answer(call, () => {
        throw new Error("no storage");
      }),
    );
    const [, failed] = manifest.batches;
    expect(failed).toMatchObject({ outcome: "failed", cause: "no storage" });
    expect(failed?.outcome === "failed" ? failed.targets : []).toHaveLength(100);
  });
});
