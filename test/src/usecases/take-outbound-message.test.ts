import { describe, expect, it } from "vitest";
import { ChangeNotStartedError, ForbiddenError } from "../../../src/domain/errors.ts";
import type { SeenVersion } from "../../../src/domain/coverage.ts";
import { DEFAULT_CORE_FIELDS } from "../../../src/domain/order-change.ts";
import { SalesforceError } from "../../../src/domain/salesforce-error.ts";
import { toInstanceId } from "../../../src/orchestration/names.ts";
import { openOrdersTable } from "../../../src/storage/orders-table.ts";
import { openSightingsTable } from "../../../src/storage/sightings-table.ts";
import { openWatermarksTable } from "../../../src/storage/watermarks-table.ts";
import { createCompleteNotifications } from "../../../src/usecases/complete-notifications.ts";
import { createRecordChanges } from "../../../src/usecases/record-changes.ts";
import { createTakeOutboundMessage } from "../../../src/usecases/take-outbound-message.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import { createOrderRow, createOrderSource, toOrderId } from "../../support/order-source.ts";
import { type OrderFields, ORGANIZATION_ID, toOutboundMessageXml } from "../../support/outbound-message.ts";
import { createStarter } from "../../support/polling.ts";

const storage = claimStorage();
const orders = openOrdersTable(storage);
const clock = { now: () => new Date("2026-11-22T12:00:00.000Z") };

function start(o: { ruleFields?: string[] } = {}) {
  const fields = { coreFields: DEFAULT_CORE_FIELDS, otherFields: ["OrderNumber", ...(o.ruleFields ?? [])] };
  const source = createOrderSource([]);
  const sightings = openSightingsTable(storage);
  const starter = createStarter();
  const warnings: string[] = [];
  let owners = 0;
  const take = createTakeOutboundMessage({
    ...fields,
    allowedOrganizations: [ORGANIZATION_ID],
    completeNotifications: createCompleteNotifications({
      ...clock,
      fields,
      ruleFields: o.ruleFields ?? [],
      openSalesforce: async () => source,
    }),
    recordChanges: createRecordChanges({
      orders,
      toInstanceId,
      ...clock,
      createLeaseOwner: () => `${(owners += 1)}`,
    }),
    sightings,
    watermarks: openWatermarksTable(storage),
    ...clock,
  });
  return {
    source,
    sightings,
    starter,
    warnings,
    take: (spec: Parameters<typeof toOutboundMessageXml>[0]) =>
      take(
        { bytes: Buffer.from(toOutboundMessageXml(spec)), contentType: "text/xml; charset=UTF-8" },
        { starter, warn: (text) => void warnings.push(text) },
      ),
    async readRoutes(from: string, to: string) {
      const seen: SeenVersion["routes"][] = [];
      for await (const page of sightings.read(from, to)) seen.push(...page.map(({ routes }) => routes));
      return seen;
    },
  };
}

let numbers = 0;
const createOrder = (fields: OrderFields = {}): OrderFields => ({ Id: toOrderId((numbers += 1)), ...fields });

describe("taking an outbound message", () => {
  it("resolves when every change is started and seen", async () => {
    const { take, starter, readRoutes } = start();
    await take({ orders: [createOrder(), "deleted", createOrder()] });
    expect(starter.started.map(({ route }) => route)).toEqual(["outboundMessage", "outboundMessage"]);
    const ids = starter.started.map((change) => change.outboundMessageNotificationId ?? "");
    expect(ids.sort()).toEqual(["04l000000000001AAA", "04l000000000003AAA"]);
    expect(await readRoutes("2026-11-22T10:00:00.000Z", "2026-11-22T11:00:00.000Z")).toEqual([
      ["outboundMessage"],
      ["outboundMessage"],
    ]);
  });

  it("takes a message of which nothing is left", async () => {
    const { take, starter } = start();
    await take({ orders: ["deleted"] });
    expect(starter.known).toEqual([]);
  });

  it("rejects when one change is not started, or its sighting not noted, and starts none twice afterwards", async () => {
    const { take, starter, sightings } = start();
    const [first, second] = [createOrder(), createOrder()];
    starter.refused.add(second["Id"] ?? "");
    await expect(take({ orders: [first, second] })).rejects.toThrow(ChangeNotStartedError);
    expect(starter.known).toHaveLength(1);
    const third = createOrder();
    const { note } = sightings;
    sightings.note = () => Promise.reject(new Error("no table"));
    await expect(take({ orders: [third] })).rejects.toThrow("no table");
    sightings.note = note;
    await take({ orders: [third] });
    expect(starter.known).toHaveLength(2);
  });

  it("refuses another organisation before it asks Salesforce anything", async () => {
    const { take, source, starter } = start();
    const orders = [{ ...createOrder(), Status: null }];
    await expect(take({ organizationId: "00D000000000002EAA", orders })).rejects.toThrow(ForbiddenError);
    expect(source.calls).toEqual([]);
    expect(starter.known).toEqual([]);
  });

  it("refuses a version from the future: every true change of that order would be stale for ever", async () => {
    const { take, starter } = start();
    const orders = [createOrder({ SystemModstamp: "2099-01-01T00:00:00.000Z" })];
    await expect(take({ orders })).rejects.toMatchObject({ retryable: false });
    expect(starter.known).toEqual([]);
  });

  it("completes what lacks required fields, and knows the version again when it is told in full", async () => {
    const { take, source, starter } = start();
    const row = createOrderRow((numbers += 1), { SystemModstamp: "2026-11-22T10:30:00.000+0000" });
    source.rows = [row];
    await take({ orders: [{ Id: row["Id"]?.slice(0, 15) ?? null, Status: null, SystemModstamp: null }] });
    await take({
      orders: [
        {
          ...Object.fromEntries(Object.entries(row).filter(([name]) => name !== "IsDeleted")),
          CreatedDate: "2026-01-05T08:00:00.000Z",
          SystemModstamp: "2026-11-22T10:30:00.000Z",
          TotalAmount: "1100.0",
        },
      ],
    });
    expect(source.calls).toEqual(["describe", "retrieve"]);
    expect(starter.started).toMatchObject([
      { orderId: row["Id"], systemModstamp: "2026-11-22T10:30:00.000Z", coreFields: { TotalAmount: "1100" } },
    ]);
  });

  it("rejects what cannot be completed while Salesforce is down; nothing of the message is started", async () => {
    const { take, source, starter } = start();
    source.failAt("describe", new SalesforceError("unreachable", "Salesforce cannot be reached."));
    const orders = [createOrder(), createOrder({ Status: null })];
    await expect(take({ orders })).rejects.toThrow("Salesforce cannot be reached.");
    expect(starter.known).toEqual([]);
  });

  it("takes a message that lacks only rule fields while Salesforce is down; the field stays unknown", async () => {
    const { take, source, starter, warnings } = start({ ruleFields: ["Region__c"] });
    source.failAt("describe", new SalesforceError("unreachable", "Salesforce cannot be reached."));
    await take({ orders: [createOrder()] });
    expect(starter.started).toHaveLength(1);
    expect(starter.started[0]?.otherFields).not.toHaveProperty("Region__c");
    expect(warnings).toHaveLength(1);
  });
});
