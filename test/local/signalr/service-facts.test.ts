/** What is known of Azure SignalR Service and no other test here is named after, fact by fact. */
import { createHmac } from "node:crypto";
import { HubConnectionBuilder, LogLevel } from "@microsoft/signalr";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { createServerToken, toClientUrl } from "../../../local/signalr/access-token.ts";
import { until } from "../../support/app-client.ts";
import { ACCESS_KEY, type Client, type Fixture, HUB, message, startFixture } from "./signalr-fixture.ts";

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
});
afterEach(async () => {
  vi.useRealTimers();
  await fixture.stop();
});

/** A token made by hand, as other SDKs make them. */
function sign(claims: object, header: object = {}): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const text = `${encode({ alg: "HS256", typ: "JWT", ...header })}.${encode({ exp: Math.floor(Date.now() / 1000) + 60, ...claims })}`;
  return `${text}.${createHmac("sha256", ACCESS_KEY).update(text).digest("base64url")}`;
}

function negotiate(token: string, query = `hub=${HUB}&negotiateVersion=1`): Promise<Response> {
  const headers = { authorization: `Bearer ${token}` };
  return fetch(`${fixture.url}/client/negotiate?${query}`, { method: "POST", headers });
}

async function expectUser(token: string, userId: string): Promise<void> {
  const connection = new HubConnectionBuilder()
    .withUrl(toClientUrl(fixture.url, HUB), { accessTokenFactory: () => token })
    .configureLogging(LogLevel.None)
    .build();
  await connection.start();
  expect((await fixture.rest("HEAD", `/users/${userId}`)).status).toBe(200);
  await connection.stop();
}

describe("fact 1: client tokens", () => {
  it("fact 1: kid is ignored, as it is random for every .NET process", async () => {
    expect((await negotiate(sign({}, { kid: "-1234567" }))).status).toBe(200);
  });

  it("fact 1: asrs.s.uid stands before nameid, the long name of nameid before sub", async () => {
    const nameid = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier";
    const order = [
      ["ada", { "asrs.s.uid": "ada", nameid: "bob", sub: "eve" }],
      ["bob", { nameid: "bob", [nameid]: "eve", sub: "eve" }],
      ["dan", { [nameid]: "dan", sub: "eve" }],
    ] as const;
    for (const [user, claims] of order) {
      await expectUser(sign(claims), user);
    }
  });

  it("fact 1: a client without a user id is anonymous: broadcasts reach it, no user's message does", async () => {
    const anonymous = await fixture.connect();
    await fixture.rest("POST", "/users/undefined/:send", message("user"));
    await fixture.rest("POST", "/:send", message("all"));
    await fixture.settle(anonymous);
    expect(anonymous.received).toEqual([["all"]]);
    expect(fixture.counts()).toMatchObject([{ connections: 1, users: 0 }]);
  });

  it("fact 1: the audience has no port, and that of the service is not compared with it", async () => {
    const audience = (host: string) => `http://${host}/client/?hub=${HUB}`;
    expect((await negotiate(sign({ aud: audience("127.0.0.1") }))).status).toBe(200);
    expect((await negotiate(sign({ aud: audience("127.0.0.1:1") }))).status).toBe(200);
    expect(fixture.warnings).toEqual([]);
  });
});

describe("fact 2: what the output binding asks of the service", () => {
  it("fact 2: adding a connection that is gone to a group is 404 with Error.Connection.NotExisted", async () => {
    const answer = await fixture.rest("PUT", "/groups/team/connections/gone");
    expect([answer.status, answer.headers.get("x-ms-error-code")]).toEqual([
      404,
      "Error.Connection.NotExisted",
    ]);
  });

  it("fact 2: hubs are lower-cased by callers, and differ not by case", async () => {
    const ada = await fixture.connect("ada", "ORDERS");
    await fixture.rest("POST", "/users/ada/:send", message("orders"));
    await fixture.settle(ada);
    expect(ada.received).toEqual([["orders"]]);
  });

  it("fact 2: more than ten arguments arrive, and dates stay the text they are", async () => {
    const ada = await fixture.connect("ada");
    const values = [
      "a",
      "b",
      "c",
      "d",
      "e",
      "f",
      "g",
      "h",
      "i",
      "j",
      "k",
      "2026-11-22T10:00:00.0000000Z",
      1.5e300,
      null,
      { deep: [{}] },
    ];
    await fixture.rest("POST", "/users/ada/:send", message(...values));
    await fixture.settle(ada);
    expect(ada.received).toEqual([values]);
  });
});

