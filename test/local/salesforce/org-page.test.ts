import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { SALESFORCE_TIMING } from "../../../local/salesforce/message-timing.ts";
import { acknowledge, startEndpoint } from "./message-fixture.ts";
import { openOrgPage, type OrgPageFixture } from "./org-page-fixture.ts";

let page: OrgPageFixture;
beforeEach(() => {
  page = openOrgPage();
});
afterEach(() => page.close());

const createdSchema = z.object({ order: z.object({ id: z.string() }) });

async function createOrder(values: object = {}): Promise<string> {
  return createdSchema.parse((await page.send("POST", "orders", values)).body).order.id;
}

/** How many records each transaction of the org saves from now on. */
function watchSaves(): number[] {
  const sizes: number[] = [];
  page.org.onSave(({ ids }) => sizes.push(ids.length));
  return sizes;
}

const statuses = () => page.org.listOrders().map((order) => order["Status"]);
const amounts = () => page.org.listOrders().map((order) => order["TotalAmount"]);

describe("the page", () => {
  it("names the org, and loads nothing but what it serves itself", async () => {
    const response = await page.page.request("/");
    const html = await response.text();
    expect(html).toContain("(simulated)");
    expect(html).toContain("00D000000000001EAA");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(html).not.toMatch(/<style|<script(?! type="module" src=)| style=| on\w+=/);

    const script = await page.page.request("/simulation/org-page-script.mjs");
    expect(script.headers.get("content-type")).toContain("text/javascript");
    const modules = [...(await script.text()).matchAll(/from "\.\/([\w.-]+)"/g)].map((match) => match[1]);
    expect(modules.length).toBeGreaterThan(2);
    for (const name of modules) {
      expect((await page.page.request(`/simulation/${name}`)).status).toBe(200);
    }
    const style = await page.page.request("/simulation/org-page.css");
    expect(style.headers.get("content-type")).toContain("text/css");
  });
});

describe("one order", () => {
  it("is created as a draft, and stands first in the list", async () => {
    await createOrder({ accountId: page.org.accounts[0]?.Id, amount: 1 });
    const id = await createOrder({ accountId: page.org.accounts[1]?.Id, amount: 480.5, region: "EMEA" });
    expect(page.org.getOrder(id)).toMatchObject({
      TotalAmount: 480.5,
      Region__c: "EMEA",
      StatusCode: "Draft",
    });
    const { orders, count } = await page.state();
    expect(count).toBe(2);
    expect(orders[0]).toMatchObject({ id, account: "Globex", status: "Draft", amount: 480.5 });
  });

  it("changes in what is named and in nothing else", async () => {
    const id = await createOrder({ amount: 10 });
    const ownerId = page.org.users[1]?.Id;
    const { status } = await page.send("POST", `orders/${id}`, { status: "In Approval", ownerId });
    expect(status).toBe(200);
    expect(page.org.getOrder(id)).toMatchObject({ Status: "In Approval", OwnerId: ownerId, TotalAmount: 10 });
  });

  it("is activated, deleted and restored", async () => {
    const id = await createOrder();
    await page.send("POST", `orders/${id}/activate`);
    expect(page.org.getOrder(id)).toMatchObject({ StatusCode: "Activated" });
    await page.send("POST", `orders/${id}/delete`);
    expect(await page.state()).toMatchObject({ count: 0, orders: [{ id, isDeleted: true }] });
    await page.send("POST", `orders/${id}/undelete`);
    expect(await page.state()).toMatchObject({ count: 1, orders: [{ id, isDeleted: false }] });
  });

  it("is refused with Salesforce's code and with words", async () => {
    const id = await createOrder();
    await page.send("POST", `orders/${id}/activate`);
    const accountId = page.org.accounts[1]?.Id;
    expect(await page.send("POST", `orders/${id}`, { accountId })).toMatchObject({
      status: 400,
      body: {
        errorCode: "FIELD_INTEGRITY_EXCEPTION",
        words: expect.stringContaining("while the order is a draft"),
      },
    });
    await page.send("POST", `orders/${id}/delete`);
    expect(await page.send("POST", `orders/${id}`, { amount: 3 })).toMatchObject({
      status: 409,
      body: { errorCode: "ENTITY_IS_DELETED", words: expect.stringContaining("Restore it first") },
    });
    expect(await page.send("POST", "orders/8010S0000000XYZ", { amount: 3 })).toMatchObject({ status: 404 });
    expect(await page.send("POST", `orders/${id}`, {})).toMatchObject({ status: 400 });
  });

  it("takes or refuses whatever is sent, and never fails", async () => {
    const id = await createOrder();
    const anything = fc.oneof(fc.jsonValue(), fc.string(), fc.double(), fc.constant("Activated"));
    const body = fc.oneof(
      fc.jsonValue(),
      fc.record(
        { amount: anything, accountId: anything, region: anything, status: anything, ownerId: anything },
        { requiredKeys: [] },
      ),
    );
    await fc.assert(
      fc.asyncProperty(body, async (sent) => {
        const { status } = await page.send("POST", `orders/${id}`, sent);
        expect([200, 400]).toContain(status);
      }),
    );
  });
});

