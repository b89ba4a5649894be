/** The audit through the public doors: a real order, told to some and not to others, and what an auditor then reads. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { auditAccessesSchema } from "../../src/domain/audit-access.ts";
import {
  orderAuditSchema,
  replayReportSchema,
  type Timeline,
  timelineSchema,
} from "../../src/domain/audit.ts";
import type { Target } from "../../src/domain/subscription.ts";
import { until } from "../support/app-client.ts";
import { startApp } from "../support/start-app.ts";

const app = await startApp();
const iris = await app.signIn("iris", ["OrderBell.Auditor"]);
const admin = await app.signIn("admin", ["OrderBell.Admin"]);
const orderId = "801000000000001AAA";
const accountId = "001000000000001AAA";
const scope = `account:${accountId}`;

async function read<Output>(path: string, schema: z.ZodType<Output>, method = "GET"): Promise<Output> {
  const response = await iris.call(method, path);
  if (response.status !== 200) throw new Error(`${path} was answered ${response.status}`);
  return schema.parse(await response.json());
}

/** Quiet hours that began an hour ago and end an hour from now, on the clock of UTC. */
function createQuietHours() {
  const toTime = (ms: number) => new Date(ms).toISOString().slice(11, 16);
  return { timeZone: "UTC", from: toTime(Date.now() - 3_600_000), to: toTime(Date.now() + 3_600_000) };
}

const toName = (target: Target) => (target.kind === "user" ? target.userId : target.group);
const findTold = ({ told }: Timeline, name: string) => told.find(({ target }) => toName(target) === name);
const toTimelinePath = (instanceId: string) => `/api/audit/orchestrations/${encodeURIComponent(instanceId)}`;

describe("an order that some hear of and others do not", () => {
  let instanceId = "";

  it("is told in words, with the row that kept somebody out", async () => {
    const ada = await app.follow("ada", scope, { minimumAmount: "1000" });
    await app.follow("ben", scope, { minimumAmount: "5000" });
    const cleo = await app.follow("cleo", scope);
    const dora = await app.follow("dora", scope);
    const nothing = { quietHours: null, mutedScopes: [], mutedTransitions: [] };
    await cleo.call("PUT", "/api/preferences", { ...nothing, mutedScopes: [scope] });
    await dora.call("PUT", "/api/preferences", { ...nothing, quietHours: createQuietHours() });
    const imported = await fetch(`${app.url}/api/admin/subscriptions`, {
      method: "PUT",
      headers: { cookie: admin.cookie, "content-type": "application/x-ndjson" },
      body: JSON.stringify({
        scope,
        target: { kind: "group", group: "desk" },
        priority: "high",
        escalate: { afterMinutes: 30, group: "floor" },
      }),
    });
    expect(imported.status).toBe(200);

    await app.postOrders({ Id: orderId, AccountId: accountId, TotalAmount: "1200.00" });
    await until(async () => (await ada.inbox()).items.length === 1);
    await until(async () =>
      (await app.orchestrations(orderId)).every((one) => one.runtimeStatus === "Completed"),
    );

    const audit = await read(`/api/audit/orders/${orderId}`, orderAuditSchema);
    expect(audit).toMatchObject({
      orderId,
      changes: [{ route: "outboundMessage", state: "started" }],
      next: null,
    });
    instanceId = String(audit.changes[0]?.instanceId);
    expect(audit.changes[0]?.text).toMatch(/^The order has changed\. What it was before is not known/);

    const timeline = await read(toTimelinePath(instanceId), timelineSchema);
    expect(timeline.headline).toBe(
      "3 recipients: 2 pushed to SignalR, 1 withheld because of quiet hours; 2 left out by their own rules or mutes.",
    );
    expect(timeline.entries[0]).toMatchObject({
      kind: "source",
      text: expect.stringMatching(
        /^At .* UTC, an outbound message from Salesforce \(its notification 04l\w{15}\) brought order 801000000000001AAA as/,
      ),
    });
    expect(findTold(timeline, "ada")).toMatchObject({
      outcome: "pushed",
      reasons: [
        { text: `Follows account ${accountId}, asked for orders of at least 1000 (this one is 1200).` },
      ],
    });
    expect(findTold(timeline, "desk")).toMatchObject({
      target: { kind: "group" },
      outcome: "pushed",
      priority: "high",
    });
    expect(findTold(timeline, "dora")?.outcomeText).toMatch(/withheld because of quiet hours until .* UTC/);
    const leftOut = timeline.notTold.toSorted((a, b) => (toName(a.target) < toName(b.target) ? -1 : 1));
    expect(leftOut).toMatchObject([
      {
        target: { userId: "ben" },
        causes: [
          {
            rule: "minimumAmount",
            text: `Follows account ${accountId}, but asked for orders of at least 5000, this one is 1200.`,
            row: { scope, rules: { minimumAmount: "5000" } },
          },
        ],
      },
      { target: { userId: "cleo" }, causes: [{ text: `Follows account ${accountId}, but had muted this.` }] },
    ]);
    const escalation = timeline.entries.filter(({ kind }) => kind === "escalation");
    expect(escalation.map(({ text }) => text)).toEqual([
      "While nobody has received it, it is to tell the group floor after 30 minutes: the wait for a receipt has begun.",
      "The wait for a receipt is still going on.",
    ]);
  });

  it("has the receipt of who received it, which ends the escalation", async () => {
    const ada = await app.signIn("ada");
    const ids = (await ada.inbox()).items.map(({ id }) => id);
    expect((await ada.call("POST", "/api/notifications/receipts", { ids, state: "read" })).ok).toBe(true);
    const timeline = await until(async () => {
      const found = await read(toTimelinePath(instanceId), timelineSchema);
      return found.entries.some(({ text }) => text.startsWith("Somebody received it")) && found;
    });
    expect(findTold(timeline, "ada")?.receipt).toBe("read");
    expect(findTold(timeline, "dora")?.receipt).toBeNull();
    expect(timeline.entries.find(({ kind }) => kind === "receipt")?.text).toMatch(
      /^ada received it at .* UTC, saw it at .* UTC and read it at .* UTC\.$/,
    );
    const end = timeline.entries.findLast(({ kind }) => kind === "escalation");
    expect(end?.text).toBe("Somebody received it, which ended the wait; no group was told.");
    const wait = await read(toTimelinePath(String(end?.instanceId)), timelineSchema);
    expect(wait.headline).toMatch(/^Somebody received it at .* UTC; 0 of 1 group had to be told\.$/);
  });

  it("is decided the same again by an audit replay", async () => {
    const report = await read(`${toTimelinePath(instanceId)}/replay`, replayReportSchema, "POST");
    expect(report).toMatchObject({ instanceId, source: "history", verdict: "reproduced" });
    expect(report.codeVersion.recorded).toBe(report.codeVersion.now);
  });

  it("is listed among what ended in its time, without its parts", async () => {
    const from = new Date(Date.now() - 3_600_000).toISOString();
    const listSchema = z.object({ instanceIds: z.array(z.string()), next: z.string().nullable() });
    const list = (to: string) => read(`/api/audit/orchestrations?from=${from}&to=${to}`, listSchema);
    const { instanceIds } = await list(new Date(Date.now() + 60_000).toISOString());
    expect(instanceIds).toContain(instanceId);
    expect(instanceIds.filter((id) => !/^(order|escalate)-/.test(id))).toEqual([]);
    expect(await list(from)).toEqual({ instanceIds: [], next: null });
  });

  it("has left an entry in the access log for every look at it", async () => {
    const { items } = await read("/api/audit/accesses", auditAccessesSchema);
    const own = items.filter(({ userId }) => userId === "iris");
    expect(own.map(({ action, subject }) => `${action} ${subject}`)).toEqual(
      expect.arrayContaining([`order ${orderId}`, `timeline ${instanceId}`, `replay ${instanceId}`]),
    );
    expect(own.at(-1)).toMatchObject({ action: "accesses", subject: "" });
  });
});

