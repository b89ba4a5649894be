import type jsforce from "jsforce";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ORDER_FIELDS } from "../../../local/salesforce/order-fields.ts";
import {
  ACME,
  draft,
  type Fixture,
  GLOBEX,
  ORGANIZATION_ID,
  readErrorCode,
  startFixture,
} from "./org-fixture.ts";

let fixture: Fixture;
let connection: jsforce.Connection;
beforeEach(async () => {
  fixture = await startFixture();
  connection = await fixture.connect();
});
afterEach(() => fixture.stop());

const FIELDS = "Id, OrderNumber, Status, TotalAmount, IsDeleted, SystemModstamp";
const ORDERED = "ORDER BY SystemModstamp ASC, Id ASC";

async function create(count: number, fields = {}): Promise<string[]> {
  const orders = await fixture.org.createOrders(Array.from({ length: count }, () => draft(fields)));
  return orders.map((order) => order.Id);
}

/** queryMore fetches no further page; jsforce's types want every option named. */
const ONE_PAGE = {
  autoFetch: false,
  maxFetch: 10_000,
  headers: {},
  scanAll: false,
  responseTarget: "QueryResult",
} as const;

/** Every row, page by page, and how many rows each page had. */
async function readAll(soql: string, options: { scanAll?: boolean; headers?: Record<string, string> } = {}) {
  let page = await connection.query(soql, { ...ONE_PAGE, ...options });
  const [rows, sizes] = [[...page.records], [page.records.length]];
  while (page.nextRecordsUrl !== undefined) {
    page = await connection.queryMore(page.nextRecordsUrl, { ...ONE_PAGE, ...options });
    rows.push(...page.records);
    sizes.push(page.records.length);
  }
  return { rows, sizes, totalSize: page.totalSize };
}

