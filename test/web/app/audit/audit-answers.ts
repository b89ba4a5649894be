/** What the audit routes answer about a few made-up changes; parsed with the schemas, so that none can be wrong. */
import {
  type OrderAudit,
  orderAuditSchema,
  type ReplayReport,
  replayReportSchema,
  type Timeline,
  timelineSchema,
} from "../../../../src/domain/audit.ts";

export const ORDER_ID = "8015g00000AbCdEAAV";
export const ACCOUNT = "account:001000000000001AAA";
/** The activation of the order. */
export const INSTANCE_ID = `order-${ORDER_ID}-q3J8fKx0Zt5uVbNcYwA1-g`;
/** Its creation, two days before. */
export const CREATED_ID = `order-${ORDER_ID}-aaJ8fKx0Zt5uVbNcYwA1-g`;
export const NOTIFICATION_ID = "8204676799876-q3J8fKx0Zt5uVbNcYwA1-g";

const activated = {
  outcome: "news",
  kinds: ["activated", "statusChanged"],
  changes: [
    { field: "Status", from: "Draft", to: "Activated" },
    { field: "StatusCode", from: "Draft", to: "Activated" },
  ],
  before: "known",
  uncertain: false,
} as const;

/** Three changes of one order, and the evidence of the first. */
export function makeOrderAudit(part: Partial<OrderAudit> = {}): OrderAudit {
  return orderAuditSchema.parse({
    orderId: ORDER_ID,
    changes: [
      {
        instanceId: CREATED_ID,
        systemModstamp: "2026-11-20T08:15:00.000Z",
        route: "outboundMessage",
        recordedAt: "2026-11-20T08:15:02.300Z",
        state: "started",
        decidedAt: "2026-11-20T08:15:02.410Z",
        transition: { outcome: "news", kinds: ["created"], changes: [], before: "none", uncertain: false },
        text: "The order was created.",
      },
      {
        instanceId: `order-${ORDER_ID}-bbJ8fKx0Zt5uVbNcYwA1-g`,
        systemModstamp: "2026-11-21T17:40:12.000Z",
        route: "poll",
        recordedAt: "2026-11-21T17:41:03.000Z",
        state: "started",
        decidedAt: "2026-11-21T17:41:03.120Z",
        transition: { outcome: "silent", reason: "unchanged" },
        text: "Nothing that people are told of had changed.",
      },
      {
        instanceId: INSTANCE_ID,
        systemModstamp: "2026-11-22T10:00:01.000Z",
        route: "outboundMessage",
        recordedAt: "2026-11-22T10:00:01.900Z",
        state: "started",
        decidedAt: "2026-11-22T10:00:02.110Z",
        transition: activated,
        text: "The order was activated; its status changed from Draft to Activated.",
      },
    ],
    evidence: [
      {
        instanceId: CREATED_ID,
        createdAt: "2026-11-21T02:00:04.000Z",
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      },
    ],
    next: null,
    ...part,
  });
}

/** One recipient. */
export function makeTold(
  userId: string,
  part: Partial<Timeline["told"][number]> = {},
): Timeline["told"][number] {
  return {
    target: { kind: "user", userId },
    priority: "normal",
    reasons: [{ scope: ACCOUNT, text: "Follows account Acme (001000000000001AAA)." }],
    outcome: "pushed",
    outcomeText: "Stored in the inbox, then pushed to every open page.",
    receipt: null,
    ...part,
  };
}

