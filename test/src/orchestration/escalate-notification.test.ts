import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quarantineRequestSchema } from "../../../src/domain/dead-letter.ts";
import { deliveryBatchSchema } from "../../../src/domain/delivery-batch.ts";
import { escalationOutcomeSchema, type EscalationRequest } from "../../../src/domain/escalation.ts";
import { escalateNotification } from "../../../src/orchestration/escalate-notification.ts";
import { driveOrchestrator, type OpenTask, type Standing } from "../../support/orchestrator-driver.ts";

const AT = "2026-11-22T10:03:00.000Z";
const REPORT = { stored: 1, pushed: 1, withheld: 0 };

function createRequest(...escalations: [afterMinutes: number, group: string][]): EscalationRequest {
  return {
    announcement: {
      id: "8204697599999-aaaaaaaaaaaaaaaaaaaaaa",
      createdAt: "2026-11-22T10:00:00.000Z",
      title: "Order 1 was created",
      body: "",
      orderId: "801000000000001AAA",
      transition: "created",
      link: null,
    },
    escalations: escalations.map(([afterMinutes, group]) => ({ afterMinutes, group })),
    leftOut: 0,
    rootInstanceId: "order-1",
  };
}

/** The one task that is open. */
function only({ open }: Standing): OpenTask {
  expect(open).toHaveLength(1);
  const [task] = open;
  if (task === undefined) throw new Error("No task is open.");
  return task;
}

const toGroup = ({ input }: OpenTask) => {
  const [recipient] = deliveryBatchSchema.parse(input).recipients;
  if (recipient?.target.kind !== "group") throw new Error("An escalation tells groups.");
  return recipient.target.group;
};

