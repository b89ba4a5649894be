/**
 * A Salesforce org on loopback: its records, its REST API, its outbound messages, and a page for people.
 * Everything but the faults is kept in the runtime's store.
 */
import { Hono } from "hono";
import type { RootDatabase } from "lmdb";
import { listen } from "../listen.ts";
import { loopbackOnly } from "../loopback-only.ts";
import { openApiUsage } from "./api-usage.ts";
import { createMessageSender, type MessageSender } from "./message-sender.ts";
import type { MessageTiming } from "./message-timing.ts";
import type { OrgLogin } from "./oauth.ts";
import { createOrgFaults, type OrgFaults } from "./org-faults.ts";
import { createOrgPage } from "./org-page.ts";
import { createOrg, type Org } from "./org.ts";
import { createRestApi } from "./rest-api.ts";
import { refuseForeignWrites } from "./rest-gate.ts";

/** A running org. */
export interface Salesforce {
  /** `http://127.0.0.1:<port>`: the login URL and the page. */
  readonly url: string;
  readonly org: Org;
  /** Change them while it runs. */
  readonly faults: OrgFaults;
  readonly sender: MessageSender;
  /** Where outbound messages go from now on; null: they wait. */
  setEndpoint(url: string | null): void;
  close(): Promise<void>;
}

/** What an org needs to start. */
export interface SalesforceOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Holds everything; closed by its owner, after the org. */
  readonly state: RootDatabase;
  readonly log: (level: "debug" | "info" | "warn" | "error", message: string) => void;
  readonly organizationId: string;
  readonly login: OrgLogin;
  readonly endpointUrl?: string | null | undefined;
  /** Calls within 24 hours; 15,000 as in a Developer Edition. */
  readonly apiLimit?: number | undefined;
  readonly now?: (() => Date) | undefined;
  readonly timing?: MessageTiming | undefined;
}

/** Starts the org; rejects with PortInUseError when the port is taken. */
export async function startSalesforce(o: SalesforceOptions): Promise<Salesforce> {
  const { state, log, login, organizationId, now = () => new Date(), apiLimit = 15_000 } = o;
  const faults = createOrgFaults();
  const org = createOrg({ state, now, organizationId, lateVisibility: () => faults.visibilityDelayMs });
  let endpoint = o.endpointUrl ?? null;
  const sender = createMessageSender({
    org,
    state,
    faults,
    now,
    log,
    endpoint: () => endpoint,
    ...(o.timing === undefined ? {} : { timing: o.timing }),
  });

  function setEndpoint(url: string | null): void {
    endpoint = url;
    sender.retryNow();
  }

  const app = new Hono();
  app.use(loopbackOnly, refuseForeignWrites);
  app.onError((error, c) => {
    log("error", `${c.req.method} ${c.req.path} failed: ${String(error)}`);
    return c.text("The simulated org failed; its log says how.\n", 500);
  });
  const usage = openApiUsage(state, now);
  app.route("/", createRestApi({ org, state, faults, login, usage, apiLimit, now }));
  app.route(
    "/",
    createOrgPage({
      org,
      sender,
      faults,
      endpoint: { get: () => endpoint, set: setEndpoint },
      apiUsage: () => ({ used: usage.used, limit: apiLimit }),
    }),
  );

  const server = await listen(app, o.port);
  sender.start();
  log("info", `Salesforce (simulated org) listens on ${server.url}`);
  let closed: Promise<void> | undefined;
  return {
    url: server.url,
    org,
    faults,
    sender,
    setEndpoint,
    close: () => (closed ??= Promise.all([sender.stop(), server.close()]).then(() => undefined)),
  };
}