describe("the list", () => {
  it("shows every order once, newest first, 50 a page", async () => {
    await page.send("POST", "orders", { count: 120 });
    const newest = page.org.listOrders({ newestFirst: true });
    await page.org.deleteOrders([newest[60]?.Id ?? ""]);
    const first = await page.state();
    const second = await page.list(`before=${first.older}`);
    const third = await page.list(`before=${second.older}`);
    expect([first, second, third].map(({ orders }) => orders.length)).toEqual([50, 50, 20]);
    expect(third.older).toBeNull();
    const ids = [first, second, third].flatMap(({ orders }) => orders.map((order) => order.id));
    expect(ids).toEqual(newest.map((order) => order.Id));
    // What is created after somebody looked behind the first page is found, too.
    await createOrder();
    expect((await page.list(`before=${Number(first.orders[0]?.number) + 2}`)).orders).toHaveLength(50);
    expect((await page.state("search=221")).orders).toHaveLength(1);
  });

  it("finds an order by its number, with or without leading zeros", async () => {
    await page.send("POST", "orders", { count: 3 });
    for (const search of ["00000102", "102"]) {
      expect((await page.list(`search=${search}`)).orders.map((order) => order.number)).toEqual(["00000102"]);
    }
    expect((await page.list("search=999")).orders).toEqual([]);
    expect(await page.send("GET", "orders?search=abc")).toMatchObject({
      status: 400,
      body: { words: expect.stringContaining("digits only") },
    });
  });
});

describe("thousands of orders", () => {
  it("are created and changed in transactions of 200", async () => {
    const saves = watchSaves();
    expect(await page.send("POST", "orders", { count: 450 })).toEqual({
      status: 201,
      body: { created: 450 },
    });
    expect(saves.splice(0)).toEqual([200, 200, 50]);
    const before = amounts();
    expect(await page.send("POST", "bulk", { count: 300, change: "amount" })).toMatchObject({
      body: { changed: 300 },
    });
    expect(saves).toEqual([200, 100]);
    expect(amounts().filter((amount, index) => amount !== before[index])).toHaveLength(300);
    expect(amounts().slice(0, 150)).toEqual(before.slice(0, 150));
  });

  it("are changed only where that is possible", async () => {
    await page.send("POST", "orders", { count: 3 });
    const newest = page.org.listOrders({ newestFirst: true })[0]?.Id ?? "";
    await page.org.updateOrders([{ id: newest, fields: { Status: "Fulfilled" } }]);
    await page.send("POST", "bulk", { count: 1, change: "activate" });
    expect(statuses()).toEqual(["Draft", "Activated", "Fulfilled"]);
    expect(await page.send("POST", "bulk", { count: 3, change: "status" })).toMatchObject({
      body: { changed: 2 },
    });
    expect(statuses()).toEqual(["In Approval", "Fulfilled", "Fulfilled"]);
  });

  it("show how far they are, and one run waits for no other", async () => {
    const run = page.send("POST", "orders", { count: 6_000 });
    // Many, and asked often: a run of a few is over before anybody looks.
    await expect
      .poll(async () => (await page.state()).run, { interval: 5 })
      .toMatchObject({ what: "create", total: 6_000 });
    expect(await page.send("POST", "advance")).toMatchObject({ status: 409, body: { errorCode: "BUSY" } });
    expect((await run).status).toBe(201);
    expect(await page.state()).toMatchObject({ run: null, count: 6_000 });
  });

  it("stop between two transactions when nobody waits for them any more", async () => {
    const leaving = new AbortController();
    page.org.onSave(() => leaving.abort());
    await page.page.request("/simulation/orders", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ count: 1_000 }),
      signal: leaving.signal,
    });
    expect(page.org.countOrders()).toBe(200);
  });

  it("are refused above 10,000", async () => {
    expect((await page.send("POST", "orders", { count: 10_001 })).status).toBe(400);
    expect((await page.send("POST", "bulk", { count: 0, change: "amount" })).status).toBe(400);
    expect(page.org.countOrders()).toBe(0);
  });

  it("go step by step to Activated, and then change in amount alone", async () => {
    await createOrder({ amount: 100 });
    const seen: unknown[] = [];
    for (let step = 0; step < 3; step++) {
      expect(await page.send("POST", "advance")).toEqual({ status: 200, body: { changed: 1 } });
      seen.push([statuses()[0], amounts()[0]]);
    }
    expect(seen).toEqual([
      ["In Approval", 125],
      ["Activated", 150],
      ["Activated", 175],
    ]);
  });
});