describe("escalateNotification", () => {
  it("tells each group when its time has come, with the same notification and the reason", async () => {
    const request = createRequest([15, "managers"], [5, "team"]);
    const run = driveOrchestrator(escalateNotification, request);
    const first = only(await run.start());
    expect(first).toMatchObject({ kind: "timer", fireAt: new Date("2026-11-22T10:05:00.000Z") });
    const telling = only(await run.post(run.fired(first)));
    expect(telling).toMatchObject({ kind: "activity", name: "deliverBatch" });
    expect(deliveryBatchSchema.parse(telling.input)).toEqual({
      instanceId: "order-1",
      announcement: request.announcement,
      recipients: [
        {
          target: { kind: "group", group: "team" },
          priority: "high",
          reasons: [{ scope: "order:801000000000001AAA", group: "team", escalatedAfterMinutes: 5 }],
        },
      ],
    });
    const second = only(await run.post(run.completed(telling, REPORT)));
    expect(second.fireAt).toEqual(new Date("2026-11-22T10:15:00.000Z"));
    const last = only(await run.post(run.fired(second)));
    expect(toGroup(last)).toBe("managers");
    expect(await run.post(run.completed(last, REPORT))).toMatchObject({
      isDone: true,
      output: { outcome: "escalated", groups: ["team", "managers"], failed: [] },
    });
  });

  it("ends when somebody received it, and cancels its timer", async () => {
    const run = driveOrchestrator(escalateNotification, createRequest([5, "team"]));
    await run.start();
    const ended = await run.post(run.raised("received", { at: AT }));
    expect(ended).toMatchObject({
      isDone: true,
      output: { outcome: "received", at: AT, groups: [], failed: [] },
    });
    expect(only(ended)).toMatchObject({ kind: "timer", isCanceled: true });
  });

  it("notices what was received while a group was told, and before it began", async () => {
    const during = driveOrchestrator(escalateNotification, createRequest([5, "team"], [15, "managers"]));
    const telling = only(await during.post(during.fired(only(await during.start()))));
    await during.post(during.raised("received", { at: AT }));
    const ended = await during.post(during.completed(telling, REPORT));
    expect(ended).toMatchObject({
      isDone: true,
      output: { outcome: "received", at: AT, groups: ["team"] },
      open: [],
    });

    const before = driveOrchestrator(escalateNotification, createRequest([5, "team"]));
    await before.post(before.raised("received", { at: AT }));
    expect(await before.start()).toMatchObject({ isDone: true, output: { outcome: "received", at: AT } });
  });

  it("tells a group once, at its earliest time, however many subscriptions name it", async () => {
    const run = driveOrchestrator(escalateNotification, createRequest([30, "team"], [5, "team"]));
    const timer = only(await run.start());
    expect(timer.fireAt).toEqual(new Date("2026-11-22T10:05:00.000Z"));
    const telling = only(await run.post(run.fired(timer)));
    expect(await run.post(run.completed(telling, REPORT))).toMatchObject({
      isDone: true,
      output: { outcome: "escalated", groups: ["team"] },
    });
  });

  it("goes on to the later groups when one cannot be told, and puts it into quarantine", async () => {
    const run = driveOrchestrator(escalateNotification, createRequest([5, "gone"], [5, "team"]));
    let standing = await run.post(run.fired(only(await run.start())));
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      standing = await run.post(run.failed(only(standing), "no such group"));
      standing = await run.post(run.fired(only(standing)));
    }
    standing = await run.post(run.fired(only(standing)));
    standing = await run.post(run.completed(only(standing), REPORT));
    const quarantine = only(standing);
    expect(quarantine).toMatchObject({ kind: "activity", name: "quarantineRecipients" });
    const target = { kind: "group", group: "gone" };
    expect(quarantineRequestSchema.parse(quarantine.input).failed).toMatchObject([
      { recipient: { target }, attempts: 6, cause: expect.stringContaining("no such group") },
    ]);
    expect((await run.post(run.completed(quarantine, { areStored: [true] }))).output).toMatchObject({
      outcome: "escalated",
      groups: ["team"],
      failed: [{ target, cause: expect.stringContaining("no such group") }],
    });
  });

  it("keeps the place for a minute when the receipt was first", async () => {
    const run = driveOrchestrator(escalateNotification, { receivedAt: AT });
    const timer = only(await run.start());
    expect(timer.fireAt).toEqual(new Date("2026-11-22T10:04:00.000Z"));
    expect(await run.post(run.fired(timer))).toMatchObject({
      isDone: true,
      output: { outcome: "received", at: AT, groups: [], failed: [] },
    });
  });

  it("whatever comes in whatever order, tells each group at most once and none after the receipt", async () => {
    const escalation = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom("a", "b", "c", "d"));
    // What the next turn reads: how the open task ends, and where among it the receipt comes, if it does.
    const turn = fc.constantFrom("task", "receipt", "receipt, task", "task, receipt");
    await fc.assert(
      fc.asyncProperty(
        fc.array(escalation, { minLength: 1, maxLength: 8 }),
        fc.array(turn, { maxLength: 20 }),
        async (escalations, turns) => {
          const run = driveOrchestrator(escalateNotification, createRequest(...escalations));
          const told: string[] = [];
          let receivedAfter: number | undefined;
          let standing = await run.start();
          for (const kind of [...turns, ...Array<string>(20).fill("task")]) {
            if (standing.isDone) break;
            const task = only(standing);
            const wasTelling = task.kind === "activity";
            const end = wasTelling ? run.completed(task, REPORT) : run.fired(task);
            const events = kind
              .split(", ")
              .map((one) => (one === "task" ? end : run.raised("received", { at: AT })));
            if (kind !== "task" && receivedAfter === undefined) {
              // A timer that was read before the receipt has told its group.
              receivedAfter = told.length + (kind === "task, receipt" && !wasTelling ? 1 : 0);
            }
            standing = await run.post(...events);
            const next = standing.open.find((one) => one.kind === "activity" && one.id !== task.id);
            if (next) told.push(toGroup(next));
          }
          expect(new Set(told).size).toBe(told.length);
          expect(standing.isDone).toBe(true);
          const { outcome, groups } = escalationOutcomeSchema.parse(standing.output);
          expect(groups).toEqual(told);
          if (receivedAfter !== undefined) expect(told).toHaveLength(receivedAfter);
          const all = new Set(escalations.map(([, group]) => group));
          if (outcome === "escalated") expect(new Set(told)).toEqual(all);
          if (receivedAfter === undefined) expect(outcome).toBe("escalated");
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