/** The activation, with one of everything. */
export function makeTimeline(part: Partial<Timeline> = {}): Timeline {
  return timelineSchema.parse({
    instanceId: INSTANCE_ID,
    name: "notifyOrderChange",
    source: "history",
    status: "Completed",
    startedAt: "2026-11-22T10:00:02.000Z",
    endedAt: "2026-11-22T10:00:03.000Z",
    orderId: ORDER_ID,
    notificationId: NOTIFICATION_ID,
    headline: "Order 00000114 was activated: 5 were told, 1 could not be reached, and 3 were not told.",
    change: {
      orderId: ORDER_ID,
      systemModstamp: "2026-11-22T10:00:01.000Z",
      changeHash: "q3J8fKx0Zt5uVbNcYwA1-g",
      coreFields: {
        Id: ORDER_ID,
        AccountId: "001000000000001AAA",
        OwnerId: "005000000000001AAA",
        Status: "Activated",
        StatusCode: "Activated",
        TotalAmount: "9400",
        CreatedDate: "2026-11-20T08:15:00.000Z",
        SystemModstamp: "2026-11-22T10:00:01.000Z",
      },
      otherFields: { OrderNumber: "00000114", Region__c: null },
      route: "outboundMessage",
      outboundMessageNotificationId: "04l5g00000XyZaBAAV",
    },
    transition: activated,
    transitionText: "The order was activated; its status changed from Draft to Activated.",
    entries: [
      {
        at: "2026-11-22T10:00:01.900Z",
        kind: "source",
        text: "Salesforce told of it by an outbound message.",
      },
      {
        at: "2026-11-22T10:00:02.110Z",
        kind: "transition",
        text: "Compared with the last known version: the order was activated.",
      },
      {
        at: "2026-11-22T10:00:02.110Z",
        kind: "decision",
        text: "9 people and groups have rows for this order; 6 of them asked for this change.",
      },
      {
        at: "2026-11-22T10:00:02.480Z",
        kind: "delivery",
        text: "A batch of 6: 6 stored in inboxes, 4 pushed, 1 withheld until quiet hours end.",
      },
      {
        at: "2026-11-22T10:00:02.700Z",
        kind: "failure",
        text: "SignalR refused linus at the third attempt (413). They were put into quarantine.",
      },
      {
        at: "2026-11-22T10:00:02.900Z",
        kind: "escalation",
        text: "If nobody receives it within 15 minutes, the group night-shift is told.",
        instanceId: `escalate-${NOTIFICATION_ID}`,
      },
      { at: "2026-11-22T10:00:41.000Z", kind: "receipt", text: "ada read it." },
      {
        at: "2026-11-22T11:20:00.000Z",
        kind: "redrive",
        text: "An administrator had linus told again.",
        instanceId: "redrive-20261122-7f",
      },
      { at: null, kind: "page", text: "A further page of the audience.", instanceId: `${INSTANCE_ID}:p1` },
      { at: "2026-11-22T10:00:03.000Z", kind: "end", text: "The orchestration ended." },
    ],
    told: [
      makeTold("ada", {
        priority: "high",
        receipt: "read",
        reasons: [
          { scope: ACCOUNT, text: "Follows account Acme (001000000000001AAA)." },
          { scope: "owner:005000000000001AAA", text: "Follows the orders of owner 005000000000001AAA." },
        ],
      }),
      makeTold("grace", { receipt: "seen" }),
      makeTold("margaret", {
        outcome: "stored",
        outcomeText: "Stored in the inbox; the push was not taken.",
      }),
      makeTold("katherine", {
        outcome: "withheld",
        outcomeText: "Stored in the inbox; the push was withheld, and one summary follows.",
        quietUntil: "2026-11-23T06:00:00.000Z",
      }),
      makeTold("linus", {
        outcome: "quarantined",
        outcomeText: "Could not be reached at the third attempt; an administrator can send it again.",
      }),
      makeTold("", {
        target: { kind: "group", group: "emea-sales" },
        reasons: [{ scope: "all", group: "emea-sales", text: "The group emea-sales follows every order." }],
      }),
    ],
    notTold: [
      {
        target: { kind: "user", userId: "alan" },
        isRecipient: false,
        causes: [
          {
            scope: ACCOUNT,
            rule: "minimumAmount",
            text: "Asks for amounts of 10000 or more, and this order has 9400.",
            row: {
              scope: ACCOUNT,
              target: { kind: "user", userId: "alan" },
              rules: { transitions: ["activated"], minimumAmount: "10000", priority: "normal" },
              preferences: { version: 3 },
            },
          },
        ],
      },
      {
        target: { kind: "user", userId: "barbara" },
        isRecipient: false,
        causes: [{ scope: "all", rule: "mutedScope", text: "Has muted every order.", row: null }],
      },
      {
        target: { kind: "user", userId: "ada" },
        isRecipient: true,
        causes: [
          {
            scope: `order:${ORDER_ID}`,
            rule: "transitions",
            text: "Asks for deletions only.",
            row: {
              scope: `order:${ORDER_ID}`,
              target: { kind: "user", userId: "ada" },
              rules: { transitions: ["deleted"], priority: "high" },
              preferences: {
                version: 7,
                mutedTransitions: ["changed"],
                quietUntil: "2026-11-23T06:00:00.000Z",
              },
            },
          },
        ],
      },
    ],
    ...part,
  });
}

