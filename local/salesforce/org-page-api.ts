/** The JSON behind the org's page, for the page itself and for programs such as `npm run order`. */
import { Hono, type Context } from "hono";
import type { MessageOverview, SentMessage } from "./message-overview.ts";
import { BulkRuns, type BulkProgress } from "./org-page-bulk.ts";
import { answerPageError, PageError } from "./org-page-errors.ts";
import { faultChangeSchema } from "./org-page-faults.ts";
import {
  bulkSchema,
  changeSchema,
  creationSchema,
  endpointSchema,
  jsonFromHere,
  limitedBody,
  noStore,
  read,
  readBody,
  searchSchema,
  toDraft,
  toNewDraft,
} from "./org-page-input.ts";
import { OrderList, toOrderView, type OrderListPage } from "./org-page-orders.ts";
import type { OrgFaults } from "./org-faults.ts";
import type { OrderRecord } from "./org-record.ts";
import type { Org } from "./org.ts";

/** One step for orders that a person can follow on a page, not for thousands of a load test. */
const MOST_ADVANCED = 50;

/** What the page shows and changes. */
export interface OrgPageOptions {
  readonly org: Org;
  readonly sender: { overview(): MessageOverview; retryNow(): void };
  readonly faults: OrgFaults;
  readonly endpoint: { get(): string | null; set(url: string): void };
  /** REST calls within 24 hours, as counted. */
  readonly apiUsage: () => { used: number; limit: number };
}

/** What the page shows of one moment. */
export interface OrgPageState extends OrderListPage {
  readonly organizationId: string;
  /** Without deleted orders. */
  readonly count: number;
  readonly run: BulkProgress | null;
  readonly messages: Omit<MessageOverview, "latestDropped" | "latest"> & {
    readonly endpoint: string | null;
    /** The newest first, at most 10. */
    readonly latest: readonly SentMessage[];
  };
  readonly api: { readonly used: number; readonly limit: number };
  readonly faults: OrgFaults;
}

const MOST_LATEST = 10;

/** Serves everything below `/simulation/`. */
export function createOrgPageApi(o: OrgPageOptions): Hono {
  const { org, faults, sender, endpoint } = o;
  const list = new OrderList(org);
  const runs = new BulkRuns(org, list);
  const app = new Hono().basePath("/simulation");
  app.onError((error, c) => answerPageError(c, error));
  app.use("*", noStore, jsonFromHere, limitedBody);

  app.get("/state", (c) => {
    const found = list.find(read(searchSchema, c.req.query()));
    return c.json(takeState(o, found, runs.progress));
  });
  app.get("/orders", (c) => c.json(list.find(read(searchSchema, c.req.query()))));
  app.post("/orders", async (c) => {
    const { count: wanted, ...values } = read(creationSchema, await readBody(c));
    if (wanted !== undefined) {
      const draft = (index: number) => toNewDraft(org, values, index);
      return c.json({ created: await runs.create(wanted, draft, c.req.raw.signal) }, 201);
    }
    const [created] = await org.createOrders([toNewDraft(org, values, 0)]);
    return c.json({ created: 1, order: created && toOrderView(org, created) }, 201);
  });
  app.post("/orders/:id", async (c) => {
    const { Id: id } = requireOrder(org, c);
    const fields = toDraft(read(changeSchema, await readBody(c)));
    await org.updateOrders([{ id, fields }]);
    return answerOrder(org, c);
  });
  app.post("/orders/:id/activate", async (c) => {
    await org.updateOrders([{ id: requireOrder(org, c).Id, fields: { Status: "Activated" } }]);
    return answerOrder(org, c);
  });
  app.post("/orders/:id/delete", async (c) => {
    await org.deleteOrders([requireOrder(org, c).Id]);
    return answerOrder(org, c);
  });
  app.post("/orders/:id/undelete", async (c) => {
    await org.undeleteOrders([requireOrder(org, c).Id]);
    return answerOrder(org, c);
  });
  app.post("/bulk", async (c) => {
    const wanted = read(bulkSchema, await readBody(c));
    return c.json({ changed: await runs.change(wanted.change, wanted.count, c.req.raw.signal) });
  });
  app.post("/advance", async (c) =>
    c.json({ changed: await runs.change("advance", MOST_ADVANCED, c.req.raw.signal) }),
  );
  app.put("/endpoint", async (c) => {
    endpoint.set(read(endpointSchema, await readBody(c)).url);
    return c.json({ endpoint: endpoint.get() });
  });
  app.put("/faults", async (c) => {
    Object.assign(faults, read(faultChangeSchema, await readBody(c)));
    return c.json(faults);
  });
  app.post("/retry", (c) => {
    sender.retryNow();
    return c.json({ pending: sender.overview().pending });
  });
  app.all("*", () => {
    throw new PageError("NOT_FOUND", "There is no such address.");
  });
  return app;
}

function takeState(o: OrgPageOptions, found: OrderListPage, run: BulkProgress | null): OrgPageState {
  const { latestDropped: _, latest, ...figures } = o.sender.overview();
  const { used, limit } = o.apiUsage();
  return {
    organizationId: o.org.organizationId,
    ...found,
    count: o.org.countOrders(),
    run,
    messages: { endpoint: o.endpoint.get(), ...figures, latest: latest.slice(0, MOST_LATEST) },
    api: { used: o.faults.apiUsage ?? used, limit },
    faults: { ...o.faults },
  };
}

function requireOrder(org: Org, c: Context): OrderRecord {
  const order = org.getOrder(c.req.param("id") ?? "");
  if (order === undefined) throw new PageError("NOT_FOUND", "The org has no such order.");
  return order;
}

function answerOrder(org: Org, c: Context): Response {
  return c.json(toOrderView(org, requireOrder(org, c)));
}
