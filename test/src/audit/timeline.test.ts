import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { parseRecordedOrchestration } from "../../../src/audit/recorded-orchestration.ts";
import { toTimeline } from "../../../src/audit/timeline.ts";
import { NOTHING_SINCE, type Since } from "../../../src/audit/timeline-material.ts";
import { UnreadableRecordError } from "../../../src/audit/unreadable-record-error.ts";
import type { Timeline } from "../../../src/domain/audit.ts";
import type { Subscription, SubscriptionRules } from "../../../src/domain/subscription.ts";
import { ACCOUNT_ID, createOrderChange, ORDER_ID } from "../../support/order-change.ts";
import { createLetter } from "../../support/dead-letter.ts";
import { recordOrder, toRootId } from "./recorded-order.ts";

const IN_TIME = new URL("../../fixtures/histories/0.1.0/escalation-received-in-time.json", import.meta.url);
const instanceId = toRootId(1);
const NOTIFICATION = `${9_999_999_999_999 - Date.parse("2026-11-22T10:00:00.000Z")}-${"a".repeat(22)}`;
const change = createOrderChange({
  core: { Status: "Activated", StatusCode: "Activated", TotalAmount: "1200" },
  outboundMessageNotificationId: "04l000000000001AAA",
});

function follows(
  userId: string,
  o: { scope?: string; rules?: Partial<SubscriptionRules>; preferences?: Subscription["preferences"] } = {},
): Subscription {
  return {
    scope: o.scope ?? `account:${ACCOUNT_ID}`,
    target: { kind: "user", userId },
    rules: { priority: "normal", ...o.rules },
    ...(o.preferences ? { preferences: o.preferences } : {}),
  };
}

function tell(subscriptions: Subscription[], since: Partial<Since> = {}): Timeline {
  const records = recordOrder({ instanceId, change, pages: [subscriptions] });
  const record = parseRecordedOrchestration(records.get(instanceId), instanceId);
  return toTimeline(record, "history", { ...NOTHING_SINCE, ...since });
}

const findTold = ({ told }: Timeline, userId: string) =>
  told.find(({ target }) => target.kind === "user" && target.userId === userId);

describe("who was told", () => {
  it("is said with every subscription that asked, and its conditions beside the order's values", () => {
    const rules = { minimumAmount: "1000", statuses: ["Activated", "Closed"], priority: "high" as const };
    const timeline = tell([follows("ada", { rules }), follows("ada", { scope: `order:${ORDER_ID}` })]);
    expect(findTold(timeline, "ada")).toMatchObject({
      priority: "high",
      outcome: "pushed",
      outcomeText: "Stored in the inbox, then handed to SignalR.",
      receipt: null,
      reasons: [
        {
          text: `Follows account ${ACCOUNT_ID}, asked for orders in status Activated or Closed (this one is Activated) and orders of at least 1000 (this one is 1200); high priority.`,
        },
        { text: `Follows order ${ORDER_ID}, with no further conditions.` },
      ],
    });
    expect(timeline.headline).toBe("1 recipient: 1 pushed to SignalR; nobody was left out.");
  });

  it("has the receipts that their client sent, in a line of their own and beside their name", () => {
    const receipts = new Map([
      ["ada", { received: "2026-11-22T10:00:02.000Z", seen: "2026-11-22T10:01:00.000Z" }],
      ["ben", {}],
    ]);
    const timeline = tell([follows("ada"), follows("ben")], { receipts });
    expect(findTold(timeline, "ada")?.receipt).toBe("seen");
    expect(findTold(timeline, "ben")?.receipt).toBeNull();
    expect(timeline.entries.filter(({ kind }) => kind === "receipt")).toEqual([
      {
        at: "2026-11-22T10:00:02.000Z",
        kind: "receipt",
        text: "ada received it at 2026-11-22 10:00:02 UTC and saw it at 2026-11-22 10:01:00 UTC.",
      },
    ]);
  });

  it("gives the first fifty people with receipts a line each", () => {
    const people = Array.from({ length: 60 }, (_, index) => `person-${index}`);
    const receipts = new Map(people.map((userId) => [userId, { received: "2026-11-22T10:00:02.000Z" }]));
    const { entries } = tell(
      people.map((userId) => follows(userId)),
      { receipts },
    );
    const lines = entries.filter(({ kind }) => kind === "receipt");
    expect(lines).toHaveLength(51);
    expect(lines.at(-1)?.text).toBe("Receipts of 10 further people stand beside their names.");
  });

  it("names who had a dead letter sent again, when, and what came of it", () => {
    const letter = {
      ...createLetter("ada"),
      id: "letter",
      recipient: {
        target: { kind: "user" as const, userId: "ada" },
        priority: "normal" as const,
        reasons: [{ scope: "all" }],
      },
      redrives: [
        {
          redrivenAt: "2026-11-22T12:00:00.000Z",
          redrivenBy: "grace",
          instanceId: "redrive-1",
          result: "failed" as const,
          cause: "SignalR answered 503",
        },
      ],
    };
    const redrives = tell([follows("ada")], { letters: [letter] }).entries.filter(
      ({ kind }) => kind === "redrive",
    );
    expect(redrives).toEqual([
      {
        at: "2026-11-22T12:00:00.000Z",
        kind: "redrive",
        text: "grace had it sent again to ada; it failed again: SignalR answered 503.",
        instanceId: "redrive-1",
      },
    ]);
  });
});