/** A replay that comes out the same. */
export function makeReport(part: Partial<ReplayReport> = {}): ReplayReport {
  return replayReportSchema.parse({
    instanceId: INSTANCE_ID,
    source: "history",
    verdict: "reproduced",
    codeVersion: { recorded: "0.1.0+2b1b921", now: "0.1.0+2b1b921" },
    orchestrations: [
      { instanceId: INSTANCE_ID, name: "notifyOrderChange", result: { verdict: "reproduced", steps: 7 } },
      {
        instanceId: `${INSTANCE_ID}:p1`,
        name: "notifyAudiencePage",
        result: { verdict: "reproduced", steps: 4 },
      },
    ],
    ...part,
  });
}

/** A replay by code that would tell one person more. */
export function makeDivergedReport(): ReplayReport {
  const recipients = (userIds: readonly string[]): object =>
    userIds.map((userId) => ({
      target: { kind: "user", userId },
      priority: "normal",
      reasons: [{ scope: ACCOUNT }],
    }));
  const announcement = { id: NOTIFICATION_ID, title: "Order 00000114 was activated", orderId: ORDER_ID };
  return makeReport({
    verdict: "diverged",
    codeVersion: { recorded: "0.1.0+2b1b921", now: "0.2.0+77ab310" },
    orchestrations: [
      {
        instanceId: INSTANCE_ID,
        name: "notifyOrderChange",
        result: {
          verdict: "diverged",
          step: 3,
          at: "the call of deliverBatch for the first batch",
          recorded: { announcement, recipients: recipients(["ada", "grace", "margaret"]) },
          now: {
            announcement: { ...announcement, title: "Order 00000114 is now activated" },
            recipients: recipients(["ada", "alan", "grace", "margaret"]),
          },
        },
      },
      {
        instanceId: `${INSTANCE_ID}:p1`,
        name: "notifyAudiencePage",
        result: { verdict: "reproduced", steps: 4 },
      },
    ],
  });
}

/** A replay of a record with a hole. */
export function makeIncompleteReport(): ReplayReport {
  return makeReport({
    verdict: "incomplete",
    source: "evidence",
    codeVersion: { recorded: null, now: "0.2.0+77ab310" },
    orchestrations: [
      {
        instanceId: INSTANCE_ID,
        name: "notifyOrderChange",
        result: {
          verdict: "incomplete",
          missing: ["The result of deliverBatch for the second batch.", "The end of the orchestration."],
        },
      },
    ],
  });
}

/** A timeline of many people. */
export function makeLargeTimeline(people: number): Timeline {
  const outcomes = ["pushed", "pushed", "pushed", "stored", "withheld"] as const;
  return makeTimeline({
    headline: `Order 00000114 was activated: ${people.toLocaleString("en")} were told.`,
    told: Array.from({ length: people }, (_, n) =>
      makeTold(`person-${String(n).padStart(4, "0")}`, { outcome: outcomes[n % 5] ?? "pushed" }),
    ),
  });
}
