import { createServer, type IncomingMessage, type Server } from "node:http";
import { join } from "node:path";
import { decodeJwt, jwtVerify, SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  createFunctionsHost,
  type FunctionsHost,
  type FunctionsHostOptions,
} from "../../../../local/host/functions-host.ts";
import { parseHostJson } from "../../../../local/host/host-json.ts";
import type { HostLogEntry } from "../../../../local/host/host-log.ts";
import { memoryStatuses } from "../memory-statuses.ts";

const ACCESS_KEY = "a-key-that-is-long-enough-for-hs256-signatures";
const API = "/api/hubs/orders";

const connectionInfoSchema = z.strictObject({ url: z.string(), accessToken: z.string() });

interface RecordedCall {
  call: string;
  body: unknown;
  headers: IncomingMessage["headers"];
}
interface Answer {
  status: number;
  headers?: Record<string, string>;
  /** Held back until this settles. */
  after?: Promise<unknown>;
}

let service: Server;
let options: FunctionsHostOptions;
let host: FunctionsHost;
let endpoint: string;
let recorded: RecordedCall[] = [];
/** What the service answers to a call (`POST /users/u1/:send`, n-th time); 202 where nothing is said. */
let answer: (call: string, count: number) => Answer = () => ({ status: 202 });
const log: HostLogEntry[] = [];

beforeAll(async () => {
  service = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString();
      const url = new URL(request.url ?? "", endpoint);
      const call = `${request.method} ${url.pathname.replace(API, "")}`;
      const body: unknown = text === "" ? undefined : JSON.parse(text);
      recorded.push({ call, body, headers: { ...request.headers, ":query": url.search } });
      const { status, headers, after } = answer(call, calls().filter((known) => known === call).length);
      void Promise.resolve(after).then(() => response.writeHead(status, headers).end());
    });
  });
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  const address = service.address();
  if (address === null || typeof address === "string") throw new Error("the service has no port");
  endpoint = `http://127.0.0.1:${address.port}`;
  options = {
    appFolder: join(import.meta.dirname, "../../../fixtures/apps/signalr-app"),
    settings: {
      AzureSignalRConnectionString: `Endpoint=${endpoint};AccessKey=${ACCESS_KEY};Version=1.0;`,
      HUB: "Orders",
      OTHER_SIGNALR: `Endpoint=http://localhost:9;AccessKey=${ACCESS_KEY};Version=1.0;`,
      BY_IDENTITY__serviceUri: "https://orders.service.signalr.net",
    },
    hostJson: parseHostJson('{"version":"2.0"}'),
    keys: { function: "local", host: "local", master: "local", system: "local" },
    scheduleStatuses: memoryStatuses(),
    log: (entry) => log.push(entry),
  };
  host = await createFunctionsHost(options);
});
afterAll(async () => {
  await host.stop();
  service.closeAllConnections();
  await new Promise((resolve) => service.close(resolve));
});
beforeEach(() => {
  recorded = [];
  answer = () => ({ status: 202 });
});

const calls = (): string[] => recorded.map(({ call }) => call);
const toUser = (userId: string, n = 1) => ({ target: "notification", arguments: [n], userId });

async function push(body: unknown): Promise<number> {
  const response = await host.http.request("/api/push", { method: "POST", body: JSON.stringify(body) });
  return response.status;
}