describe("who was not told", () => {
  it.each<[string, Partial<SubscriptionRules>, Subscription["preferences"], string]>([
    ["amount", { minimumAmount: "5000" }, undefined, "asked for orders of at least 5000, this one is 1200"],
    [
      "transition",
      { transitions: ["created", "ownerChanged"] },
      undefined,
      "asked only to hear of a new order or a change of owner; this is an activation and a change of status",
    ],
    ["status", { statuses: ["Draft"] }, undefined, "asked for orders in status Draft; this one is Activated"],
    [
      "field",
      { fieldEquals: { Region__c: "EMEA" } },
      undefined,
      'asked for orders of which the field "Region__c" is EMEA (here it is empty or unknown)',
    ],
    ["mute", {}, { version: 1, isMuted: true }, "had muted this"],
    [
      "muted kinds",
      {},
      { version: 1, mutedTransitions: ["activated", "statusChanged"] },
      "had muted such news (an activation and a change of status); this is an activation and a change of status",
    ],
  ])("because of the %s is said with the row that said no", (_, rules, preferences, reason) => {
    const row = follows("ben", { rules, preferences });
    const { notTold, told } = tell([row]);
    expect(told).toEqual([]);
    expect(notTold).toEqual([
      {
        target: row.target,
        isRecipient: false,
        causes: [
          {
            scope: row.scope,
            rule: expect.any(String),
            text: `Follows account ${ACCOUNT_ID}, but ${reason}.`,
            row,
          },
        ],
      },
    ]);
  });

  it("but is told because of another subscription is marked so", () => {
    const { notTold, told } = tell([
      follows("ada"),
      follows("ada", { scope: "all", rules: { minimumAmount: "9999" } }),
    ]);
    expect(told).toHaveLength(1);
    expect(notTold).toMatchObject([
      {
        isRecipient: true,
        causes: [
          {
            text: "Follows all orders, but asked for orders of at least 9999, this one is 1200. Told all the same, because of another subscription.",
          },
        ],
      },
    ]);
  });
});

