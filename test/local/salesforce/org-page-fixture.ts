/** An org with its page, on a store of its own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Hono } from "hono";
import { z } from "zod";
import { createMessageSender, type MessageSender } from "../../../local/salesforce/message-sender.ts";
import { createOrgFaults, type OrgFaults } from "../../../local/salesforce/org-faults.ts";
import { createOrgPage } from "../../../local/salesforce/org-page.ts";
import { createOrg, type Org } from "../../../local/salesforce/org.ts";
import { openState } from "../../../local/state/open-state.ts";

const orderSchema = z.object({
  id: z.string(),
  number: z.string(),
  account: z.string(),
  status: z.string(),
  amount: z.number(),
  owner: z.string(),
  lastModified: z.iso.datetime(),
  isDeleted: z.boolean(),
});

/** What a test reads of a listing. */
export const listSchema = z.object({ orders: z.array(orderSchema), older: z.string().nullable() });

/** What a test reads of the page's state. */
export const stateSchema = listSchema.extend({
  organizationId: z.string(),
  count: z.number(),
  run: z.object({ what: z.string(), done: z.number(), total: z.number() }).nullable(),
  messages: z.object({
    endpoint: z.string().nullable(),
    pending: z.number(),
    acknowledged: z.number(),
    latest: z.array(z.object({ status: z.string(), notifications: z.number(), ms: z.number() })),
  }),
  api: z.object({ used: z.number(), limit: z.number() }),
  faults: z.looseObject({}),
});

/** The running pieces; end them with `close`. */
export interface OrgPageFixture {
  readonly org: Org;
  readonly faults: OrgFaults;
  readonly sender: MessageSender;
  readonly page: Hono;
  endpoint(): string | null;
  /** Asks the page as a program does; answers the status and the JSON. */
  send(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  state(query?: string): Promise<z.infer<typeof stateSchema>>;
  list(query: string): Promise<z.infer<typeof listSchema>>;
  close(): Promise<void>;
}

/** Opens an org without orders whose sender is not started. */
export function openOrgPage(): OrgPageFixture {
  const folder = mkdtempSync(join(tmpdir(), "org-page-"));
  const store = openState(folder);
  const faults = createOrgFaults();
  const org = createOrg({ state: store, now: () => new Date(), organizationId: "00D000000000001EAA" });
  let endpoint: string | null = null;
  const sender = createMessageSender({ org, state: store, faults, endpoint: () => endpoint });
  const page = createOrgPage({
    org,
    sender,
    faults,
    endpoint: {
      get: () => endpoint,
      set: (url) => {
        endpoint = url;
        sender.retryNow();
      },
    },
    apiUsage: () => ({ used: 18, limit: 15_000 }),
  });
  const send: OrgPageFixture["send"] = async (method, path, body = {}) => {
    const sent = { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const response = await page.request(`/simulation/${path}`, { method, ...(method === "GET" ? {} : sent) });
    return { status: response.status, body: await response.json() };
  };
  return {
    org,
    faults,
    sender,
    page,
    endpoint: () => endpoint,
    send,
    state: async (query = "") => stateSchema.parse((await send("GET", `state?${query}`)).body),
    list: async (query) => listSchema.parse((await send("GET", `orders?${query}`)).body),
    close: async () => {
      await sender.stop();
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}
