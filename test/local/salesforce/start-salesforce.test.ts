import { request } from "node:http";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { Hono } from "hono";
import { listen, PortInUseError } from "../../../local/listen.ts";
import { startSalesforce, type Salesforce } from "../../../local/salesforce/start-salesforce.ts";
import { CLIENT, draft, openTestState, ORGANIZATION_ID } from "./org-fixture.ts";

let stored: ReturnType<typeof openTestState>;
let salesforce: Salesforce;
const start = (port = 0) =>
  startSalesforce({
    port,
    state: stored.state,
    log: () => {},
    organizationId: ORGANIZATION_ID,
    login: CLIENT,
  });
beforeEach(async () => {
  stored = openTestState();
  salesforce = await start();
});
afterEach(async () => {
  await salesforce.close();
  await stored.remove();
});

/** The status of an answer to a request whose Host says another name. */
function askAs(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${salesforce.url}/services/data`, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
}

describe("the org's address", () => {
  it("answers this machine only", async () => {
    expect(await askAs("evil.example")).toBe(421);
    expect(await askAs(`localhost:${new URL(salesforce.url).port}`)).toBe(200);
  });

  it("takes no change from pages of other origins, and from its own", async () => {
    const write = async (origin: string) =>
      (await fetch(`${salesforce.url}/nowhere`, { method: "POST", headers: { origin } })).status;
    expect(await write("https://evil.example")).toBe(403);
    expect(await write("null")).toBe(403);
    expect(await write(salesforce.url)).toBe(404);
  });

  it("has a page for people, and what the page asks for", async () => {
    const page = await fetch(salesforce.url);
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=UTF-8"]);
    await salesforce.org.createOrders([draft()]);
    const state: unknown = await (await fetch(`${salesforce.url}/simulation/state`)).json();
    expect(state).toMatchObject({
      organizationId: ORGANIZATION_ID,
      count: 1,
      api: { used: 0, limit: 15_000 },
    });
  });

  it("says that its port is taken", async () => {
    await expect(start(Number(new URL(salesforce.url).port))).rejects.toBeInstanceOf(PortInUseError);
  });
});

it("sends what is saved to the endpoint that it is told later", async () => {
  const bodies: string[] = [];
  const app = new Hono();
  app.post("/", async (c) => {
    bodies.push(await c.req.text());
    return c.body(ACK, 200, { "Content-Type": "text/xml" });
  });
  const endpoint = await listen(app, 0);
  onTestFinished(() => endpoint.close());
  const [order] = await salesforce.org.createOrders([draft()]);
  salesforce.setEndpoint(`${endpoint.url}/`);
  await vi.waitFor(() => expect(bodies.join("")).toContain(order!.Id), 10_000);
  expect(bodies.join("")).toContain(ORGANIZATION_ID);
});

const ACK =
  '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">' +
  '<soapenv:Body><notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack>' +
  "</notificationsResponse></soapenv:Body></soapenv:Envelope>";