describe("a timeline", () => {
  it("begins with the message that brought the news, and when the ledger heard of it", () => {
    const timeline = tell([], { recordedAt: "2026-11-22T09:59:59.000Z" });
    expect(timeline.entries[0]).toEqual({
      at: "2026-11-22T09:59:59.000Z",
      kind: "source",
      text: `At 2026-11-22 09:59:59 UTC, an outbound message from Salesforce (its notification 04l000000000001AAA) brought order ${ORDER_ID} as it was last modified at 2026-11-22 10:00:00 UTC.`,
    });
    expect(timeline).toMatchObject({ orderId: ORDER_ID, notificationId: NOTIFICATION, status: "Completed" });
  });

  it("says so when today's rules would choose other people than were told", () => {
    const records = recordOrder({ instanceId, change, pages: [[follows("ada")]] });
    // As if ada's row had asked for more since: the record says she was told.
    const text = JSON.stringify(records.get(instanceId)).replace(
      '"rules":{"priority":"normal"}',
      '"rules":{"priority":"normal","minimumAmount":"5000"}',
    );
    const timeline = toTimeline(parseRecordedOrchestration(JSON.parse(text), instanceId), "evidence");
    expect(timeline.entries.map((entry) => entry.text)).toContainEqual(
      expect.stringMatching(/^Today's rules would decide otherwise than is recorded here: 1 were told whom/),
    );
    expect(findTold(timeline, "ada")?.outcome).toBe("pushed");
    expect(timeline.source).toBe("evidence");
  });

  it("refuses a record that makes no sense, and says where", () => {
    const record = (o: object) =>
      parseRecordedOrchestration(
        { name: "notifyOrderChange", instanceId, runtimeStatus: "Completed", input: { change }, ...o },
        instanceId,
      );
    expect(() => toTimeline(record({ name: "somethingElse" }), "history")).toThrow(UnreadableRecordError);
    expect(() => toTimeline(record({ input: { change: 1 } }), "history")).toThrow(
      expect.objectContaining({ details: [expect.stringContaining("change")] }),
    );
    expect(() =>
      record({ historyEvents: [{ EventType: "Nonsense", Timestamp: "2026-11-22T10:00:00Z" }] }),
    ).toThrow(UnreadableRecordError);
  });
});

describe("a redrive", () => {
  const instanceId = "redrive-aaaaaaaaaaaaaaaaaaaaaa";
  const Timestamp = "2026-11-22T12:00:00.000Z";
  const letters = [1, 2].map((n) => ({ ...createLetter("ada", n), id: `letter-${n}` }));
  const toBatch = (n: number) => {
    const { instanceId: root, announcement, recipient } = createLetter("ada", n);
    return JSON.stringify([{ instanceId: root, announcement, recipients: [recipient] }]);
  };
  const tellRedrive = (runtimeStatus: string, ...ends: object[]) => {
    const input = { ids: letters.map(({ id }) => id), redrivenBy: "grace" };
    const loaded = {
      EventType: "TaskCompleted",
      Timestamp,
      FunctionName: "loadDeadLetters",
      Input: JSON.stringify([{ ids: input.ids, instanceId }]),
      Result: { letters },
    };
    const record = { name: "redriveDeadLetters", instanceId, runtimeStatus, input };
    const historyEvents = [loaded, ...ends];
    return toTimeline(parseRecordedOrchestration({ ...record, historyEvents }, instanceId), "history");
  };

  it("of two letters for one person says of each what came of it", () => {
    const call = { Timestamp, FunctionName: "deliverBatch" };
    const { told, headline } = tellRedrive(
      "Completed",
      {
        ...call,
        EventType: "TaskCompleted",
        Input: toBatch(1),
        Result: { stored: 1, pushed: 1, withheld: 0 },
      },
      { ...call, EventType: "TaskFailed", Input: toBatch(2), Reason: "SignalR answered 400" },
    );
    expect(told.map(({ outcome }) => outcome)).toEqual(["pushed", "quarantined"]);
    expect(headline).toBe("1 sent again, 1 failed again.");
  });

  it("that is under way counts nobody as sent again", () => {
    const open = { EventType: "TaskScheduled", Timestamp, Name: "deliverBatch", Input: toBatch(1) };
    expect(tellRedrive("Running", open).headline).toBe(
      "It is still under way. 0 sent again, 0 failed again, of 2 it is not recorded.",
    );
  });
});

describe("an escalation", () => {
  it("does not say that nobody had received it when a receipt came in the turn in which the wait ended", () => {
    const { records } = z
      .object({ records: z.array(z.unknown()).min(1) })
      .parse(JSON.parse(readFileSync(IN_TIME, "utf8")));
    const record = parseRecordedOrchestration(records[0], "escalation");
    const events = record.historyEvents ?? [];
    const index = events.findIndex(({ EventType }) => EventType === "EventRaised");
    const timer = events.find(({ EventType }) => EventType === "TimerCreated");
    if (timer?.EventType !== "TimerCreated") throw new Error("it waited for nothing");
    const { FireAt } = timer;
    const fired = { EventType: "TimerFired" as const, Timestamp: FireAt, FireAt };
    const historyEvents = events.toSpliced(index + 1, 0, fired);
    const { entries } = toTimeline({ ...record, historyEvents }, "history");
    const texts = entries.map(({ text }) => text);
    expect(texts).toContain("Somebody received the notification.");
    expect(texts.filter((text) => text.includes("nobody had received it"))).toEqual([]);
  });
});