describe("what stands beside the orders", () => {
  it("sends messages nowhere but to this machine", async () => {
    const wrong = [
      "https://127.0.0.1:7071/",
      "http://example.com/",
      "http://127.0.0.1.example.com/",
      "file:///x",
    ];
    for (const url of wrong) {
      expect(await page.send("PUT", "endpoint", { url })).toMatchObject({
        status: 400,
        body: { words: expect.stringContaining("this machine") },
      });
    }
    expect(page.endpoint()).toBeNull();
    await page.send("PUT", "endpoint", { url: "http://[::1]:7071/" });
    expect((await page.state()).messages.endpoint).toBe("http://[::1]:7071/");
  });

  it("sets the faults that are named, and refuses what is none", async () => {
    await page.send("PUT", "faults", { unauthorized: "always", duplicateShare: 0.05 });
    await page.send("PUT", "faults", { invalidField: "PoNumber", apiUsage: 14_999 });
    expect(page.faults).toMatchObject({
      unauthorized: "always",
      duplicateShare: 0.05,
      invalidField: "PoNumber",
      reorder: false,
    });
    expect((await page.state()).api).toEqual({ used: 14_999, limit: 15_000 });
    const before = { ...page.faults };
    for (const wrong of [
      { duplicateShare: 5 },
      { invalidField: "Nope__c" },
      { hangMs: -1 },
      { other: 1 },
      [],
    ]) {
      expect((await page.send("PUT", "faults", wrong)).status).toBe(400);
    }
    expect(page.faults).toEqual(before);
  });

  it("tells of the messages, and tries again at once what waits", async () => {
    const endpoint = await startEndpoint((response) => response.writeHead(500).end());
    try {
      page.sender.start();
      await page.send("PUT", "endpoint", { url: endpoint.url });
      await createOrder();
      await expect
        .poll(async () => (await page.state()).messages)
        .toMatchObject({ pending: 1, acknowledged: 0, latest: [{ status: "failed", notifications: 1 }] });
      endpoint.answer = acknowledge;
      const asked = performance.now();
      expect(await page.send("POST", "retry")).toEqual({ status: 200, body: { pending: 1 } });
      await expect
        .poll(async () => (await page.state()).messages, { timeout: 4_000 })
        .toMatchObject({ pending: 0, acknowledged: 1, latest: [{ status: "acknowledged" }, {}] });
      expect(performance.now() - asked).toBeLessThan(SALESFORCE_TIMING.firstRetryMs);
    } finally {
      await endpoint.close();
    }
  });
});

describe("the door", () => {
  const post = (headers: Record<string, string>, body: string) =>
    page.page.request("/simulation/orders", { method: "POST", headers, body });

  it("takes changes from this origin and from programs alone, as JSON alone", async () => {
    const json = { "content-type": "application/json" };
    for (const origin of ["http://example.com", "http://localhost:7071", "null"]) {
      expect((await post({ ...json, origin }, "{}")).status).toBe(403);
    }
    expect((await post({ "content-type": "text/plain" }, "{}")).status).toBe(415);
    expect((await post({}, "{}")).status).toBe(415);
    expect((await post(json, "{")).status).toBe(400);
    expect((await post(json, `{"region":"${"x".repeat(70_000)}"}`)).status).toBe(413);
    expect(page.org.countOrders()).toBe(0);
    expect((await post({ ...json, origin: "http://localhost" }, "{}")).status).toBe(201);
  });

  it("answers 404 to any other address", async () => {
    expect(await page.send("GET", "nothing")).toMatchObject({
      status: 404,
      body: { errorCode: "NOT_FOUND" },
    });
  });
});
