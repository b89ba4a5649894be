import { describe, expect, it } from "vitest";
import type { SubscriptionRules } from "../../../src/domain/subscription.ts";
import { insertOrMerge, replaceRules } from "../../../src/storage/subscription-row.ts";
import { openTable, readRow } from "../../../src/storage/table.ts";
import { claimStorage } from "../../support/claim-storage.ts";

const table = openTable(claimStorage(), "Subscriptions");
const high: SubscriptionRules = { priority: "high" };
const normal: SubscriptionRules = { priority: "normal" };
const toRow = (rowKey: string, rules: SubscriptionRules) => ({
  partitionKey: "all",
  rowKey,
  rules: JSON.stringify(rules),
});

/** Replaces what stands there by the same with other statuses, while somebody else does `meanwhile` once. */
async function replaceDuring(rowKey: string, meanwhile: () => Promise<void>) {
  const seen: (SubscriptionRules | undefined)[] = [];
  const announced: SubscriptionRules[] = [];
  const rules = await replaceRules(
    table,
    { partitionKey: "all", rowKey },
    {
      copy: undefined,
      toRules(stored) {
        seen.push(stored);
        return { ...(stored ?? normal), statuses: ["Draft"] };
      },
      async before(written) {
        announced.push(written);
        if (announced.length === 1) await meanwhile();
      },
    },
  );
  return { rules, seen, announced };
}

describe("replacing the rules of a row", () => {
  it("is done again when somebody else changed them meanwhile", async () => {
    await insertOrMerge(table, toRow("changed", normal), undefined);
    const { rules, seen, announced } = await replaceDuring("changed", () =>
      insertOrMerge(table, toRow("changed", high), undefined),
    );
    expect(seen).toEqual([normal, high]);
    expect(rules).toEqual({ ...high, statuses: ["Draft"] });
    expect(announced.at(-1)).toEqual(rules);
    expect(await readRow(table, "all", "changed")).toMatchObject(toRow("changed", rules));
  });

  it("is done again when somebody else made the row meanwhile, or ended it", async () => {
    const made = await replaceDuring("made", () => insertOrMerge(table, toRow("made", high), undefined));
    expect(made.seen).toEqual([undefined, high]);
    const ended = await replaceDuring("made", async () => {
      await table.run((client) => client.deleteEntity("all", "made"));
    });
    expect(ended.seen).toEqual([made.rules, undefined]);
    expect(await readRow(table, "all", "made")).toMatchObject(toRow("made", ended.rules));
  });
});