describe("fact 11 signalRConnectionInfo gives url and accessToken for hub and user", () => {
  it("gives the URL of the hub and a token for the signed-in user", async () => {
    const headers = { "x-ms-client-principal-id": "auth0|7f" };
    const response = await host.http.request("/api/negotiate", { method: "POST", headers });
    const { url, accessToken } = connectionInfoSchema.parse(await response.json());
    expect(url).toBe(`${endpoint}/client/?hub=orders`);
    const { payload } = await jwtVerify(accessToken, new TextEncoder().encode(ACCESS_KEY));
    expect(payload["asrs.s.uid"]).toBe("auth0|7f");
    expect(payload.aud).toBe("http://127.0.0.1/client/?hub=orders");
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600);
  });

  it("answers a bare 500 before the handler when the header is missing", async () => {
    const before: unknown = await (await host.http.request("/api/negotiations")).json();
    const response = await host.http.request("/api/negotiate", { method: "POST" });
    expect(response.status).toBe(500);
    expect(await response.text()).toBe("");
    expect(await (await host.http.request("/api/negotiations")).json()).toBe(before);
    expect(log.findLast(({ level }) => level === "error")?.message).toContain(
      "Error while accessing 'x-ms-client-principal-id': property doesn't exist.",
    );
  });

  it("takes listed claims of the id token and expressions from query and route", async () => {
    const idToken = await new SignJWT({ role: ["a", "b"], email: "x@example.org" })
      .setProtectedHeader({ alg: "HS256" })
      .sign(new TextEncoder().encode("any key: the host does not check it"));
    const response = await host.http.request("/api/tenants/t1/negotiate?user=u1", {
      headers: { "x-id-token": idToken },
    });
    const claims = decodeJwt(connectionInfoSchema.parse(await response.json()).accessToken);
    expect(claims).toMatchObject({ "asrs.s.uid": "u1-t1", role: ["a", "b"] });
    expect(claims).not.toHaveProperty("email");
  });

  it("takes hub, user, token and connection from where the binding says", async () => {
    const idToken = await new SignJWT({ emails: ["a@example.org"], level: 3, role: "x", secret: "no" })
      .setProtectedHeader({ alg: "HS256" })
      .sign(new TextEncoder().encode("any key: the host does not check it"));
    const headers = { "x-ms-token-aad-id-token": idToken, "x-ms-client-principal-name": "Ada" };
    const response = await host.http.request("/api/negotiateOther?hub=Sales", { headers });
    const { url, accessToken } = connectionInfoSchema.parse(await response.json());
    expect(url).toBe("http://localhost:9/client/?hub=sales");
    const claims = decodeJwt(accessToken);
    expect(claims).toMatchObject({ "asrs.s.uid": "Ada", emails: ["a@example.org"], level: "3", role: "x" });
    expect(claims).not.toHaveProperty("secret");
  });

  it("answers 500 and names the setting when there is no connection string", async () => {
    expect((await host.http.request("/api/negotiateUnset")).status).toBe(500);
    expect(log.findLast(({ level }) => level === "error")?.message).toContain("NO_SUCH_SETTING");
  });
});