describe("queries", () => {
  it("spells an order as REST does", async () => {
    const [id] = await create(1, { TotalAmount: 1100 });
    const { records, done, totalSize } = await connection.query(`SELECT ${FIELDS} FROM Order`);
    expect({ records, done, totalSize }).toEqual({
      totalSize: 1,
      done: true,
      records: [
        {
          attributes: { type: "Order", url: `/services/data/v66.0/sobjects/Order/${id}` },
          Id: id,
          OrderNumber: "00000101",
          Status: "Draft",
          TotalAmount: 1100,
          IsDeleted: false,
          SystemModstamp: "2026-11-22T10:00:00.000+0000",
        },
      ],
    });
  });

  it("answers more than 2,000 rows page by page, each row once", async () => {
    const ids = await create(4_501);
    const { rows, sizes, totalSize } = await readAll(`SELECT Id FROM Order ${ORDERED}`);
    expect([sizes, totalSize]).toEqual([[2_000, 2_000, 501], 4_501]);
    expect(rows.map((row) => row["Id"])).toEqual(ids);
  });

  it("takes the page size of Sforce-Query-Options between 200 and 2,000", async () => {
    await create(450);
    const read = async (size: number) =>
      (await readAll(`SELECT Id FROM Order`, { headers: { "Sforce-Query-Options": `batchSize=${size}` } }))
        .sizes;
    expect(await read(250)).toEqual([250, 200]);
    expect(await read(1)).toEqual([200, 200, 50]);
    expect(await read(9_999)).toEqual([450]);
    const headers = { "Sforce-Query-Options": "batchSize=200" };
    const first = await connection.query("SELECT Id FROM Order", { ...ONE_PAGE, headers, scanAll: true });
    expect(first.nextRecordsUrl).toMatch(/\/services\/data\/v66\.0\/query\/0r8\w{15}-200$/);
    expect((await connection.queryMore(first.nextRecordsUrl!, ONE_PAGE)).records).toHaveLength(200);
  });

  it("fixes the result when the query is asked", async () => {
    const ids = await create(2_100);
    const first = await connection.query(`SELECT Id, Status, IsDeleted FROM Order ${ORDERED}`, {
      autoFetch: false,
    });
    clock(5_000);
    await fixture.org.updateOrders([{ id: ids[2_050]!, fields: { Status: "Activated" } }]);
    await fixture.org.deleteOrders([ids[2_051]!]);
    await create(5);
    const rest = await connection.queryMore(first.nextRecordsUrl!, ONE_PAGE);
    expect([rest.records.length, rest.done]).toEqual([100, true]);
    expect(rest.records[50]).toMatchObject({ Id: ids[2_050], Status: "Draft" });
    expect(rest.records[51]).toMatchObject({ Id: ids[2_051], IsDeleted: false });
  });

  it("keeps a locator over a restart, and for two days", async () => {
    await create(2_100);
    const { nextRecordsUrl } = await connection.query("SELECT Id FROM Order", ONE_PAGE);
    await fixture.restart();
    connection = await fixture.connect();
    expect((await connection.queryMore(nextRecordsUrl!, ONE_PAGE)).records).toHaveLength(100);
    clock(2 * 24 * 60 * 60 * 1000 + 1);
    connection = await fixture.connect();
    await expect(connection.queryMore(nextRecordsUrl!)).rejects.toMatchObject({
      errorCode: "INVALID_QUERY_LOCATOR",
    });
    await expect(connection.queryMore("nonsense")).rejects.toMatchObject({
      errorCode: "INVALID_QUERY_LOCATOR",
    });
  });

  it("shows deleted orders to queryAll alone", async () => {
    const [gone, stays] = await create(2);
    await connection.sobject("Order").destroy(gone!);
    const soql = `SELECT Id, IsDeleted FROM Order ${ORDERED}`;
    expect((await readAll(soql)).rows).toMatchObject([{ Id: stays }]);
    expect((await readAll(soql, { scanAll: true })).rows).toMatchObject([
      { Id: gone, IsDeleted: true },
      { Id: stays, IsDeleted: false },
    ]);
  });

  it("goes on behind a position among equal stamps", async () => {
    const ids = await create(4);
    clock(1_000);
    const later = await create(1);
    const stamp = "2026-11-22T10:00:00.000Z";
    const { rows } = await readAll(
      `SELECT Id FROM Order WHERE SystemModstamp >= ${stamp} AND SystemModstamp < 2026-11-22T10:00:02Z AND ` +
        `((SystemModstamp = ${stamp} AND Id > '${ids[1]}') OR SystemModstamp > ${stamp}) ${ORDERED}`,
    );
    expect(rows.map((row) => row["Id"])).toEqual([ids[2], ids[3], ...later]);
  });

  it("takes the bounds of a window as they are written", async () => {
    await create(1);
    const count = async (where: string) => (await readAll(`SELECT Id FROM Order WHERE ${where}`)).rows.length;
    expect(await count("SystemModstamp > 2026-11-22T10:00:00Z")).toBe(0);
    expect(await count("SystemModstamp >= 2026-11-22T12:00:00+02:00")).toBe(1);
    expect(await count("SystemModstamp < 2026-11-22T10:00:00.001Z")).toBe(1);
    expect(await count("SystemModstamp != 2026-11-22T10:00:00Z")).toBe(0);
    expect(await count("SystemModstamp < 2020-01-01T00:00:00Z OR Status = 'draft'")).toBe(1);
    expect(await count(`AccountId = '${ACME.slice(0, 15)}' AND IsDeleted = false AND PoNumber = null`)).toBe(
      1,
    );
    expect(await count(`AccountId = '${GLOBEX}'`)).toBe(0);
  });

  it("does not show a save that is not visible yet", async () => {
    fixture.faults.visibilityDelayMs = 3_000;
    await create(1);
    expect((await connection.query("SELECT Id FROM Order")).totalSize).toBe(0);
    clock(3_000);
    expect((await connection.query("SELECT SystemModstamp FROM Order")).records).toMatchObject([
      { SystemModstamp: "2026-11-22T10:00:00.000+0000" },
    ]);
  });

  it.each([
    ["SELECT Id, Colour__c FROM Order", "INVALID_FIELD", "No such column 'Colour__c' on entity 'Order'."],
    [
      "SELECT Id FROM Order WHERE Colour__c = 'red'",
      "INVALID_FIELD",
      "No such column 'Colour__c' on entity 'Order'.",
    ],
    ["SELECT Id, id FROM Order", "INVALID_FIELD", "duplicate field selected: Id"],
    ["SELECT Id FROM Order WHERE SystemModstamp > 'x'", "INVALID_FIELD", "should not be enclosed in quotes"],
    ["SELECT Id FROM Order WHERE Status = true", "INVALID_FIELD", "should be enclosed in quotes"],
    ["SELECT Id FROM Order WHERE Id > '801'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: 801"],
    ["SELECT Id FROM Quote", "INVALID_TYPE", "sObject type 'Quote' is not supported."],
    ["SELECT Id FROM Order GROUP BY Id", "MALFORMED_QUERY", "unexpected token: 'GROUP'"],
  ])("refuses %j with %s", async (soql, errorCode, message) => {
    await expect(connection.query(soql)).rejects.toMatchObject({
      errorCode,
      message: expect.stringContaining(message),
    });
  });
});