describe("what is asked wrongly", () => {
  it.each([
    ["GET", "/api/audit/orders/801000000000009AAA", 404],
    ["GET", "/api/audit/orders/001000000000009AAA", 400],
    ["GET", `/api/audit/orders/${orderId}?after=x`, 400],
    ["GET", "/api/audit/orchestrations/order-unknown", 404],
    ["GET", "/api/audit/orchestrations/%2e%2e%20x", 400],
    ["POST", "/api/audit/orchestrations/order-unknown/replay", 404],
    ["GET", "/api/audit/orchestrations", 400],
    ["GET", "/api/audit/orchestrations?from=2026-11-23T00:00:00Z&to=2026-11-22T00:00:00Z", 400],
    ["GET", "/api/audit/accesses?day=today", 400],
  ])("%s %s is answered %i with what is wrong", async (method, path, status) => {
    const response = await iris.call(method, path);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toContain("application/problem+json");
    expect(await response.json()).toMatchObject({ status, detail: expect.any(String) });
  });

  it("is a replay with a body that it does not know", async () => {
    const path = "/api/audit/orchestrations/order-unknown/replay";
    expect((await iris.call("POST", path, { force: true })).status).toBe(400);
    expect((await iris.call("POST", path, {})).status).toBe(404);
  });
});

describe.each([
  ["GET", `/api/audit/orders/${orderId}`],
  ["GET", "/api/audit/orchestrations?from=2026-11-22T00:00:00Z&to=2026-11-22T00:00:00Z"],
  ["GET", "/api/audit/orchestrations/order-1"],
  ["POST", "/api/audit/orchestrations/order-1/replay"],
  ["GET", "/api/audit/orchestrations/order-1/evidence"],
  ["GET", "/api/audit/keys"],
  ["POST", "/api/audit/what-if"],
  ["GET", "/api/audit/accesses"],
  ["GET", "/api/audit/coverage?from=2026-11-22T00:00:00Z&to=2026-11-23T00:00:00Z"],
])("%s %s", (method, path) => {
  it("is for auditors: not for nobody, a person, or an administrator without the role", async () => {
    expect((await fetch(app.url + path, { method })).status).toBe(401);
    const body = method === "POST" ? {} : undefined;
    expect((await (await app.signIn("ada")).call(method, path, body)).status).toBe(403);
    expect((await admin.call(method, path, body)).status).toBe(403);
    const { status } = await iris.call(method, path, body);
    expect([401, 403, 500]).not.toContain(status);
  });
});