describe("fact 11 the signalR output takes messages and group actions, one or an array", () => {
  it("sends to connection, else user, else group, else everyone", async () => {
    const message = { target: "notification", arguments: [] };
    const first = [
      { ...message, connectionId: "c/1", userId: "u", groupName: "g" },
      { ...message, userId: "auth0|7f", groupName: "g" },
      { ...message, groupName: "team a" },
      message,
    ];
    expect(await push({ first })).toBe(200);
    expect(calls()).toEqual([
      "POST /connections/c%2F1/:send",
      "POST /users/auth0%7C7f/:send",
      "POST /groups/team%20a/:send",
      "POST /:send",
    ]);
  });

  it("sends target and arguments with a signed token and the api-version", async () => {
    await push({
      first: { target: "notification", arguments: [{ id: "n1", at: "2026-01-01T00:00:00Z" }], userId: 7 },
    });
    const [sent] = recorded;
    expect(sent?.call).toBe("POST /users/7/:send");
    expect(sent?.body).toEqual({
      Target: "notification",
      Arguments: [{ id: "n1", at: "2026-01-01T00:00:00Z" }],
    });
    expect(sent?.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(sent?.headers[":query"]).toBe("?api-version=2022-06-01");
    const token = String(sent?.headers.authorization).replace("Bearer ", "");
    const { payload } = await jwtVerify(token, new TextEncoder().encode(ACCESS_KEY));
    expect(payload.aud).toBe("http://127.0.0.1/api/hubs/orders/users/7/:send?api-version=2022-06-01");
  });

  it("maps group actions to calls, and passes over removeAll of a connection", async () => {
    const first = [
      { action: "add", userId: "u1", groupName: "g" },
      { action: "remove", userId: "u1", groupName: "g" },
      { action: "removeAll", userId: "u1" },
      { action: "add", connectionId: "c1", groupName: "g" },
      { action: "remove", connectionId: "c1", groupName: "g" },
      { action: "removeAll", connectionId: "c1" },
    ];
    expect(await push({ first })).toBe(200);
    expect(calls()).toEqual([
      "PUT /users/u1/groups/g",
      "DELETE /users/u1/groups/g",
      "DELETE /users/u1/groups",
      "PUT /groups/g/connections/c1",
      "DELETE /groups/g/connections/c1",
    ]);
  });

  it("sends the items of an array one after another and stops at the first failure", async () => {
    answer = (call) => ({ status: call.includes("/u2/") ? 400 : 202 });
    expect(await push({ first: [toUser("u1"), toUser("u2"), toUser("u3")] })).toBe(500);
    expect(calls()).toEqual(["POST /users/u1/:send", "POST /users/u2/:send"]);
  });

  it("writes two bindings side by side", async () => {
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    // The first binding's only call is answered when the second binding has made both of its own.
    answer = (call) => {
      if (call.includes("/b2/")) release();
      return call.includes("/a1/") ? { status: 202, after: held } : { status: 202 };
    };
    expect(await push({ first: [toUser("a1")], second: [toUser("b1"), toUser("b2")] })).toBe(200);
    expect(calls().toSorted()).toEqual(["a1", "b1", "b2"].map((user) => `POST /users/${user}/:send`));
  });

  it("finishes the other binding when one fails", async () => {
    answer = (call) => ({ status: call.includes("/a1/") ? 400 : 202 });
    expect(await push({ first: toUser("a1"), second: [toUser("b1"), toUser("b2"), toUser("b3")] })).toBe(500);
    expect(calls().filter((call) => call.includes("/b"))).toHaveLength(3);
  });

  it("sends nothing for an empty array, an unset output or a handler that throws", async () => {
    expect(await push({ first: [] })).toBe(200);
    expect(await push({ first: toUser("u1"), fail: true })).toBe(500);
    expect(calls()).toEqual([]);
  });

  it.each([
    ["a message without arguments", { target: "notification", userId: "u1" }],
    ["a message without target", { arguments: [], userId: "u1" }],
    ["a group action without member", { action: "add", groupName: "g" }],
    ["a group action without group", { action: "add", userId: "u1" }],
    ["an unknown action", { action: "join", userId: "u1", groupName: "g" }],
    ["null inside an array", [null]],
    ["text that is not JSON", "hello"],
    ["a number", 5],
  ])("refuses %s and never broadcasts it", async (_what, first) => {
    expect(await push({ first })).toBe(500);
    expect(calls()).toEqual([]);
  });

  it("repeats a send after 503, not after 500", async () => {
    answer = (_call, count) => ({ status: count === 1 ? 503 : 202 });
    expect(await push({ first: toUser("u1") })).toBe(200);
    expect(calls()).toHaveLength(2);
    recorded = [];
    answer = () => ({ status: 500 });
    expect(await push({ first: toUser("u1") })).toBe(500);
    expect(calls()).toHaveLength(1);
  });

  it("gives up after three repetitions", async () => {
    answer = () => ({ status: 503 });
    expect(await push({ first: toUser("u1") })).toBe(500);
    expect(calls()).toHaveLength(4);
  });

  it("repeats a group action after 500 and 408", async () => {
    answer = (_call, count) => ({ status: [500, 408][count - 1] ?? 200 });
    expect(await push({ first: { action: "add", userId: "u1", groupName: "g" } })).toBe(200);
    expect(calls()).toHaveLength(3);
  });

  it("tolerates a vanished connection only with the service's error code", async () => {
    const first = { action: "add", connectionId: "gone", groupName: "g" };
    answer = () => ({ status: 404, headers: { "x-ms-error-code": "Error.Connection.NotExisted" } });
    expect(await push({ first })).toBe(200);
    answer = () => ({ status: 404 });
    expect(await push({ first })).toBe(500);
  });

  it("writes the output of an activity before the activity is over, and fails with it", async () => {
    expect(await host.invoke("pushActivity", { text: '"u1"' })).toBe("handler returned");
    expect(calls()).toEqual(["POST /users/u1/:send"]);
    answer = () => ({ status: 401 });
    await expect(host.invoke("pushActivity", { text: '"u1"' })).rejects.toThrow(/answered 401/);
  });

  it("sends nothing of a function that took too long, also when its handler ends later", async () => {
    const hostJson = parseHostJson('{"version":"2.0","functionTimeout":"00:00:01"}');
    const impatient = await createFunctionsHost({ ...options, hostJson });
    expect((await impatient.http.request("/api/pushLate")).status).toBe(500);
    expect(await (await impatient.http.request("/api/release")).text()).toBe("released");
    // Another send by the same host, so that a late one would have been seen before it.
    const body = JSON.stringify({ first: toUser("in time") });
    expect((await impatient.http.request("/api/push", { method: "POST", body })).status).toBe(200);
    expect(calls()).toEqual(["POST /users/in%20time/:send"]);
    await impatient.stop();
  });

  it("does not start a function whose hub setting is missing", async () => {
    expect((await host.http.request("/api/pushToNowhere")).status).toBe(404);
    expect(log.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/pushToNowhere.*%NO_SUCH_HUB%/),
    );
  });

  it("does not start a function whose connection is by identity, and says what to set instead", async () => {
    expect((await host.http.request("/api/pushByIdentity")).status).toBe(404);
    expect(log.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(
        /pushByIdentity.*'BY_IDENTITY__serviceUri'.*put a connection string into 'BY_IDENTITY'/,
      ),
    );
  });

  it("keeps keys and user ids out of the log", async () => {
    answer = () => ({ status: 400 });
    await push({ first: toUser("secret-user") });
    const text = JSON.stringify(log);
    expect(text).not.toContain(ACCESS_KEY);
    expect(text).not.toContain("secret-user");
  });
});
