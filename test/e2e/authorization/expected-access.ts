/**
 * The authorization matrix: every route of the app, and what each caller is answered. A route that is registered and not
 * listed here fails the test, and so does a line without a route.
 */
import { toOutboundMessageXml } from "../../support/outbound-message.ts";
import { ACCOUNT_ID, CALLERS, type CallerName, ORDER_ID, SCOPE } from "./start-guarded-app.ts";

/** What a line needs to know of the running app. */
export interface KnownIds {
  instanceId: string;
  notificationId: string;
}

/** One route and how it is asked; `expects` is by caller. */
export interface AccessLine {
  /** Method and route template, as the app registers them. */
  route: string;
  /** Path and query that fit the template. */
  path(ids: KnownIds): string;
  type?: string;
  body?(ids: KnownIds): string;
  expects: Record<CallerName, number>;
}

/** In the order of `CALLERS`. */
type Statuses = [
  nobody: number,
  user: number,
  otherUser: number,
  admin: number,
  auditor: number,
  salesforceKey: number,
  wrongKey: number,
];

const anyone = (status: number): Statuses => [status, status, status, status, status, status, status];
const signedIn = (status: number): Statuses => [401, status, status, status, status, 401, 401];
const adminOnly = (status: number): Statuses => [401, 403, 403, status, 403, 401, 401];
const auditorOnly = (status: number): Statuses => [401, 403, 403, 403, status, 401, 401];

const JSON_TYPE = "application/json";
const NDJSON_TYPE = "application/x-ndjson";
const json = (body: object) => ({ type: JSON_TYPE, body: () => JSON.stringify(body) });
const ndjson = (line: object) => ({ type: NDJSON_TYPE, body: () => JSON.stringify(line) });

function line(
  route: string,
  expects: Statuses,
  asked: Partial<Pick<AccessLine, "path" | "type" | "body">> = {},
): AccessLine {
  const path = route.slice(route.indexOf(" ") + 1);
  const byCaller = Object.fromEntries(CALLERS.map((caller, index) => [caller, expects[index]]));
  return { route, path: () => path, ...asked, expects: byCaller as Record<CallerName, number> };
}

const day = new Date().toISOString().slice(0, 10);
const period = () => `?from=${day}T00:00:00Z&to=${day}T23:59:59Z`;
const grantPath = () => `/api/admin/grants/somebody/${SCOPE}`;
const linkPath = () => "/api/admin/owner-links/005000000000001AAA/somebody";
const memberPath = () => "/api/admin/groups/sales/members/somebody";
const endSubscriptionPath = () => `/api/admin/subscriptions?scope=${SCOPE}&user=somebody`;

/** Reads come before what changes; a person who is erased at the end is nobody who calls. */
export const EXPECTED_ACCESS: readonly AccessLine[] = [
  line("GET /", signedIn(302)),
  line("GET /app/{*file}", anyone(200), { path: () => "/app/" }),
  line("GET /api/health/live", anyone(200)),
  line("GET /api/health/ready", anyone(200)),

  // Salesforce has its key, and nothing else opens this door.
  line("POST /api/salesforce/outbound-messages", [401, 401, 401, 401, 401, 200, 401], {
    type: "text/xml; charset=UTF-8",
    body: () => toOutboundMessageXml({ orders: [{ Id: ORDER_ID, AccountId: ACCOUNT_ID }] }),
  }),

  // A person, whoever it is; what they see and change is their own.
  line("POST /api/negotiate", signedIn(200)),
  line("GET /api/openapi.json", signedIn(200)),
  line("GET /api/notifications", signedIn(200)),
  line("POST /api/notifications/receipts", signedIn(200), {
    type: JSON_TYPE,
    body: ({ notificationId }) => JSON.stringify({ ids: [notificationId], state: "received" }),
  }),
  line("POST /api/notifications/read-all", signedIn(200), json({})),
  line("GET /api/preferences", signedIn(200)),
  line("PUT /api/preferences", signedIn(200), json({})),
  line("GET /api/subscriptions", signedIn(200)),
  // Only Ada was granted the account; a role is no grant.
  line("PUT /api/subscriptions/{scope}", [401, 200, 403, 403, 403, 401, 401], {
    path: () => `/api/subscriptions/${SCOPE}`,
    ...json({}),
  }),
  line("DELETE /api/subscriptions/{scope}", signedIn(204), { path: () => "/api/subscriptions/all" }),

  line("PUT /api/admin/grants/{userId}/{scope}", adminOnly(204), {
    path: grantPath,
    ...json({ label: "Acme" }),
  }),
  line("DELETE /api/admin/grants/{userId}/{scope}", adminOnly(204), { path: grantPath }),
  line("PUT /api/admin/grants", adminOnly(200), ndjson({ userId: "somebody", scope: SCOPE })),
  line("PUT /api/admin/owner-links/{salesforceUserId}/{userId}", adminOnly(204), { path: linkPath }),
  line("DELETE /api/admin/owner-links/{salesforceUserId}/{userId}", adminOnly(204), { path: linkPath }),
  line(
    "PUT /api/admin/owner-links",
    adminOnly(200),
    ndjson({ salesforceUserId: "005000000000001AAA", userId: "somebody" }),
  ),
  line("PUT /api/admin/groups/{group}/members/{userId}", adminOnly(204), { path: memberPath }),
  line("DELETE /api/admin/groups/{group}/members/{userId}", adminOnly(204), { path: memberPath }),
  line("GET /api/admin/subscriptions", adminOnly(200)),
  line(
    "PUT /api/admin/subscriptions",
    adminOnly(200),
    ndjson({ scope: SCOPE, target: { kind: "user", userId: "somebody" } }),
  ),
  line("DELETE /api/admin/subscriptions", adminOnly(204), { path: endSubscriptionPath }),
  line("GET /api/admin/dead-letters", adminOnly(200)),
  line("POST /api/admin/dead-letters/redrive", adminOnly(202), json({ day })),
  // There is no such letter, and only an administrator learns that.
  line("POST /api/admin/dead-letters/{id}/redrive", adminOnly(404), {
    path: () => "/api/admin/dead-letters/unknown/redrive",
  }),
  line("DELETE /api/admin/users/{userId}", adminOnly(200), { path: () => "/api/admin/users/somebody" }),

  line("GET /api/audit/coverage", auditorOnly(200), { path: () => `/api/audit/coverage${period()}` }),
  line("GET /api/audit/orders/{orderId}", auditorOnly(200), { path: () => `/api/audit/orders/${ORDER_ID}` }),
  line("GET /api/audit/orchestrations", auditorOnly(200), {
    path: () => `/api/audit/orchestrations${period()}`,
  }),
  line("GET /api/audit/orchestrations/{instanceId}", auditorOnly(200), {
    path: ({ instanceId }) => `/api/audit/orchestrations/${instanceId}`,
  }),
  line("POST /api/audit/orchestrations/{instanceId}/replay", auditorOnly(200), {
    path: ({ instanceId }) => `/api/audit/orchestrations/${instanceId}/replay`,
  }),
  line("GET /api/audit/orchestrations/{instanceId}/evidence", auditorOnly(200), {
    path: ({ instanceId }) => `/api/audit/orchestrations/${instanceId}/evidence`,
  }),
  line("GET /api/audit/keys", auditorOnly(200)),
  line("GET /api/audit/accesses", auditorOnly(200)),
  line("POST /api/audit/what-if", auditorOnly(200), {
    type: JSON_TYPE,
    body: () => JSON.stringify({ from: `${day}T00:00:00Z`, to: `${day}T23:59:59Z` }),
  }),
];
