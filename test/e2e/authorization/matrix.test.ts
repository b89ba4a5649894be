/** Every route of the app × everybody who may come to it. */
import { describe, expect, it } from "vitest";
import { type Person, until } from "../../support/app-client.ts";
import { dumpTables } from "../../support/dump-tables.ts";
import { type AccessLine, EXPECTED_ACCESS } from "./expected-access.ts";
import { listRoutes } from "./list-routes.ts";
import { toOutboundMessageXml } from "../../support/outbound-message.ts";
import {
  ACCOUNT_ID,
  CALLERS,
  type CallerName,
  KEYS,
  ORDER_ID,
  SCOPE,
  startGuardedApp,
} from "./start-guarded-app.ts";

const { app, people, headers, instanceId, notification } = await startGuardedApp();
const ids = { instanceId, notificationId: notification.id };

async function ask({ route, path, type, body }: AccessLine, caller: CallerName): Promise<Response> {
  return fetch(app.url + path(ids), {
    method: route.slice(0, route.indexOf(" ")),
    headers: { ...headers[caller], ...(type === undefined ? {} : { "content-type": type }) },
    ...(body === undefined ? {} : { body: body(ids) }),
    redirect: "manual",
  });
}

const isRefusal = (status: number) => status === 401 || status === 403;

describe("the matrix", () => {
  it("has a line for every route of the running app, and no line without one", async () => {
    expect(EXPECTED_ACCESS.map(({ route }) => route).toSorted()).toEqual(
      (await listRoutes(app.url)).toSorted(),
    );
  });

  it("is such that what it refuses says nothing and writes nothing", async () => {
    const before = await dumpTables(app.storage);
    expect(Object.keys(before).length).toBeGreaterThan(5);
    for (const line of EXPECTED_ACCESS) {
      for (const caller of CALLERS.filter((one) => isRefusal(line.expects[one]))) {
        const response = await ask(line, caller);
        const text = await response.text();
        expect(isRefusal(response.status), `${line.route} by ${caller}`).toBe(true);
        // The scope that was asked for may be named; people and orders may not.
        expect(text).not.toMatch(/ada|grace|somebody|801000/);
        if (response.status === 403) expect(JSON.parse(text)).toMatchObject({ title: "Forbidden" });
      }
    }
    expect(await dumpTables(app.storage)).toEqual(before);
  });

  it.each(EXPECTED_ACCESS)("says who may: $route", async (line) => {
    const answered: Partial<Record<CallerName, number>> = {};
    for (const caller of CALLERS) {
      const response = await ask(line, caller);
      await response.body?.cancel();
      answered[caller] = response.status;
    }
    expect(answered).toEqual(line.expects);
  });
});

describe("what one person owns", () => {
  const scopePath = `/api/subscriptions/${SCOPE}`;
  const read = async (person: Person, path: string): Promise<unknown> =>
    (await person.call("GET", path)).json();
  const send = async (person: Person, method: string, path: string, body?: unknown) => {
    const response = await person.call(method, path, body);
    return { status: response.status, body: response.status === 204 ? null : await response.json() };
  };
  const { admin, auditor } = people;

  /** An owner of a notification, a subscription and preferences whom nobody else in this file touches. */
  async function createOwner(name: string) {
    const owner = await app.follow(name, SCOPE, { priority: "high" });
    const preferences = { quietHours: null, mutedScopes: ["all"], mutedTransitions: ["created"] };
    expect((await send(owner, "PUT", "/api/preferences", preferences)).status).toBe(200);
    return { owner, preferences };
  }

  it("is shown to nobody else, administrators and auditors included", async () => {
    const { owner, preferences } = await createOwner("owner of all");
    const empty = { quietHours: null, mutedScopes: [], mutedTransitions: [] };
    expect(await read(owner, "/api/preferences")).toEqual(preferences);
    expect(await read(owner, "/api/subscriptions")).toMatchObject({ items: [{ scope: SCOPE }] });
    for (const other of [people.otherUser, admin, auditor]) {
      expect(await read(other, "/api/notifications")).toMatchObject({ items: [], unseen: 0, unread: 0 });
      expect(await read(other, "/api/subscriptions")).toEqual({ items: [], grants: [] });
      expect(await read(other, "/api/preferences")).toEqual(empty);
    }
    expect((await people.user.inbox()).items).toMatchObject([{ id: ids.notificationId, orderId: ORDER_ID }]);
  });

  it.each([
    ["user", "ada"],
    ["userId", "ada"],
    ["x-ms-client-principal-id", "ada"],
  ])("is not shown for the query %s=%s", async (name, value) => {
    for (const path of ["/api/notifications", "/api/subscriptions", "/api/preferences"]) {
      const answer = await people.otherUser.call("GET", `${path}?${name}=${value}`);
      expect(await answer.text()).not.toContain(SCOPE);
    }
    expect((await people.otherUser.inbox(`?${name}=${value}`)).items).toEqual([]);
  });

  it("is not receipted by somebody else: the id is unknown to them, and the owner's stays as it was", async () => {
    const before = (await people.user.inbox()).items;
    const body = { ids: [ids.notificationId], state: "archived" };
    for (const other of [people.otherUser, admin, auditor]) {
      expect(await send(other, "POST", "/api/notifications/receipts", body)).toEqual({
        status: 200,
        body: { updated: 0, unknown: [ids.notificationId] },
      });
      expect(await send(other, "POST", "/api/notifications/read-all", {})).toMatchObject({
        body: { updated: 0 },
      });
    }
    expect((await people.user.inbox()).items).toEqual(before);
  });

  it("is not changed by somebody else's preferences and subscriptions", async () => {
    const { owner, preferences } = await createOwner("owner of rules");
    const followed = await read(owner, "/api/subscriptions");
    for (const other of [people.otherUser, admin, auditor]) {
      expect((await send(other, "DELETE", scopePath)).status).toBe(204);
      expect((await send(other, "PUT", "/api/preferences", {})).status).toBe(200);
      const named = { target: { kind: "user", userId: "owner of rules" } };
      expect((await send(other, "PUT", scopePath, named)).status).toBe(403);
    }
    expect(await read(owner, "/api/subscriptions")).toEqual(followed);
    expect(await read(owner, "/api/preferences")).toEqual(preferences);
  });

  it("rings on their own connections alone", async () => {
    const owner = await app.follow("owner of a bell", SCOPE);
    const [own, foreign] = [await owner.connect(), await people.otherUser.connect()];
    const orders = [{ Id: "801000000000077AAA", AccountId: ACCOUNT_ID }];
    expect(await app.postXml(toOutboundMessageXml({ orders }), { key: KEYS.salesforce })).toMatchObject({
      acknowledged: true,
    });
    await until(async () => own.heard.length > 0);
    expect(own.heard).toMatchObject([{ orderId: "801000000000077AAA" }]);
    expect(foreign.heard).toEqual([]);
    await Promise.all([own.stop(), foreign.stop()]);
  });
});

