/** Talks to a running app as its users and as Salesforce do. */
import { HubConnectionBuilder, LogLevel } from "@microsoft/signalr";
import { z } from "zod";
import { inboxPageSchema, type InboxPage } from "../../src/domain/notification.ts";
import { type OrderFields, type OutboundMessageSpec, toOutboundMessageXml } from "./outbound-message.ts";

/** A signed-in person. */
export interface Person {
  readonly cookie: string;
  call(method: string, path: string, body?: unknown): Promise<Response>;
  inbox(query?: string): Promise<InboxPage>;
  /** Connects a stock SignalR client with nothing but the negotiate URL and the session cookie. */
  connect(): Promise<Listener>;
}

/** What one connected device heard. */
export interface Listener {
  readonly heard: unknown[];
  stop(): Promise<void>;
}

const orchestrationsSchema = z.array(
  z.object({ instanceId: z.string(), runtimeStatus: z.string(), output: z.unknown() }),
);

/** The app at `url`, seen from outside. */
export function createAppClient(url: string) {
  return {
    signIn: (userId: string, roles: readonly string[] = []) => signIn(url, userId, roles),
    postMessage: (spec: OutboundMessageSpec) => postXml(url, toOutboundMessageXml(spec)),
    postOrders: (...orders: OrderFields[]) => postXml(url, toOutboundMessageXml({ orders })),
    postXml: (body: string | Uint8Array, o: { key?: string; contentType?: string } = {}) =>
      postXml(url, body, o),
    /** Grants a scope and follows it. */
    async follow(userId: string, scope: string, rules: object = {}): Promise<Person> {
      const admin = await signIn(url, "admin", ["OrderBell.Admin"]);
      const person = await signIn(url, userId, []);
      await expectOk(admin.call("PUT", `/api/admin/grants/${encodeURIComponent(userId)}/${scope}`));
      await expectOk(person.call("PUT", `/api/subscriptions/${scope}`, rules));
      return person;
    },
    /** The management API of the runtime: every orchestration of an order. */
    async orchestrations(
      orderId: string,
    ): Promise<{ instanceId: string; runtimeStatus: string; output: unknown }[]> {
      const query = `instanceIdPrefix=order-${orderId}&code=local`;
      const response = await fetch(`${url}/runtime/webhooks/durabletask/instances?${query}`);
      return orchestrationsSchema.parse(await (await expectOk(response)).json());
    },
  };
}

/** Polls until `check` answers something, at most `withinMs`. */
export async function until<Result>(
  check: () => Promise<Result | undefined | false>,
  withinMs = 5_000,
): Promise<Result> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const result = await check();
    if (result !== undefined && result !== false) return result;
    if (Date.now() > deadline) throw new Error(`It did not happen within ${withinMs} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function signIn(url: string, userId: string, roles: readonly string[]): Promise<Person> {
  const response = await fetch(`${url}/.auth/login/local`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ userId, name: userId, roles }),
  });
  await expectOk(response);
  const cookie = response.headers
    .getSetCookie()
    .map((one) => one.split(";", 1)[0])
    .join("; ");
  const call = (method: string, path: string, body?: unknown) =>
    fetch(url + path, {
      method,
      headers: { cookie, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    cookie,
    call,
    inbox: async (query = "") => {
      const response = await expectOk(call("GET", `/api/notifications${query}`));
      return inboxPageSchema.parse(await response.json());
    },
    connect: () => connect(url, cookie),
  };
}

async function connect(url: string, cookie: string): Promise<Listener> {
  const heard: unknown[] = [];
  const connection = new HubConnectionBuilder()
    .withUrl(`${url}/api`, { headers: { cookie } })
    .configureLogging(LogLevel.Error)
    .build();
  connection.on("notification", (notification: unknown) => {
    heard.push(notification);
  });
  await connection.start();
  return { heard, stop: () => connection.stop() };
}

async function postXml(
  url: string,
  body: string | Uint8Array,
  { key = "local", contentType = "text/xml; charset=UTF-8" }: { key?: string; contentType?: string } = {},
): Promise<{ status: number; body: string; acknowledged: boolean }> {
  const response = await fetch(`${url}/api/salesforce/outbound-messages?code=${key}`, {
    method: "POST",
    headers: { "content-type": contentType },
    body,
  });
  const text = await response.text();
  return { status: response.status, body: text, acknowledged: text.includes("<Ack>true</Ack>") };
}

async function expectOk(pending: Response | Promise<Response>): Promise<Response> {
  const response = await pending;
  if (!response.ok) throw new Error(`answered ${response.status}: ${await response.text()}`);
  return response;
}
