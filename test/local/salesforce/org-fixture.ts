/** A started org with a clock of its own, and jsforce connections to it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateKeyPair, exportPKCS8, exportSPKI } from "jose";
import jsforce from "jsforce";
import type { RootDatabase } from "lmdb";
import { z } from "zod";
import type { OrgFaults } from "../../../local/salesforce/org-faults.ts";
import type { OrderDraft } from "../../../local/salesforce/org-record.ts";
import type { Org } from "../../../local/salesforce/org.ts";
import { type Salesforce, startSalesforce } from "../../../local/salesforce/start-salesforce.ts";
import { openState } from "../../../local/state/open-state.ts";

export const ORGANIZATION_ID = "00D000000000001EAA";
export const ACME = "001000000000001AAA";
export const GLOBEX = "001000000000002AAA";
export const CLIENT = { clientId: "orderbell", clientSecret: "local" };
export const USERNAME = "integration@orderbell.example";
const START = Date.parse("2026-11-22T10:00:00.400Z");

const tokenSchema = z.object({ access_token: z.string() });

/** What an order needs at least. */
export function draft(fields: OrderDraft = {}): OrderDraft {
  return { AccountId: ACME, EffectiveDate: "2026-11-22", Status: "Draft", ...fields };
}

/** The code of a REST error. */
export async function readErrorCode(response: Response): Promise<string> {
  return z
    .array(z.object({ errorCode: z.string() }))
    .length(1)
    .parse(await response.json())[0]!.errorCode;
}

/** A clock that stands still until it is moved. */
export class TestClock {
  #now = START;
  readonly now = (): Date => new Date(this.#now);
  move(ms: number): void {
    this.#now += ms;
  }
}

/** A folder with a store that can be closed and opened again. */
export function openTestState(): {
  reopen(): Promise<RootDatabase>;
  state: RootDatabase;
  remove(): Promise<void>;
} {
  const folder = mkdtempSync(join(tmpdir(), "orderbell-org-"));
  const opened = {
    state: openState(folder),
    reopen: async () => {
      await opened.state.close();
      opened.state = openState(folder);
      return opened.state;
    },
    remove: async () => {
      await opened.state.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return opened;
}

const generateKeys = () => generateKeyPair("RS256", { extractable: true });
/** Made once: it takes longer than a test. */
const sharedKeys = generateKeys();

export interface Fixture {
  readonly clock: TestClock;
  readonly url: string;
  readonly org: Org;
  readonly faults: OrgFaults;
  /** The private key that the org's login knows the public half of. */
  readonly privateKey: string;
  /** A connection that signs in with the client's secret when it has to. */
  connect(): Promise<jsforce.Connection>;
  token(): Promise<string>;
  fetch(
    path: string,
    init?: Omit<RequestInit, "headers"> & { headers?: Record<string, string>; token?: string },
  ): Promise<Response>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startFixture(o: { apiLimit?: number; ownKeys?: boolean } = {}): Promise<Fixture> {
  const stored = openTestState();
  const clock = new TestClock();
  const keys = await (o.ownKeys === true ? generateKeys() : sharedKeys);
  const publicKey = await exportSPKI(keys.publicKey);
  const start = (state: RootDatabase): Promise<Salesforce> =>
    startSalesforce({
      port: 0,
      state,
      log: () => {},
      organizationId: ORGANIZATION_ID,
      login: { ...CLIENT, jwt: { username: USERNAME, publicKey } },
      apiLimit: o.apiLimit,
      now: clock.now,
    });
  let salesforce = await start(stored.state);

  async function refresh(done: (error: Error | null, token?: string) => void): Promise<void> {
    const token = await fixture.token().catch((error: unknown) => new Error("no token", { cause: error }));
    if (token instanceof Error) done(token);
    else done(null, token);
  }

  const fixture: Fixture = {
    clock,
    privateKey: await exportPKCS8(keys.privateKey),
    get url() {
      return salesforce.url;
    },
    get org() {
      return salesforce.org;
    },
    get faults() {
      return salesforce.faults;
    },
    token: async () => {
      const response = await fetch(`${salesforce.url}/services/oauth2/token`, {
        method: "POST",
        body: new URLSearchParams({
          grant_type: "client_credentials",
          client_id: CLIENT.clientId,
          client_secret: CLIENT.clientSecret,
        }),
      });
      return tokenSchema.parse(await response.json()).access_token;
    },
    fetch: (path, init = {}) =>
      fetch(salesforce.url + path, {
        ...init,
        headers: { ...init.headers, ...(init.token && { authorization: `Bearer ${init.token}` }) },
      }),
    connect: async () => {
      const connection = new jsforce.Connection({
        instanceUrl: salesforce.url,
        accessToken: await fixture.token(),
        version: "66.0",
        refreshFn: (_connection, done) => void refresh(done),
      });
      return connection;
    },
    restart: async () => {
      await salesforce.close();
      salesforce = await start(await stored.reopen());
    },
    stop: async () => {
      await salesforce.close();
      await stored.remove();
    },
  };
  return fixture;
}