describe("fact 4: names, limits and tokens of the REST API", () => {
  it.each([
    ["a", 202],
    ["A1_`,.[]", 202],
    ["h".repeat(128), 202],
    ["h".repeat(129), 400],
    ["1a", 400],
    ["_a", 400],
    ["a-b", 400],
    ["a b", 400],
    ["ä", 400],
  ])("fact 4: a hub or application may be named %j: %i", async (name, status) => {
    const token = await createServerToken({ audience: fixture.url, accessKey: ACCESS_KEY });
    const post = (path: string) =>
      fetch(`${fixture.url}${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify(message()),
      });
    const encoded = encodeURIComponent(name);
    expect((await post(`/api/v1/hubs/${encoded}`)).status).toBe(status);
    expect((await post(`/api/v1/hubs/${HUB}?application=${encoded}`)).status).toBe(status);
  });

  it.each([
    ["g", 202],
    ["g".repeat(1024), 202],
    [" g ", 202],
    ["order:801/ü?#%", 202],
    ["g".repeat(1025), 400],
    [" ", 400],
    ["\t\u00a0", 400],
  ])("fact 4: a group may be named %j: %i", async (name, status) => {
    const path = `/groups/${encodeURIComponent(name)}/:send`;
    expect((await fixture.rest("POST", path, message())).status).toBe(status);
  });

  it("fact 4: headers may have 16 KB", async () => {
    const withHeader = (bytes: number) =>
      fetch(`${fixture.url}/api/health`, { headers: { "x-filler": "x".repeat(bytes) } });
    expect((await withHeader(15 * 1024)).status).toBe(200);
    expect((await withHeader(17 * 1024)).status).toBe(431);
  });

  it("fact 4: SDKs sign the audience with its query and without port, others without query: both count", async () => {
    const path = `/api/hubs/${HUB}/:send`;
    for (const aud of [`http://127.0.0.1${path}?api-version=2022-06-01`, `http://127.0.0.1${path}`]) {
      const answer = await fetch(`${fixture.url}${path}?api-version=2022-06-01`, {
        method: "POST",
        headers: { authorization: `Bearer ${sign({ aud })}`, "content-type": "application/json" },
        body: JSON.stringify(message()),
      });
      expect(answer.status).toBe(202);
    }
    expect(fixture.warnings).toEqual([]);
  });

  it("fact 4: groups may be filled before any client ever connected to the hub", async () => {
    await fixture.rest("PUT", "/users/ada/groups/early");
    const ada = await fixture.connect("ada");
    await fixture.rest("POST", "/groups/early/:send", message("early"));
    await fixture.settle(ada);
    expect(ada.received).toEqual([["early"]]);
  });
});

describe("fact 4a: the status of every call", () => {
  const NOBODY = "Warning.User.NotExisted";
  const NO_GROUP = "Warning.Group.NotExisted";
  const NO_CONNECTION = "Warning.Connection.NotExisted";
  const NOT_IN_GROUP = "Info.User.NotInGroup";
  const CONNECTION_GONE = "Error.Connection.NotExisted";

  /** `here` stands for the id of ada's connection, which is in the group team. 0: there is no such call in v1. */
  it.each([
    ["POST", "/:send", 202, 202],
    ["POST", "/users/ada/:send", 202, 202],
    ["POST", "/users/nobody/:send", 202, 202],
    ["POST", "/groups/team/:send", 202, 202],
    ["POST", "/groups/none/:send", 202, 202],
    ["POST", "/connections/here/:send", 202, 202],
    ["POST", "/connections/gone/:send", 202, 202],
    ["PUT", "/users/ada/groups/other", 200, 202],
    ["PUT", "/users/nobody/groups/other", 200, 202],
    ["PUT", "/users/ada/groups/other?ttl=60", 200, 202],
    ["DELETE", "/users/ada/groups/team", 204, 202],
    ["DELETE", "/users/nobody/groups/team", 204, 202],
    ["DELETE", "/users/ada/groups", 204, 200],
    ["PUT", "/groups/team/connections/here", 200, 200],
    ["PUT", "/groups/team/connections/gone", 404, 404, CONNECTION_GONE],
    ["DELETE", "/groups/team/connections/here", 200, 200],
    ["DELETE", "/groups/team/connections/gone", 404, 404, CONNECTION_GONE],
    ["DELETE", "/connections/here/groups", 200, 200],
    ["DELETE", "/connections/gone/groups", 200, 200],
    ["DELETE", "/connections/here?reason=x", 200, 202],
    ["DELETE", "/connections/gone", 200, 202],
    ["HEAD", "/connections/here", 200, 200],
    ["HEAD", "/connections/gone", 404, 404, NO_CONNECTION],
    ["HEAD", "/users/ada", 200, 200],
    ["HEAD", "/users/nobody", 404, 404, NOBODY],
    ["HEAD", "/groups/team", 200, 200],
    ["HEAD", "/groups/none", 404, 404, NO_GROUP],
    ["HEAD", "/users/ada/groups/team", 200, 200],
    ["GET", "/users/ada/groups/team", 200, 200],
    ["HEAD", "/users/ada/groups/none", 404, 404, NOT_IN_GROUP],
    ["GET", "/users/nobody/groups/team", 404, 404, NOT_IN_GROUP],
    ["POST", "/:closeConnections", 204, 0],
    ["POST", "/groups/team/:closeConnections", 204, 0],
    ["POST", "/users/ada/:closeConnections", 204, 0],
  ] as const)("fact 4a: %s %s is %i, in v1 %i", async (method, path, status, statusV1, code?: string) => {
    const call = async (version: "v1" | "2022-06-01") => {
      const ada: Client = await fixture.connect("ada");
      await fixture.rest("PUT", `/groups/team/connections/${ada.id}`);
      const at = path.replace("here", ada.id);
      const body = path.endsWith(":send") ? message() : undefined;
      const answer = await (version === "v1"
        ? fixture.restV1(method, at.replace(/\/:send$/, ""), body)
        : fixture.rest(method, at, body));
      await ada.connection.stop();
      return [answer.status, answer.headers.get("x-ms-error-code")];
    };
    expect(await call("2022-06-01")).toEqual([status, code ?? null]);
    if (statusV1 === 0) expect((await call("v1"))[0]).toBe(404);
    else expect(await call("v1")).toEqual([statusV1, code ?? null]);
  });
});

