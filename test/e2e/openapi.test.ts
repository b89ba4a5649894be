/** The description of the API against the running app: its routes, and what they take and answer. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { openDeadLettersTable } from "../../src/storage/dead-letters-table.ts";
import { createAnnouncement, createLetter } from "../support/dead-letter.ts";
import { type AccessLine, EXPECTED_ACCESS } from "./authorization/expected-access.ts";
import { CALLERS, type CallerName, startGuardedApp } from "./authorization/start-guarded-app.ts";
import { listRoutes } from "./authorization/list-routes.ts";

const jsonSchema = z.record(z.string(), z.unknown());
const contentSchema = z.record(z.string(), z.object({ schema: jsonSchema }));
const operationSchema = z.strictObject({
  operationId: z.string(),
  summary: z.string().min(10),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z
    .array(
      z.strictObject({
        name: z.string(),
        in: z.enum(["path", "query"]),
        required: z.boolean(),
        schema: jsonSchema,
      }),
    )
    .default([]),
  requestBody: z.object({ required: z.boolean(), content: contentSchema }).optional(),
  responses: z.record(
    z.string(),
    z.object({ $ref: z.string().optional(), content: contentSchema.optional() }),
  ),
});
const documentSchema = z.object({
  openapi: z.literal("3.1.0"),
  info: z.object({ title: z.string(), version: z.string() }),
  paths: z.record(z.string().startsWith("/"), z.record(z.string(), operationSchema)),
  components: z.object({
    schemas: z.record(z.string(), jsonSchema),
    responses: z.record(z.string(), z.object({ content: contentSchema.optional() })),
    securitySchemes: jsonSchema,
  }),
});

const checkedIn: unknown = JSON.parse(readFileSync("docs/openapi.json", "utf8"));
const described = documentSchema.parse(checkedIn);
const operations = Object.entries(described.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
);

const { app, people, headers, instanceId, notification } = await startGuardedApp();
const ids = { instanceId, notificationId: notification.id };
const announcement = { ...createAnnouncement(), createdAt: new Date().toISOString() };
await openDeadLettersTable(app.storage).put([{ ...createLetter("ada"), announcement }]);

describe("docs/openapi.json", () => {
  it("is what the app says of itself; if it is not: node scripts/write-openapi.js", async () => {
    const response = await people.user.call("GET", "/api/openapi.json");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("application/json");
    expect(await response.json()).toEqual(checkedIn);
  });

  it("has the version of the package", () => {
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(readFileSync("package.json", "utf8")));
    expect(described.info.version).toBe(version);
  });

  it("describes every registered route, and no other", async () => {
    const registered = (await listRoutes(app.url)).map(toDescribedRoute);
    expect(operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`).toSorted()).toEqual(
      registered.toSorted(),
    );
  });

  it("names each operation once, and every part of a path as a parameter", () => {
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { path, parameters } of operations) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
      const inPath = parameters.filter((one) => one.in === "path").map(({ name }) => name);
      expect(inPath.toSorted()).toEqual(named.toSorted());
    }
  });

  it("refers to nothing that is not there", () => {
    const references = [...JSON.stringify(checkedIn).matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)];
    expect(references.length).toBeGreaterThan(100);
    expect(references).toHaveLength(JSON.stringify(checkedIn).split('"$ref":').length - 1);
    for (const [, kind, name] of references) {
      expect(checkedIn).toHaveProperty(["components", kind ?? "", name ?? ""]);
    }
  });
});

describe("who may call, as it is described, is who the matrix lets in", () => {
  it.each(EXPECTED_ACCESS)("$route", ({ route, expects }) => {
    const lets = CALLERS.filter((caller) => expects[caller] !== 401 && expects[caller] !== 403);
    // To follow takes a grant besides.
    const described = route === "PUT /api/subscriptions/{scope}" ? ["user"] : toCallers(find(route).security);
    expect(lets).toEqual(described);
  });
});

function toCallers(security: readonly Record<string, string[]>[]): readonly CallerName[] {
  const [scheme] = security;
  if (scheme === undefined) return CALLERS;
  if ("functionKey" in scheme) return ["salesforceKey"];
  const [role] = scheme["session"] ?? [];
  if (role === "OrderBell.Admin") return ["admin"];
  return role === "OrderBell.Auditor" ? ["auditor"] : ["user", "otherUser", "admin", "auditor"];
}

describe("what is taken and answered fits the description", () => {
  it.each(EXPECTED_ACCESS)("$route", async (line) => {
    const operation = find(line.route);
    if (line.body && line.type) {
      const content = operation.requestBody?.content[line.type.split(";")[0] ?? ""];
      expect(content).toBeDefined();
      if (content && line.type === "application/json") fits(content.schema, JSON.parse(line.body(ids)));
    }
    for (const caller of toDifferentCallers(line)) await checkAnswer(line, caller, await ask(line, caller));
  });

  it("also when the request does not fit, or is of another type", async () => {
    const cases: [route: string, path: string, type: string, body: string | null][] = [
      ["GET /api/notifications", "/api/notifications?limit=x", "", null],
      ["POST /api/notifications/receipts", "/api/notifications/receipts", "application/json", "{}"],
      ["POST /api/notifications/receipts", "/api/notifications/receipts", "text/plain", "{}"],
      ["PUT /api/preferences", "/api/preferences", "application/json", "no JSON"],
      ["GET /api/audit/orders/{orderId}", "/api/audit/orders/801000000000999AAA", "", null],
      ["GET /api/audit/orders/{orderId}", "/api/audit/orders/x", "", null],
      ["POST /api/audit/orchestrations/{instanceId}/replay", "/api/audit/orchestrations/none/replay", "", ""],
    ];
    const statuses: number[] = [];
    for (const [route, path, type, body] of cases) {
      const line = EXPECTED_ACCESS.find((one) => one.route === route)!;
      const response = await fetch(app.url + path, {
        method: route.slice(0, route.indexOf(" ")),
        headers: { ...headers.auditor, ...(type === "" ? {} : { "content-type": type }) },
        body,
      });
      statuses.push(response.status);
      await checkAnswer(line, "auditor", response);
    }
    expect(statuses).toEqual([400, 400, 415, 400, 404, 400, 404]);
  });

  it("and notices an answer that does not", () => {
    const { items: _, ...rest } = { items: [], nextSince: "2026-11-22T10:00:00.000Z", unseen: 0, unread: 0 };
    const { schema } = findContent("GET /api/notifications", 200, "application/json")!;
    expect(() => fits(schema, { ...rest, items: [] })).not.toThrow();
    expect(() => fits(schema, rest)).toThrow(/items/);
    expect(() => fits(schema, { ...rest, items: [], more: true })).toThrow(/more/);
    expect(() => fits(schema, { ...rest, items: [{ ...notification, state: "lost" }] })).toThrow(/state/);
  });
});

/** One caller for each status that is answered. */
function toDifferentCallers({ expects }: AccessLine): CallerName[] {
  return [...new Map(CALLERS.map((caller) => [expects[caller], caller])).values()];
}

