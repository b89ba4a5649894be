/**
 * The REST API of the org, as far as jsforce calls it for orders.
 *
 * Sources: "Query", "QueryAll", "Query Options Headers", "sObject Rows", "sObject Collections" (retrieve by POST), "sObject
 * Describe", "Limits" and "Versions" of the REST API Developer Guide; "Identity URLs" of Salesforce Help.
 */
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { RootDatabase } from "lmdb";
import { programsOnly } from "../loopback-only.ts";
import type { ApiUsage } from "./api-usage.ts";
import { describeOrder } from "./describe.ts";
import { createOAuth, type OrgLogin } from "./oauth.ts";
import { OrgError } from "./org-error.ts";
import type { OrgFaults } from "./org-faults.ts";
import type { OrderRecord } from "./org-record.ts";
import type { Org } from "./org.ts";
import { invalidLocator, openQueryLocators } from "./query-locators.ts";
import {
  listVersions,
  readDraft,
  readPageSize,
  readRetrieve,
  toBase,
  toIdentity,
  toQueryAnswer,
  toResources,
  toRow,
} from "./rest-answers.ts";
import { answerError, countCall, meetFaults, requireSession, requireVersion } from "./rest-gate.ts";
import { requireField, runQuery } from "./run-query.ts";
import { openSessions } from "./sessions.ts";
import { parseSoql } from "./soql.ts";

/** What the REST side needs. */
export interface RestApiOptions {
  readonly org: Org;
  readonly state: RootDatabase;
  readonly faults: OrgFaults;
  readonly login: OrgLogin;
  readonly usage: ApiUsage;
  /** Calls allowed within 24 hours. */
  readonly apiLimit: number;
  now(): Date;
}

/** Requests are small: 2,000 ids of 18 characters are 42 KB, a description is 32 KB. */
const MOST_BYTES = 1024 * 1024;

/** The org's REST side; it answers under `/services` and `/id`. */
export function createRestApi(o: RestApiOptions): Hono {
  const { org, faults, state, usage, now } = o;
  const userId = org.users[0]?.Id ?? "";
  const sessions = openSessions(state, org.organizationId, now);
  const locators = openQueryLocators(state, now);
  const app = new Hono();

  for (const path of ["/services/*", "/id/*"]) app.use(path, programsOnly, meetFaults(faults));
  app.onError((error, c) => {
    if (error instanceof OrgError) return answerError(c, error);
    throw error;
  });
  app.route("/", createOAuth({ login: o.login, sessions, organizationId: org.organizationId, userId, now }));
  app.get("/services/data", (c) => c.json(listVersions()));
  app.get("/id/:organization/:user", requireSession(sessions, faults), (c) => c.json(toIdentity(c, org)));

  const data = new Hono().basePath("/services/data/:version");
  data.use(
    requireVersion,
    requireSession(sessions, faults),
    countCall({ usage, faults, apiLimit: o.apiLimit }),
    bodyLimit({ maxSize: MOST_BYTES }),
  );

  for (const resource of ["query", "queryAll"] as const) {
    data.get(`/${resource}`, async (c) => {
      const pageSize = readPageSize(c);
      const query = parseSoql(c.req.query("q") ?? "");
      const includeDeleted = resource === "queryAll";
      const rows = runQuery(org, query, { includeDeleted, hiddenField: faults.invalidField });
      return c.json(toQueryAnswer(c, await locators.open(rows, pageSize)));
    });
    data.get(`/${resource}/:locator`, (c) => {
      if (faults.expireLocators) throw invalidLocator();
      const page = locators.read(c.req.param("locator"), readPageSize(c));
      return c.json(toQueryAnswer(c, page));
    });
  }

  data.get("/", (c) => c.json(toResources(c, org)));
  data.get("/limits", (c) => {
    const used = faults.apiUsage ?? usage.used;
    return c.json({ DailyApiRequests: { Max: o.apiLimit, Remaining: Math.max(0, o.apiLimit - used) } });
  });
  data.get("/sobjects/Order/describe", (c) => c.json(describeOrder(toBase(c), faults.invalidField)));
  data.post("/sobjects/Order", async (c) => {
    const [created] = await org.createOrders([await readDraft(c)]);
    return c.json({ id: created?.Id, success: true, errors: [] }, 201);
  });
  data.get("/sobjects/Order/:id", (c) => {
    const names = c.req.query("fields")?.split(",");
    return c.json(toRow(c, requireOrder(org, c.req.param("id")), names, faults.invalidField));
  });
  data.patch("/sobjects/Order/:id", async (c) => {
    const { Id: id } = requireOrder(org, c.req.param("id"));
    await org.updateOrders([{ id, fields: await readDraft(c) }]);
    return c.body(null, 204);
  });
  data.delete("/sobjects/Order/:id", async (c) => {
    await org.deleteOrders([requireOrder(org, c.req.param("id")).Id]);
    return c.body(null, 204);
  });
  data.post("/composite/sobjects/Order", async (c) => {
    const { ids, fields } = await readRetrieve(c);
    for (const field of fields) requireField(field, faults.invalidField);
    const found = ids.map((id) => org.getOrder(id));
    return c.json(
      found.map((order) =>
        order === undefined || order["IsDeleted"] === true
          ? null
          : toRow(c, order, fields, faults.invalidField),
      ),
    );
  });
  data.all("*", () => {
    throw new OrgError("NOT_FOUND", "The requested resource does not exist");
  });
  app.route("/", data);
  return app;
}

function requireOrder(org: Org, id: string): OrderRecord {
  const order = org.getOrder(id);
  if (order === undefined) throw new OrgError("NOT_FOUND", "The requested resource does not exist");
  if (order["IsDeleted"] === true) throw new OrgError("ENTITY_IS_DELETED", "entity is deleted");
  return order;
}
