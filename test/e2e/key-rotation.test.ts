/** Salesforce knows one URL with one key; changing that key must not lose a message. */
import { odata, TableClient } from "@azure/data-tables";
import { describe, expect, it } from "vitest";
import { toOutboundMessageXml } from "../support/outbound-message.ts";
import { startApp } from "../support/start-app.ts";

/** While Salesforce moves from one key to the other. */
const during = await startApp({ keys: { function: { old: "the-old-key", new: "the-new-key" } } });
/** The same app over the same tables, once the old key is deleted. */
const after = await startApp({
  keys: { function: { new: "the-new-key" } },
  settings: { AzureWebJobsStorage: during.storage },
});

const ids = { old: "801000000000051AAA", new: "801000000000052AAA", late: "801000000000053AAA" };
const message = (orderId: string) => toOutboundMessageXml({ orders: [{ Id: orderId }] });

/** How many rows the tables hold of an order. */
async function countRows(orderId: string): Promise<number> {
  const client = TableClient.fromConnectionString(during.storage, "Orders", {
    allowInsecureConnection: true,
  });
  let rows = 0;
  for await (const _ of client.listEntities({ queryOptions: { filter: odata`PartitionKey eq ${orderId}` } }))
    rows += 1;
  return rows;
}

describe("a function key is rotated without a gap", () => {
  it("acknowledges messages with the old and with the new key while both are valid", async () => {
    for (const [key, orderId] of [
      ["the-old-key", ids.old],
      ["the-new-key", ids.new],
    ] as const) {
      const answer = await during.postXml(message(orderId), { key });
      expect(answer).toMatchObject({ status: 200, acknowledged: true });
      expect(await countRows(orderId)).toBeGreaterThan(0);
    }
  });

  it("answers the removed key with a bare 401 and writes nothing", async () => {
    const answer = await after.postXml(message(ids.late), { key: "the-old-key" });
    expect(answer).toEqual({ status: 401, body: "", acknowledged: false });
    expect(await countRows(ids.late)).toBe(0);
    expect(await after.orchestrations(ids.late)).toEqual([]);
  });

  it("still acknowledges the new key", async () => {
    const answer = await after.postXml(message(ids.late), { key: "the-new-key" });
    expect(answer).toMatchObject({ status: 200, acknowledged: true });
    expect(await countRows(ids.late)).toBeGreaterThan(0);
  });
});