function toDescribedRoute(route: string): string {
  return route.replace("{*file}", "{file}");
}

function find(route: string) {
  const name = toDescribedRoute(route);
  const found = operations.find(({ method, path }) => `${method.toUpperCase()} ${path}` === name);
  if (found === undefined) throw new Error(`${name} is not described`);
  return found;
}

function findContent(route: string, status: number, type: string) {
  const response = find(route).responses[String(status)];
  if (response === undefined) throw new Error(`${route} is not described to answer ${status}`);
  const shared = response.$ref && described.components.responses[response.$ref.split("/").at(-1) ?? ""];
  return (shared || response).content?.[type];
}

/** The schemas of the description, closed: what it does not tell of may not come. */
function fits(schema: Record<string, unknown>, value: unknown): void {
  const text = JSON.stringify(close({ ...schema, $defs: described.components.schemas }));
  const parser = z.fromJSONSchema(JSON.parse(text.replaceAll("#/components/schemas/", "#/$defs/")));
  const parsed = parser.safeParse(value);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
}

function close(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(close);
  if (typeof value !== "object" || value === null) return value;
  const closed = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, close(one)]));
  const isOpen = "properties" in closed && !("additionalProperties" in closed);
  return isOpen ? { ...closed, additionalProperties: false } : closed;
}

async function checkAnswer({ route }: AccessLine, caller: CallerName, response: Response): Promise<void> {
  const text = await response.text();
  const [type = ""] = (response.headers.get("content-type") ?? "").split(";");
  const content = findContent(route, response.status, type);
  const place = `${route} by ${caller}: ${response.status} ${type}`;
  expect({ place, hasBody: text !== "" }).toEqual({ place, hasBody: content !== undefined });
  if (content && type.endsWith("json") && !type.includes("ndjson")) fits(content.schema, JSON.parse(text));
}

async function ask({ route, path, type, body }: AccessLine, caller: CallerName): Promise<Response> {
  return fetch(app.url + path(ids), {
    method: route.slice(0, route.indexOf(" ")),
    headers: { ...headers[caller], ...(type === undefined ? {} : { "content-type": type }) },
    ...(body === undefined ? {} : { body: body(ids) }),
    redirect: "manual",
  });
}
