import { describe, expect, it } from "vitest";
import { escalationRequestSchema } from "../../../src/domain/escalation.ts";
import { manifestSchema, type PageManifest } from "../../../src/domain/manifest.ts";
import type { Escalation, Subscription } from "../../../src/domain/subscription.ts";
import { notifyOrderChange } from "../../../src/orchestration/notify-order-change.ts";
import { driveOrchestrator, type Standing } from "../../support/orchestrator-driver.ts";
import { createOrderChange } from "../../support/order-change.ts";

const CHANGE = createOrderChange();

function follow(userId: string, escalate?: Escalation): Subscription {
  const target = { kind: "user", userId } as const;
  return escalate
    ? { scope: "all", target, rules: { priority: "high", escalate } }
    : { scope: "all", target, rules: { priority: "normal" } };
}

function toClaim(subscriptions: Subscription[], next: string | null = null) {
  return {
    transition: { outcome: "news", before: "none", kinds: ["created"], changes: [], uncertain: false },
    decidedAt: "2026-11-22T10:00:00.000Z",
    link: null,
    firstPage: { subscriptions, next },
    codeVersion: "test",
  };
}

function find({ open }: Standing, name: string) {
  const task = open.find((one) => one.name === name);
  if (task === undefined) throw new Error(`${name} is not open: ${JSON.stringify(open)}`);
  return task;
}

const report = (stored: number) => ({ stored, pushed: stored, withheld: 0 });

/** Claims, and delivers the first page. */
async function deliverFirstPage(subscriptions: Subscription[], next: string | null = null) {
  const run = driveOrchestrator(notifyOrderChange, { change: CHANGE });
  const claiming = find(await run.start(), "claimChange");
  const delivering = find(
    await run.post(run.completed(claiming, toClaim(subscriptions, next))),
    "deliverBatch",
  );
  return { run, standing: await run.post(run.completed(delivering, report(subscriptions.length))) };
}

describe("notifyOrderChange", () => {
  it("costs two activities when nobody asked for an escalation", async () => {
    const { standing } = await deliverFirstPage([follow("ada"), follow("grace")]);
    expect(standing).toMatchObject({ isDone: true, open: [] });
    expect(manifestSchema.parse(standing.output)).toMatchObject({
      outcome: "completed",
      counts: { recipients: 2, stored: 2 },
    });
  });

  it("starts one escalation when everybody was told, with each group once at its earliest time", async () => {
    const { run, standing } = await deliverFirstPage([
      follow("ada", { afterMinutes: 30, group: "team" }),
      follow("grace", { afterMinutes: 5, group: "team" }),
      follow("linus", { afterMinutes: 15, group: "managers" }),
    ]);
    const starting = find(standing, "startEscalation");
    const request = escalationRequestSchema.parse(starting.input);
    expect(request).toMatchObject({
      escalations: [
        { afterMinutes: 5, group: "team" },
        { afterMinutes: 15, group: "managers" },
      ],
      leftOut: 0,
      rootInstanceId: "order-1",
    });
    const { isDone, output } = await run.post(run.completed(starting, { started: true }));
    expect(isDone).toBe(true);
    expect(manifestSchema.parse(output).notificationId).toBe(request.announcement.id);
  });

  it("collects the escalations of further pages, and tells at most 100 groups", async () => {
    const { run, standing } = await deliverFirstPage([follow("ada")], "next");
    const page: PageManifest = {
      recipients: 120,
      exclusions: [],
      withheld: 0,
      escalations: Array.from({ length: 120 }, (_, n) => ({ afterMinutes: n + 1, group: `group-${n}` })),
      batches: [],
      next: null,
    };
    const starting = find(
      await run.post(run.completed(find(standing, "notifyAudiencePage"), page)),
      "startEscalation",
    );
    const { escalations, leftOut } = escalationRequestSchema.parse(starting.input);
    expect(escalations).toEqual(page.escalations.slice(0, 100));
    expect(leftOut).toBe(20);
  });
});