describe("single orders", () => {
  it("creates, reads, changes and deletes one", async () => {
    const orders = connection.sobject("Order");
    const { id } = await orders.create({ AccountId: ACME, EffectiveDate: "2026-11-22", Status: "Draft" });
    clock(2_000);
    await orders.update({ Id: id!, Status: "Activated", TotalAmount: 12.5 });
    expect(await orders.retrieve(id!, { fields: ["Status", "totalamount", "SystemModstamp"] })).toEqual({
      attributes: { type: "Order", url: `/services/data/v66.0/sobjects/Order/${id}` },
      Status: "Activated",
      TotalAmount: 12.5,
      SystemModstamp: "2026-11-22T10:00:02.000+0000",
    });
    const whole = await orders.retrieve(id!);
    expect(Object.keys(whole).sort()).toEqual(["attributes", ...ORDER_FIELDS.map(({ name }) => name)].sort());
    await orders.destroy(id!);
    await expect(orders.retrieve(id!)).rejects.toMatchObject({ errorCode: "ENTITY_IS_DELETED" });
    await expect(orders.retrieve("801000000000999AAA")).rejects.toMatchObject({ errorCode: "NOT_FOUND" });
  });

  it("retrieves many in one call, null for those that are not there", async () => {
    const [first, gone, last] = await create(3);
    await fixture.org.deleteOrders([gone!]);
    const ids = [last!, "801000000000999AAA", gone!, first!.slice(0, 15)];
    const found = await connection.sobject("Order").retrieve(ids, { fields: ["Id", "Status"] });
    expect(found.map((each) => each?.["Id"] ?? null)).toEqual([last, null, null, first]);
    await expect(connection.sobject("Order").retrieve(ids, { fields: ["Id", "Nope"] })).rejects.toMatchObject(
      {
        errorCode: "INVALID_FIELD",
      },
    );
    const tooMany = Array.from({ length: 2_001 }, () => first!);
    await expect(connection.sobject("Order").retrieve(tooMany, { fields: ["Id"] })).rejects.toMatchObject({
      errorCode: "LIMIT_EXCEEDED",
    });
  });

  it("describes the fields of Order", async () => {
    const { fields, keyPrefix } = await connection.sobject("Order").describe();
    expect(keyPrefix).toBe("801");
    expect(fields.map(({ name }) => name)).toEqual(ORDER_FIELDS.map(({ name }) => name));
    expect(fields.find(({ name }) => name === "Priority_Score__c")).toMatchObject({
      type: "double",
      custom: true,
    });
    expect(fields.find(({ name }) => name === "OrderNumber")).toMatchObject({
      autoNumber: true,
      createable: false,
    });
  });

  it("refuses a body that is no record", async () => {
    const token = await fixture.token();
    const post = (body: string) =>
      fixture.fetch("/services/data/v66.0/sobjects/Order", { method: "POST", token, body });
    for (const body of ["", "{", "[]", '{"Status":{"a":1}}']) {
      const response = await post(body);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject([{ errorCode: "JSON_PARSER_ERROR" }]);
    }
    expect(fixture.org.countOrders()).toBe(0);
  });
});

describe("versions, limits and identity", () => {
  it("lists its versions to anyone and refuses retired ones with 410", async () => {
    const versions: unknown = await (await fixture.fetch("/services/data")).json();
    expect(versions).toHaveProperty("0.version", "31.0");
    expect(versions).toContainEqual({ label: "API 66.0", url: "/services/data/v66.0", version: "66.0" });
    const retired = await fixture.fetch("/services/data/v30.0/limits");
    expect([retired.status, await readErrorCode(retired)]).toEqual([410, "UNSUPPORTED_API_VERSION"]);
    for (const path of ["v99.0/limits", "66/limits", "v66.0/sobjects/Quote/describe"]) {
      const response = await fixture.fetch(`/services/data/${path}`, { token: await fixture.token() });
      expect([response.status, await readErrorCode(response)]).toEqual([404, "NOT_FOUND"]);
    }
  });

  it("counts calls within the last 24 hours, over a restart", async () => {
    const used = async () => {
      await connection.query("SELECT Id FROM Order");
      return connection.limitInfo.apiUsage;
    };
    expect(await used()).toEqual({ used: 1, limit: 15_000 });
    expect(await used()).toEqual({ used: 2, limit: 15_000 });
    await fixture.restart();
    connection = await fixture.connect();
    expect((await used())?.used).toBe(3);
    expect(await connection.limits()).toEqual({ DailyApiRequests: { Max: 15_000, Remaining: 14_996 } });
    clock(24 * 60 * 60 * 1000);
    connection = await fixture.connect();
    expect((await used())?.used).toBe(1);
  });

  it("says who a token stands for", async () => {
    expect(await connection.identity()).toMatchObject({
      organization_id: ORGANIZATION_ID,
      user_id: "005000000000001AAA",
    });
  });
});

describe("pages of other origins", () => {
  it("reach neither the REST side nor the sign-in", async () => {
    const token = await fixture.token();
    const headers = { origin: "https://evil.example" };
    const read = await fixture.fetch("/services/data/v66.0/query?q=SELECT+Id+FROM+Order", { token, headers });
    const signIn = await fixture.fetch("/services/oauth2/token", { method: "POST", headers });
    expect([read.status, signIn.status]).toEqual([403, 403]);
  });
});

function clock(ms: number): void {
  fixture.clock.move(ms);
}
