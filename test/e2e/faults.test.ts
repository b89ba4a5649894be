import { afterAll, describe, expect, it } from "vitest";
import { manifestSchema } from "../../src/domain/manifest.ts";
import { startFaultyStorage } from "../../local/storage/start-faulty-storage.ts";
import { until } from "../support/app-client.ts";
import { claimStorage } from "../support/claim-storage.ts";
import { startApp } from "../support/start-app.ts";

/** The same dice at every run (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const tables = claimStorage();
const targetPort = Number(/:(\d+)\//.exec(tables)?.[1]);
const faulty = await startFaultyStorage({ targetPort, faults: { errors: 0.05 }, random: createRandom(1) });
afterAll(() => faulty.close());
const app = await startApp({
  settings: { AzureWebJobsStorage: tables.replace(`:${targetPort}/`, `:${faulty.port}/`) },
  faults: {
    durable: {
      activityDelayMs: 20,
      duplicateActivities: 0.5,
      oneEventPerTurn: true,
      shuffleCompletions: true,
      storageErrors: 0.05,
      random: createRandom(2),
    },
    signalR: { sendStatus: { status: 503, share: 0.2 }, resetShare: 0.05 },
  },
});

const orders = Array.from({ length: 30 }, (_, index) => `801${String(index).padStart(12, "0")}AAA`);
const ACCOUNT = "001000000000001AAA";

/** Calls until it is answered well: here every single request may meet a fault, and a person would try again. */
const persist = <Result>(call: () => Promise<Result>) => until(() => call().catch(() => undefined), 60_000);

describe("with storage that fails, activities that run twice, and a SignalR service that refuses", () => {
  it("every order is told to everyone who follows it, once", { timeout: 180_000 }, async () => {
    app.expectErrors(/./);
    const people = await Promise.all(
      ["ada", "grace"].map((id) => persist(() => app.follow(id, `account:${ACCOUNT}`))),
    );

    // As Salesforce does: the whole message again until it is acknowledged, and sometimes once more.
    const messages = [orders.slice(0, 10), orders.slice(10, 20), orders.slice(20), orders.slice(5, 15)];
    await Promise.all(
      messages.map((ids) =>
        persist(async () => {
          const answer = await app.postOrders(...ids.map((Id) => ({ Id, AccountId: ACCOUNT })));
          return answer.acknowledged && answer;
        }),
      ),
    );

    const all = await until(async () => {
      const found = await app.orchestrations("801").catch(() => []);
      return found.every(({ runtimeStatus }) => runtimeStatus === "Completed") && found;
    }, 120_000);
    expect(all).toHaveLength(orders.length);
    for (const { output } of all) {
      expect(manifestSchema.parse(output)).toMatchObject({
        outcome: "completed",
        counts: { recipients: 2, stored: 2 },
      });
    }
    for (const person of people) {
      const { items } = await persist(() => person.inbox("?limit=1000"));
      expect(items.map(({ orderId }) => orderId).toSorted()).toEqual(orders);
    }
  });
});