describe("a role is for its own routes", () => {
  const answersOf = async (role: "admin" | "auditor", prefix: string) => {
    const lines = EXPECTED_ACCESS.filter(({ route }) => route.includes(` ${prefix}`));
    expect(lines.length).toBeGreaterThan(5);
    return new Set(await Promise.all(lines.map(async (line) => (await ask(line, role)).status)));
  };

  it("so an administrator is refused on every audit route", async () => {
    expect(await answersOf("admin", "/api/audit/")).toEqual(new Set([403]));
  });

  it("so an auditor is refused on every administrators' route", async () => {
    expect(await answersOf("auditor", "/api/admin/")).toEqual(new Set([403]));
  });
});

describe("the host's own doors", () => {
  const durable = `/runtime/webhooks/durabletask/instances`;
  const keyed = (key: string) => ({ "x-functions-key": key });
  const ask = async (method: string, path: string, given: Record<string, string> = {}) => {
    const body = method === "POST" ? { body: "{}" } : {};
    const response = await fetch(app.url + path, {
      method,
      headers: { "content-type": "application/json", ...given },
      ...body,
    });
    return { status: response.status, text: await response.text() };
  };
  const instance = `${durable}/${instanceId}`;

  it.each([
    ["GET", durable],
    ["GET", instance],
    ["GET", `${instance}?showHistory=true&showHistoryOutput=true`],
    ["POST", `${instance}/terminate?reason=x`],
    ["POST", `${instance}/raiseEvent/received`],
    ["POST", `${instance}/restart`],
    ["DELETE", instance],
    ["POST", "/runtime/webhooks/durabletask/orchestrators/notifyOrderChange"],
  ])("Durable's %s %s is for the system key alone", async (method, path) => {
    const others = CALLERS.map((caller) => headers[caller]);
    for (const given of [...others, keyed(KEYS.host), keyed(""), keyed(KEYS.system.slice(0, -1))]) {
      expect(await ask(method, path, given)).toEqual({ status: 401, text: "" });
    }
  });

  it("opens Durable's API to the system key, which was what the refusals lacked", async () => {
    expect(await ask("GET", instance, keyed(KEYS.system))).toMatchObject({ status: 200 });
    expect(await ask("GET", `${instance}?code=${KEYS.system}`)).toMatchObject({ status: 200 });
  });

  it.each([
    "/runtime/webhooks/signalr",
    "/runtime/webhooks/signalr/",
    "/runtime/webhooks/eventgrid?functionName=x",
  ])("%s refuses everybody without the system key, and finds nothing with it", async (path) => {
    for (const given of [...CALLERS.map((caller) => headers[caller]), keyed(KEYS.host)]) {
      for (const method of ["GET", "POST"]) {
        const { status, text } = await ask(method, path, given);
        expect({ status, text }).toEqual({ status: 401, text: "" });
      }
    }
    expect(await ask("POST", path, keyed(KEYS.system))).toMatchObject({ status: 404 });
  });

  it("/admin/* is for the master key alone, from somebody who is signed in", async () => {
    const path = "/admin/functions/finishPreferences";
    const session = headers.admin;
    for (const given of [
      ...CALLERS.map((caller) => headers[caller]),
      keyed(KEYS.master),
      { ...session, ...keyed(KEYS.host) },
      { ...session, ...keyed(KEYS.system) },
      { ...session, ...keyed(KEYS.salesforce) },
      { ...session, ...keyed(KEYS.master.toUpperCase()) },
    ]) {
      expect(await ask("POST", path, given)).toEqual({ status: 401, text: "" });
    }
    expect(await ask("POST", path, { ...session, ...keyed(KEYS.master) })).toMatchObject({ status: 202 });
  });

  it.each([
    "/admin/host/status",
    "/admin/host/keys",
    "/admin/functions",
    "/admin/vfs/",
    "/admin/instance/info",
  ])("%s is refused to everybody without the master key", async (path) => {
    for (const caller of CALLERS) {
      const { status, text } = await ask("GET", path, headers[caller]);
      expect([401, 404]).toContain(status);
      expect(text).toBe("");
    }
  });
});
