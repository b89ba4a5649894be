/** Fills an empty app with the demo organisation, through the app's own public doors and those of the simulated org. */
import type { Org } from "../salesforce/org.ts";
import { DEMO_GRANTS, DEMO_GROUP, DEMO_ORDERS } from "./demo-organization.ts";

/** A call that the app refused; nothing after it was done. */
export class SeedError extends Error {
  override readonly name = "SeedError";
}

/** Seeds the app at `url`; every call may be repeated, so an interrupted seed is simply done again. */
export async function seedDemo(url: string, org: Org | undefined): Promise<void> {
  const admin = await signIn(url, "demo-setup", ["OrderBell.Admin"]);
  for (const { userId, account } of DEMO_GRANTS) {
    const body = JSON.stringify({ label: account.name });
    const path = `/api/admin/grants/${userId}/account:${account.id}`;
    await call(url, admin, "PUT", path, { type: "application/json", body });
  }
  for (const userId of DEMO_GROUP.members) {
    await call(url, admin, "PUT", `/api/admin/groups/${DEMO_GROUP.group}/members/${userId}`);
  }
  const leads = {
    scope: "all",
    target: { kind: "group", group: DEMO_GROUP.group },
    transitions: ["activated"],
  };
  const ndjson = { type: "application/x-ndjson", body: JSON.stringify({ ...leads, priority: "high" }) };
  await call(url, admin, "PUT", "/api/admin/subscriptions", ndjson);
  for (const { userId, account } of DEMO_GRANTS.filter(({ subscribed }) => subscribed)) {
    const person = await signIn(url, userId, []);
    const path = `/api/subscriptions/account:${account.id}`;
    await call(url, person, "PUT", path, { type: "application/json", body: "{}" });
  }
  // New orders, so that nobody's first look is at an empty page.
  if (org?.countOrders() === 0) await org.createOrders(DEMO_ORDERS);
}

async function signIn(url: string, userId: string, roles: readonly string[]): Promise<string> {
  const body = JSON.stringify({ userId, roles });
  const response = await call(url, undefined, "POST", "/.auth/login/local", {
    type: "application/json",
    body,
  });
  const [cookie = ""] = response.headers.getSetCookie();
  return cookie.split(";", 1)[0] ?? "";
}

async function call(
  url: string,
  cookie: string | undefined,
  method: string,
  path: string,
  content?: { type: string; body: string },
): Promise<Response> {
  const headers = { ...(cookie ? { cookie } : {}), ...(content ? { "content-type": content.type } : {}) };
  const response = await fetch(url + path, { method, headers, ...(content ? { body: content.body } : {}) });
  if (!response.ok)
    throw new SeedError(`${method} ${path} was answered ${response.status}: ${await response.text()}`);
  return response;
}