describe("fact 5a: the client's way in", () => {
  it("fact 5a: negotiate answers id, token, and WebSockets with text alone", async () => {
    const answer: unknown = await (await negotiate(await fixture.clientToken("ada"))).json();
    expect(answer).toEqual({
      negotiateVersion: 1,
      connectionId: expect.stringMatching(/^[\w-]{20,}$/),
      connectionToken: expect.stringMatching(/^[\w-]{20,}$/),
      availableTransports: [{ transport: "WebSockets", transferFormats: ["Text"] }],
    });
  });

  it("fact 5a: stateful reconnect is answered where it was asked for", async () => {
    const token = await fixture.clientToken("ada");
    const ask = async (query: string): Promise<unknown> => (await negotiate(token, query)).json();
    const query = `hub=${HUB}&useStatefulReconnect`;
    expect(await ask(`${query}=true&negotiateVersion=1`)).toMatchObject({ useStatefulReconnect: true });
    expect(await ask(`${query}=false&negotiateVersion=1`)).not.toHaveProperty("useStatefulReconnect");
    expect(await ask(`${query}=true`)).not.toHaveProperty("useStatefulReconnect");
  });

  it("fact 5a: the token comes as a header in Node.js and in the query in browsers", async () => {
    const token = await fixture.clientToken("ada");
    const base = toClientUrl(fixture.url, HUB).replace("http", "ws");
    const sockets = [
      new WebSocket(base, { headers: { authorization: `Bearer ${token}` } }),
      new WebSocket(`${base}&access_token=${token}`),
    ];
    for (const socket of sockets) {
      await new Promise((resolve, reject) => {
        socket.once("open", resolve);
        socket.once("error", reject);
      });
      expect(socket.readyState).toBe(WebSocket.OPEN);
      socket.terminate();
    }
  });

  it("fact 5a: a connection outlives its token, as WebSockets do on Azure", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const ada = await fixture.connect("ada");
    vi.setSystemTime(Date.now() + 2 * 3_600_000);
    await fixture.rest("POST", "/users/ada/:send", message("late"));
    await until(async () => ada.received.length > 0);
    expect(ada.received).toEqual([["late"]]);
  });

  it("fact 5a: automatic reconnect goes back through negotiate, to a new connection id", async () => {
    let negotiations = 0;
    const connection = new HubConnectionBuilder()
      .withUrl(toClientUrl(fixture.url, HUB), {
        accessTokenFactory: () => {
          negotiations += 1;
          return fixture.clientToken("ada");
        },
      })
      .withAutomaticReconnect([0, 50, 100])
      .configureLogging(LogLevel.None)
      .build();
    fixture.addSide(() => connection.stop());
    await connection.start();
    const [firstId, before] = [connection.connectionId, negotiations];
    const reconnected = new Promise((resolve) => {
      connection.onreconnected(resolve);
    });
    fixture.dropSockets();
    expect(await reconnected).not.toBe(firstId);
    expect(negotiations).toBeGreaterThan(before);
  });
});
