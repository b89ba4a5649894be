import { createServer } from "node:http";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { deadLetterSchema, isRedriven, redriveOutcomeSchema } from "../../src/domain/dead-letter.ts";
import { manifestSchema } from "../../src/domain/manifest.ts";
import { type Person, until } from "../support/app-client.ts";
import { startApp } from "../support/start-app.ts";

/** A SignalR service that refuses some users; not on 127.0.0.1, where the runtime would put its own. */
let refuses = (_userId: string): boolean => false;
const accepted: string[] = [];
const service = createServer((request, response) => {
  const userId = decodeURIComponent(/\/users\/([^/]+)\//.exec(String(request.url))?.[1] ?? "");
  const isRefused = refuses(userId);
  if (!isRefused) accepted.push(userId);
  request.resume().on("end", () => response.writeHead(isRefused ? 400 : 202).end());
});
await new Promise<void>((resolve) => void service.listen(0, "127.0.0.2", resolve));
afterAll(() => void service.close());
const address = service.address();
const port = typeof address === "object" && address !== null ? address.port : 0;
const app = await startApp({
  settings: {
    AzureSignalRConnectionString: `Endpoint=http://127.0.0.2;Port=${port};AccessKey=${"k".repeat(44)};Version=1.0;`,
  },
});
const admin = await app.signIn("admin", ["OrderBell.Admin"]);
const pageSchema = z.object({ items: z.array(deadLetterSchema), next: z.string().nullable() });

async function listLetters(query = ""): Promise<z.infer<typeof pageSchema>> {
  const response = await admin.call("GET", `/api/admin/dead-letters${query}`);
  return pageSchema.parse(await response.json());
}

/** Everyone follows the account by an import; the order is one of it. */
async function tellOfOrder(orderId: string, accountId: string, people: readonly string[]) {
  const lines = people.map((userId) =>
    JSON.stringify({ scope: `account:${accountId}`, target: { kind: "user", userId } }),
  );
  const imported = await fetch(`${app.url}/api/admin/subscriptions`, {
    method: "PUT",
    headers: { cookie: admin.cookie, "content-type": "application/x-ndjson" },
    body: lines.join("\n"),
  });
  expect(imported.status).toBe(200);
  await app.postOrders({ Id: orderId, AccountId: accountId });
}

/** The history of a further orchestration of an order: what it holds is bounded. */
async function readHistory(instanceId: string): Promise<string[]> {
  const query = "showHistory=true&showHistoryOutput=true&code=local";
  const id = encodeURIComponent(instanceId);
  const response = await fetch(`${app.url}/runtime/webhooks/durabletask/instances/${id}?${query}`);
  const { historyEvents } = z
    .object({ historyEvents: z.array(z.record(z.string(), z.unknown())) })
    .parse(await response.json());
  return historyEvents.map((event) => JSON.stringify(event));
}

/** Every redrive, as the management API tells of it. */
async function listRedrives() {
  const query = "instanceIdPrefix=redrive-&code=local";
  const response = await fetch(`${app.url}/runtime/webhooks/durabletask/instances?${query}`);
  return z.array(z.object({ runtimeStatus: z.string(), output: z.unknown() })).parse(await response.json());
}

const countItems = async (person: Person) => (await person.inbox()).items.length;

describe("a batch with people whom SignalR refuses", () => {
  const orderId = "801000000000001AAA";
  const people = Array.from({ length: 60 }, (_, index) => `person-${index}`);
  const bad = ["person-3", "person-17", "person-59"];

  it("is delivered to everyone else, and the refused stand in quarantine", { timeout: 150_000 }, async () => {
    app.expectErrors(/400/);
    refuses = (userId) => bad.includes(userId);
    await tellOfOrder(orderId, "001000000000001AAA", people);
    const all = await until(async () => {
      const found = await app.orchestrations(orderId);
      const isDone = found.length > 1 && found.every((one) => one.runtimeStatus === "Completed");
      return isDone && found;
    }, 120_000);

    const root = all.find(({ instanceId }) => !instanceId.includes(":"));
    expect(all.map(({ instanceId }) => instanceId).toSorted()).toEqual([
      root?.instanceId,
      `${root?.instanceId}:p0b0`,
    ]);
    const manifest = manifestSchema.parse(root?.output);
    expect(manifest).toMatchObject({
      outcome: "completedWithFailures",
      counts: { recipients: 60, stored: 60, pushed: 57, quarantined: 3, failedBatches: 1 },
    });
    expect(new Set(accepted)).toEqual(new Set(people.filter((one) => !bad.includes(one))));
    const { items } = await listLetters();
    expect(
      items.map(({ recipient: { target } }) => (target.kind === "user" ? target.userId : "")).toSorted(),
    ).toEqual(bad.toSorted());
    for (const { cause, attempts, instanceId, isStored } of items) {
      expect({ instanceId, isStored }).toEqual({ instanceId: root?.instanceId, isStored: true });
      expect(cause).toContain("400");
      expect(attempts).toBeGreaterThan(5);
    }
    const history = await readHistory(`${root?.instanceId}:p0b0`);
    expect(history.length).toBeLessThanOrEqual(1_000);
    expect(Math.max(...history.map(({ length }) => length))).toBeLessThan(256 * 1_024);
  });

  it("is redriven letter by letter, once", { timeout: 30_000 }, async () => {
    refuses = () => false;
    accepted.length = 0;
    const [letter] = (await listLetters("?limit=1")).items;
    const path = `/api/admin/dead-letters/${letter?.id}/redrive`;
    expect((await admin.call("POST", path)).status).toBe(202);
    const redriven = await until(async () => {
      const found = (await listLetters()).items.find(({ id }) => id === letter?.id);
      return found && isRedriven(found) && found;
    }, 20_000);
    expect(redriven.redrives).toMatchObject([{ redrivenBy: "admin", result: "delivered" }]);
    const target = letter?.recipient.target;
    expect(accepted).toEqual([target?.kind === "user" ? target.userId : ""]);
    expect((await admin.call("POST", path)).status).toBe(409);
    expect(await countItems(await app.signIn(String(accepted[0])))).toBe(1);
  });

  it("is redriven by the day and by the letter at once, each letter once", { timeout: 30_000 }, async () => {
    accepted.length = 0;
    const { items } = await listLetters();
    const day = items[0]?.announcement.createdAt.slice(0, 10);
    const open = items.filter((letter) => !isRedriven(letter));
    const [answer, ...ofLetters] = await Promise.all([
      admin.call("POST", "/api/admin/dead-letters/redrive", { day }),
      ...open.map(({ id }) => admin.call("POST", `/api/admin/dead-letters/${id}/redrive`)),
    ]);
    expect(await answer.json()).toMatchObject({ letters: 2, skipped: 1, left: 0 });
    expect(ofLetters.map(({ status }) => status)).toEqual([202, 202]);
    await until(async () => (await listRedrives()).every((one) => one.runtimeStatus === "Completed"), 20_000);
    const outcomes = (await listRedrives()).map(({ output }) => redriveOutcomeSchema.parse(output));
    // One was of the test before; of these three, whoever came first has delivered a letter.
    expect(outcomes.map(({ delivered }) => delivered).reduce((a, b) => a + b)).toBe(1 + 2);
    expect(outcomes.map(({ skipped }) => skipped).reduce((a, b) => a + b)).toBe(2);
    expect(accepted).toHaveLength(2);
    const again = await admin.call("POST", "/api/admin/dead-letters/redrive", { day });
    expect(await again.json()).toEqual({ instanceIds: [], letters: 0, skipped: 3, left: 0 });
  });

  it(
    "a redrive that is refused again is written down, and can be asked for again",
    { timeout: 90_000 },
    async () => {
      app.expectErrors(/400/);
      refuses = (userId) => userId === "linus";
      await tellOfOrder("801000000000002AAA", "001000000000002AAA", ["linus"]);
      const findLetter = async () =>
        (await listLetters()).items.find(({ recipient }) => JSON.stringify(recipient).includes("linus"));
      const letter = await until(findLetter, 60_000);
      const path = `/api/admin/dead-letters/${letter.id}/redrive`;
      await admin.call("POST", path);
      const failed = await until(async () => {
        const found = await findLetter();
        return found?.redrives.length === 1 && found;
      }, 20_000);
      expect(failed.redrives).toMatchObject([{ result: "failed", redrivenBy: "admin" }]);
      refuses = () => false;
      expect((await admin.call("POST", path)).status).toBe(202);
      await until(async () => (await findLetter())?.redrives.length === 2, 20_000);
    },
  );
});

describe("dead letters", () => {
  it("are counted among the figures of the app", async () => {
    const page = await fetch(`${app.url}/.runtime/?format=json`);
    const { figures } = (await page.json()) as { figures: { name: string; total: number }[] };
    const letters = figures.find(({ name }) => name === "orderbell.dead_letters")?.total ?? 0;
    expect(letters).toBeGreaterThanOrEqual((await listLetters()).items.length);
    expect(letters).toBeGreaterThan(0);
  });

  it("are for administrators", async () => {
    const ada = await app.signIn("ada");
    const path = "/api/admin/dead-letters";
    expect((await ada.call("GET", path)).status).toBe(403);
    expect((await ada.call("POST", `${path}/x/redrive`)).status).toBe(403);
    expect((await ada.call("POST", `${path}/redrive`, { day: "2026-11-22" })).status).toBe(403);
  });

  it("that nobody knows are not found, and wrong requests are told what is wrong", async () => {
    const path = "/api/admin/dead-letters";
    expect((await admin.call("POST", `${path}/${"x".repeat(20)}/redrive`)).status).toBe(404);
    for (const query of ["?limit=0", "?day=yesterday", "?after=%2F", "?colour=red"]) {
      expect((await admin.call("GET", path + query)).status).toBe(400);
    }
    expect((await admin.call("POST", `${path}/redrive`, {})).status).toBe(400);
  });
});
