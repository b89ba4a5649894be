import { describe, expect, it } from "vitest";
import type { Redrive } from "../../../src/domain/dead-letter.ts";
import { openDeadLettersTable } from "../../../src/storage/dead-letters-table.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import { createLetter } from "../../support/dead-letter.ts";

const table = openDeadLettersTable(claimStorage());
const day = "2026-11-22";
const redrive = (instanceId: string, result: Redrive["result"] = "failed"): Redrive => ({
  redrivenAt: "2026-11-23T09:00:00.000Z",
  redrivenBy: "admin",
  instanceId,
  result,
});

describe("dead letters", () => {
  it("are none before anything failed", async () => {
    expect(await table.readDay("2026-01-01", { limit: 10 })).toEqual([]);
  });

  it("are read newest first, page after page", async () => {
    await table.put([1, 2, 3].map((n) => createLetter("ada", n)));
    const first = await table.readDay(day, { limit: 2 });
    expect(first.map(({ instanceId }) => instanceId)).toEqual(["order-3", "order-2"]);
    const rest = await table.readDay(day, { limit: 2, after: first[1]?.id });
    expect(rest.map(({ instanceId }) => instanceId)).toEqual(["order-1"]);
  });

  it("are found by their id, and by nothing that looks like one", async () => {
    const [letter] = await table.readDay(day, { limit: 1 });
    expect(await table.read(String(letter?.id))).toEqual(letter);
    const toId = (text: string) => Buffer.from(text).toString("base64url");
    for (const id of [
      "",
      "x",
      toId("2026-11-22"),
      toId("2026-11-22/"),
      toId("2026-11-22/nobody"),
      `${letter?.id}=`,
    ]) {
      expect(await table.read(id)).toBeUndefined();
    }
  });

  it("keep who redrove them and when; the same redrive counts once", async () => {
    const [letter] = await table.readDay(day, { limit: 1 });
    const id = String(letter?.id);
    await table.addRedrive(id, redrive("redrive-1"));
    await table.addRedrive(id, redrive("redrive-1", "delivered"));
    await table.addRedrive(id, redrive("redrive-2", "delivered"));
    expect((await table.read(id))?.redrives).toEqual([
      redrive("redrive-1"),
      redrive("redrive-2", "delivered"),
    ]);
  });

  it("keep the redrives of two at once", async () => {
    await table.put([createLetter("linus", 4)]);
    const [letter] = await table.readDay(day, { limit: 1 });
    const id = String(letter?.id);
    await Promise.all(["redrive-a", "redrive-b"].map((one) => table.addRedrive(id, redrive(one))));
    expect((await table.read(id))?.redrives).toHaveLength(2);
  });

  it("stay redriven when the failed batch is written once more", async () => {
    await table.put([createLetter("linus", 4)]);
    const [letter] = await table.readDay(day, { limit: 1 });
    expect(letter?.redrives).toHaveLength(2);
  });

  it("hold a recipient with more reasons than fit into a column", async () => {
    const letter = createLetter("hopper", 5);
    const reasons = Array.from({ length: 2_000 }, (_, n) => ({
      scope: `order:801${String(n).padStart(15, "0")}`,
    }));
    await table.put([{ ...letter, recipient: { ...letter.recipient, reasons } }]);
    const [kept] = await table.readDay(day, { limit: 1 });
    expect(kept?.recipient.reasons).toEqual(reasons);
  });
});
