import { describe, expect, it } from "vitest";
import type { Subscription } from "../../../src/domain/subscription.ts";
import { notifyAudiencePage } from "../../../src/orchestration/notify-audience-page.ts";
import { notifyOrderChange } from "../../../src/orchestration/notify-order-change.ts";
import { type Call, runOrchestrator } from "../../support/run-orchestrator.ts";
import { createOrderChange } from "../../support/order-change.ts";

const traceparent = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
const heard = { at: "2026-11-22T10:00:00.000Z", route: "outboundMessage" };
const change = createOrderChange();
const claim = {
  transition: { outcome: "news", before: "none", kinds: ["created"], changes: [], uncertain: false },
  decidedAt: "2026-11-22T10:00:01.000Z",
  link: null,
};
const ada: Subscription = {
  scope: "all",
  target: { kind: "user", userId: "ada" },
  rules: { priority: "high", escalate: { afterMinutes: 5, group: "night" } },
};
const PAGE = { recipients: 0, exclusions: [], withheld: 0, escalations: [], batches: [], next: null };

/** Claims, delivers one batch, goes on to a second page and starts an escalation. */
function answer({ name }: Call): unknown {
  switch (name) {
    case "claimChange":
      return { ...claim, firstPage: { subscriptions: [ada], next: "more" }, codeVersion: "test" };
    case "loadAudience":
      return { subscriptions: [ada], next: null };
    case "deliverBatch":
      return { stored: 1, pushed: 1, withheld: 0 };
    case "notifyAudiencePage":
      return PAGE;
    default:
      return { started: true };
  }
}

const run = (input: object) => {
  const { calls } = runOrchestrator(notifyOrderChange, input, answer);
  return Object.fromEntries(calls.map(({ name, input: given }) => [name, given]));
};

describe("what a change is followed by", () => {
  it("reaches every step that acts, as it came", () => {
    const inputs = run({ change, traceparent, heard });
    expect(inputs["claimChange"]).toMatchObject({ traceparent });
    expect(inputs["deliverBatch"]).toMatchObject({ traceparent, heard });
    expect(inputs["notifyAudiencePage"]).toMatchObject({ traceparent, heard });
    expect(inputs["startEscalation"]).toMatchObject({ traceparent });
    // A group that is told later, on purpose, was not heard of just now.
    expect(inputs["startEscalation"]).not.toHaveProperty("heard");
  });

  it("reaches the batches of a further page", () => {
    const input = { change, claim, rootInstanceId: "order-1", after: "more", traceparent, heard };
    const { calls } = runOrchestrator(notifyAudiencePage, input, answer, "order-1:p1");
    expect(calls.find(({ name }) => name === "deliverBatch")?.input).toMatchObject({ traceparent, heard });
  });

  it("is nowhere in what an earlier version recorded", () => {
    expect(JSON.stringify(run({ change }))).not.toMatch(/traceparent|heard/);
  });
});
