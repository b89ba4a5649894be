import { describe, expect, it } from "vitest";
import { InvalidRequestError } from "../../../src/domain/errors.ts";
import type { Subscription } from "../../../src/domain/subscription.ts";
import { openSubscriptionList } from "../../../src/storage/list-subscriptions.ts";
import { openSubscriptionsTable } from "../../../src/storage/subscriptions-table.ts";
import { ImportInterruptedError } from "../../../src/usecases/import-lines.ts";
import { importSubscriptions, rehearseImport } from "../../../src/usecases/import-subscriptions.ts";
import { claimStorage } from "../../support/claim-storage.ts";

const storage = claimStorage();
const subscriptions = openSubscriptionsTable(storage);
const subscriptionList = openSubscriptionList(storage);

const toLines = (count: number) =>
  ["scope,group", ...Array.from({ length: count }, (_, index) => `all,group-${index}`)].join("\n");

const listAll = async () => (await subscriptionList.readPage(null, 1_000)).items;

describe("an import", () => {
  it("that the storage interrupts says how much is written, and is completed by sending it again", async () => {
    let writes = 0;
    const failing = {
      ...subscriptions,
      put: async (subscription: Subscription) => {
        writes += 1;
        if (writes > 70) throw new Error("the storage is away");
        await subscriptions.put(subscription);
      },
    };
    const interrupted = importSubscriptions({ subscriptions: failing }, "csv", toLines(200));
    await expect(interrupted).rejects.toThrow(ImportInterruptedError);
    await expect(interrupted).rejects.toMatchObject({ written: 70, total: 200, retryable: true });
    expect(await listAll()).toHaveLength(70);
    expect(await rehearseImport({ subscriptionList }, "csv", toLines(200))).toEqual({
      new: 130,
      changed: 0,
      same: 70,
    });
    expect(await importSubscriptions({ subscriptions }, "csv", toLines(200))).toEqual({ imported: 200 });
    expect(await listAll()).toHaveLength(200);
  });

  it("names at most a hundred problems, and says how many more there are", async () => {
    const bad = `${toLines(1)}\n${"nothing,ada\n".repeat(150)}`;
    const refused = importSubscriptions({ subscriptions }, "csv", bad);
    const details: unknown = await refused.catch((error: unknown) =>
      error instanceof InvalidRequestError ? error.details : error,
    );
    expect(details).toHaveLength(101);
    expect(details).toContain("and 50 more problems");
  });

  it("takes rules for the same whose fields stand in another order", async () => {
    const toCsv = (fields: string) => `scope,userId,fieldEquals\nall,ordered,${fields}`;
    await importSubscriptions({ subscriptions }, "csv", toCsv("A=1;B=2"));
    expect(await rehearseImport({ subscriptionList }, "csv", toCsv("B=2;A=1"))).toMatchObject({ same: 1 });
    expect(await rehearseImport({ subscriptionList }, "csv", toCsv("B=2;A=2"))).toMatchObject({
      changed: 1,
    });
  });
});
