/** Quiet hours through the public doors: what rings, what waits, and the one summary at the end. */
import { HubConnectionBuilder, LogLevel } from "@microsoft/signalr";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { digestSchema } from "../../src/domain/digest.ts";
import { manifestSchema } from "../../src/domain/manifest.ts";
import { toNotificationId } from "../../src/domain/notification-id.ts";
import { openDigestsTable } from "../../src/storage/digests-table.ts";
import { openInboxTable } from "../../src/storage/inbox-table.ts";
import { type Person, until } from "../support/app-client.ts";
import { runTimer } from "../support/salesforce.ts";
import { startApp } from "../support/start-app.ts";

const app = await startApp();
const digests = openDigestsTable(app.storage);
const inbox = openInboxTable(app.storage);
const instanceSchema = z.looseObject({ runtimeStatus: z.string().optional() });
const stops: (() => Promise<void>)[] = [];
afterAll(async () => {
  await Promise.all(stops.map((stop) => stop()));
});

/** One device of a person: the ids of the notifications that rang, and the summaries. */
async function listen(person: Person) {
  const [rang, summaries]: [unknown[], unknown[]] = [[], []];
  const connection = new HubConnectionBuilder()
    .withUrl(`${app.url}/api`, { headers: { cookie: person.cookie } })
    .configureLogging(LogLevel.Error)
    .build();
  connection.on("notification", (one: unknown) => {
    rang.push(one);
  });
  connection.on("digest", (one: unknown) => {
    summaries.push(one);
  });
  await connection.start();
  stops.push(() => connection.stop());
  return { rang, summaries };
}

/** Quiet hours that began an hour ago and end an hour from now, on the clock of UTC. */
function createQuietHours() {
  const toTime = (ms: number) => new Date(ms).toISOString().slice(11, 16);
  const now = Date.now();
  return { timeZone: "UTC", from: toTime(now - 3_600_000), to: toTime(now + 3_600_000) };
}

const readDue = async (dueMinute: string) =>
  (await digests.readPage({ dueMinute, after: null, limit: 10 })).digests;

/** An instance as the management API shows it; an unknown one has no status. */
async function readInstance(instanceId: string) {
  const path = `/runtime/webhooks/durabletask/instances/${instanceId}?code=local`;
  const response = await fetch(app.url + path);
  return instanceSchema.parse(response.ok ? await response.json() : {});
}

describe("quiet hours", () => {
  it("keep an order in the inbox without a ring, while it rings for others", async () => {
    const [orderId, accountId] = ["801000000000001AAA", "001000000000001AAA"];
    const ada = await app.follow("ada", `account:${accountId}`);
    const grace = await app.follow("grace", `account:${accountId}`);
    const preferences = { quietHours: createQuietHours(), mutedScopes: [], mutedTransitions: [] };
    expect((await ada.call("PUT", "/api/preferences", preferences)).ok).toBe(true);
    const [adas, graces] = [await listen(ada), await listen(grace)];

    await app.postOrders({ Id: orderId, AccountId: accountId });
    await until(async () => graces.rang.length === 1);
    const [root] = await until(async () => {
      const found = await app.orchestrations(orderId);
      return found.every(({ runtimeStatus }) => runtimeStatus === "Completed") && found;
    });
    expect(manifestSchema.parse(root?.output).counts).toMatchObject({
      recipients: 2,
      stored: 2,
      withheld: 1,
    });
    expect((await ada.inbox()).items).toHaveLength(1);
    expect(adas.rang).toEqual([]);
    const [dueMinute] = await digests.listDueMinutes("9999", 10);
    const quietMs = Date.parse(`${dueMinute}:00Z`) - Date.now();
    expect(quietMs).toBeGreaterThan(0);
    expect(quietMs).toBeLessThanOrEqual(3_600_000);
    expect(await readDue(String(dueMinute))).toMatchObject([{ userId: "ada" }]);
  });

  it("end with one summary of what came and was not seen, and nothing is due any more", async () => {
    const linus = await app.signIn("linus");
    const { rang, summaries } = await listen(linus);
    const ids = await storeAt("linus", "2026-01-01T22:10:00.000Z", "2026-01-02T03:00:00.000Z");
    await storeAt("linus", "2026-01-02T06:59:00.000Z");
    expect((await linus.inbox()).items).toHaveLength(3);
    const receipt = { ids: ids.slice(1), state: "seen" };
    expect((await linus.call("POST", "/api/notifications/receipts", receipt)).ok).toBe(true);
    const people = [{ userId: "linus", quietUntil: "2026-01-02T07:00:00.000Z" }];
    await digests.note(people, "2026-01-01T22:10:00.000Z");

    await runTimer(linus, "startDigestRuns");
    await until(async () => summaries.length > 0);
    expect(summaries.map((one) => digestSchema.parse(one))).toEqual([
      { count: 2, since: "2026-01-01T22:00:00.000Z" },
    ]);
    await until(async () => (await readDue("2026-01-02T07:00")).length === 0);
    await runTimer(linus, "startDigestRuns");
    await until(async () => (await readInstance("digests-2026-01-02T07-00")).runtimeStatus === "Completed");
    expect(summaries).toHaveLength(1);
    expect(rang).toEqual([]);
  });

  it("give what came late for a minute that is over a run of its own, and keep the first one's history", async () => {
    const dueMinute = "2026-01-01T07:00";
    const firstId = "digests-2026-01-01T07-00";
    const mary = await app.signIn("mary");
    const note = () =>
      digests.note([{ userId: "mary", quietUntil: `${dueMinute}:00.000Z` }], "2026-01-01T06:00:00.000Z");
    const runToEnd = async (instanceId: string) => {
      await note();
      await runTimer(mary, "startDigestRuns");
      return until(async () => {
        const status = await readInstance(instanceId);
        return status.runtimeStatus === "Completed" && (await readDue(dueMinute)).length === 0 && status;
      });
    };
    const first = await runToEnd(firstId);
    await runToEnd(`${firstId}:r2`);
    expect(await readInstance(firstId)).toEqual(first);
  });
});

/** Puts notifications into an inbox as if they had been decided at these times; answers their ids. */
async function storeAt(userId: string, ...times: string[]): Promise<string[]> {
  const rows = times.map((createdAt) => ({
    target: { kind: "user" as const, userId },
    notification: {
      id: toNotificationId(createdAt, "aaaaaaaaaaaaaaaaaaaaaa"),
      createdAt,
      title: "Order 1 has changed",
      body: "",
      orderId: "801000000000001AAA",
      transition: "changed" as const,
      link: null,
      priority: "normal" as const,
      reasons: [{ scope: "all" }],
    },
  }));
  await inbox.store(rows, "order-1");
  return rows.map(({ notification }) => notification.id);
}
