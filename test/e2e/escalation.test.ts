import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type EscalationRequest, escalationOutcomeSchema } from "../../src/domain/escalation.ts";
import { toNotificationId } from "../../src/domain/notification-id.ts";
import { openGroupsTable } from "../../src/storage/groups-table.ts";
import { until } from "../support/app-client.ts";
import { startApp } from "../support/start-app.ts";

// Activities begin late, so that a receipt can come before the escalation is started, as from people who look at their screen.
const app = await startApp({ faults: { durable: { activityDelayMs: 400, random: () => 0.99 } } });
const durable = `${app.url}/runtime/webhooks/durabletask`;
const groups = openGroupsTable(app.storage);
const HOUR_AGO = new Date(Date.now() - 3_600_000).toISOString();

const statusSchema = z.object({ runtimeStatus: z.string(), input: z.unknown(), output: z.unknown() });

/** The status of an instance; undefined while there is none. */
async function findStatus(instanceId: string) {
  const response = await fetch(`${durable}/instances/${instanceId}?code=local`);
  return response.status === 404 ? undefined : statusSchema.parse(await response.json());
}

const settle = (instanceId: string) =>
  until(async () => {
    const status = await findStatus(instanceId);
    return status?.runtimeStatus === "Completed" && status;
  });

let count = 0;
/** An escalation as `startEscalation` starts it, of a notification of its own. */
function createRequest(createdAt: string, afterMinutes: number, group: string): EscalationRequest {
  count += 1;
  const orderId = `801${String(count).padStart(12, "0")}AAA`;
  return {
    announcement: {
      id: toNotificationId(createdAt, `direct-${String(count).padStart(15, "0")}`),
      createdAt,
      title: "Order 1 was created",
      body: "",
      orderId,
      transition: "created",
      link: null,
    },
    escalations: [{ afterMinutes, group }],
    leftOut: 0,
    rootInstanceId: `order-${orderId}`,
  };
}

/** Starts it through the management API, because no test can wait for minutes. */
async function start(request: EscalationRequest): Promise<string> {
  const instanceId = `escalate-${request.announcement.id}`;
  const url = `${durable}/orchestrators/escalateNotification/${instanceId}`;
  const response = await fetch(`${url}?code=local`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(request),
  });
  expect(response.status).toBe(202);
  return instanceId;
}

async function raiseReceived(instanceId: string): Promise<number> {
  const response = await fetch(`${durable}/instances/${instanceId}/raiseEvent/received?code=local`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ at: new Date().toISOString() }),
  });
  return response.status;
}

describe("an escalation", () => {
  it("tells the members of its group when its time has come: those whom SignalR did not know, too", async () => {
    // Straight into the table: only the mirror of negotiate can have told SignalR of it.
    await groups.join("night-shift", "grace", HOUR_AGO);
    const grace = await app.signIn("grace");
    const device = await grace.connect();
    const mirrors = await until(async () => {
      const found = await listInstances("groups-");
      return found.length > 0 && found.every(({ runtimeStatus }) => runtimeStatus === "Completed") && found;
    });
    expect(mirrors).toMatchObject([{ output: { added: 1, removed: 0 } }]);

    const request = createRequest(new Date(Date.now() - 60_000).toISOString(), 1, "night-shift");
    const { output } = await settle(await start(request));
    expect(escalationOutcomeSchema.parse(output)).toEqual({
      outcome: "escalated",
      groups: ["night-shift"],
      failed: [],
    });
    const told = {
      ...request.announcement,
      priority: "high",
      reasons: [
        { scope: `order:${request.announcement.orderId}`, group: "night-shift", escalatedAfterMinutes: 1 },
      ],
    };
    await until(async () => device.heard.length > 0);
    await (await grace.connect()).stop();
    await device.stop();
    expect(device.heard).toEqual([told]);
    expect((await grace.inbox()).items).toEqual([{ ...told, state: "stored" }]);
    expect(await listInstances("groups-")).toHaveLength(1);
  });

  it("ends when the notification is received, and tells nobody", async () => {
    const instanceId = await start(createRequest(new Date().toISOString(), 60, "nobody"));
    await until(async () => (await findStatus(instanceId))?.runtimeStatus === "Running");
    expect(await raiseReceived(instanceId)).toBe(202);
    const { output } = await settle(instanceId);
    expect(escalationOutcomeSchema.parse(output)).toMatchObject({ outcome: "received", groups: [] });
    expect(await raiseReceived(instanceId)).toBe(410);
  });

  it("is started by an order whose subscription asks for it, and ended by the first receipt", async () => {
    const [orderId, scope] = ["801000000000901AAA", "account:001000000000901AAA"];
    await subscribe(scope, "ada", { priority: "high", escalate: { afterMinutes: 30, group: "night-shift" } });
    const ada = await app.signIn("ada");
    await app.postOrders({ Id: orderId, AccountId: scope.slice("account:".length) });
    const [item] = await until(async () => {
      const { items } = await ada.inbox();
      return items.length > 0 && items;
    });
    const instanceId = `escalate-${item?.id}`;
    await until(async () => (await findStatus(instanceId))?.runtimeStatus === "Running");
    await receive(ada, item?.id);
    const { output } = await settle(instanceId);
    expect(escalationOutcomeSchema.parse(output)).toMatchObject({ outcome: "received", groups: [] });
  });

  it("is not started when the receipt was first, and the receipt is taken", async () => {
    const [orderId, scope] = ["801000000000902AAA", "account:001000000000902AAA"];
    await subscribe(scope, "linus", {
      priority: "high",
      escalate: { afterMinutes: 30, group: "night-shift" },
    });
    const linus = await app.signIn("linus");
    await app.postOrders({ Id: orderId, AccountId: scope.slice("account:".length) });
    // As soon as it is in the inbox: the escalation is started 400 ms later.
    const [item] = await until(async () => {
      const { items } = await linus.inbox();
      return items.length > 0 && items;
    });
    await receive(linus, item?.id);
    const [root] = await until(async () => {
      const all = await app.orchestrations(orderId);
      return all.every(({ runtimeStatus }) => runtimeStatus === "Completed") && all;
    });
    expect(root?.output).toMatchObject({ outcome: "completed" });
    // The receipt keeps the place with an input that names no group, so nobody can be told.
    expect(await findStatus(`escalate-${item?.id}`)).toMatchObject({
      runtimeStatus: "Running",
      input: { receivedAt: expect.any(String) },
    });
  });
});

async function listInstances(prefix: string) {
  const response = await fetch(`${durable}/instances?instanceIdPrefix=${prefix}&code=local`);
  return z.array(statusSchema).parse(await response.json());
}

type Person = Awaited<ReturnType<typeof app.signIn>>;

async function receive(person: Person, id: string | undefined): Promise<void> {
  const response = await person.call("POST", "/api/notifications/receipts", { ids: [id], state: "received" });
  expect(response.status).toBe(200);
}

async function subscribe(scope: string, userId: string, rules: object): Promise<void> {
  const admin = await app.signIn("admin", ["OrderBell.Admin"]);
  const response = await fetch(`${app.url}/api/admin/subscriptions`, {
    method: "PUT",
    headers: { cookie: admin.cookie, "content-type": "application/x-ndjson" },
    body: JSON.stringify({ scope, target: { kind: "user", userId }, ...rules }),
  });
  expect(response.status).toBe(200);
}
