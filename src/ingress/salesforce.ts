/**
 * Salesforce's REST API through jsforce; the only file that imports jsforce, and itself imported only when Salesforce is
 * really called, because jsforce takes 100 ms to load (its whole index twice that).
 *
 * Of jsforce the plain connection is used: URLs, JSON, proxies, gzip, and its retries (GET only: up to five, 0.5 s to
 * 8 s apart, for 420, 429, 5xx and broken connections). Its session renewal is not: it repeats a refused call without
 * end (jsforce#1833). A `Connection` without a client id and refresh function has none (`getRefreshDelegate()` is
 * undefined in lib/http-api.js), so a 401 is an error like any other, and salesforce-session.ts renews.
 *
 * jsforce reads HTTPS_PROXY and HTTP_PROXY when it is loaded and ignores NO_PROXY, also for this machine.
 */
import { Connection } from "jsforce/lib/connection.js";
import { Transport } from "jsforce/lib/transport.js";
import type { FieldValues } from "../domain/order-change.ts";
import { SalesforceError } from "../domain/salesforce-error.ts";
import type { SalesforceLogin } from "../domain/salesforce-login.ts";
import { inTime } from "./in-time.ts";
import { toFieldNames, toRecordIds } from "./order-query.ts";
import {
  readFieldNames,
  toApiUsage,
  type ApiUsage,
  readOrderPage,
  readRetrievedOrders,
  toNextPath,
} from "./salesforce-answers.ts";
import { readToken, toTokenRequest, type SalesforceToken } from "./salesforce-login.ts";
import { toLoginError } from "./to-login-error.ts";
import { createSalesforceSession } from "./salesforce-session.ts";
import { toAnswerError, toNetworkError, toTimeout, type SalesforceAnswer } from "./to-salesforce-error.ts";

/** One order, spelt as an outbound message would: `true`/`false`, numbers as JSON writes them, null where empty. */
export type OrderFields = FieldValues;

/** One page of a query. */
export interface OrderPage {
  orders: OrderFields[];
  /** What to hand to `queryMoreOrders`; null after the last page. */
  next: string | null;
}

/** The calls that we make; each rejects with `SalesforceError` only. */
export interface Salesforce {
  /** Which of `wanted` the org has and this login sees; described once, kept until `forgetFields()`. */
  findFields(wanted: readonly string[]): Promise<{ visible: string[]; missing: string[] }>;
  forgetFields(): void;
  /** Reads deleted orders too, with `IsDeleted`. */
  queryOrders(soql: string): Promise<OrderPage>;
  queryMoreOrders(next: string): Promise<OrderPage>;
  /** One call for up to 2,000 orders; an order that is gone is left out. */
  retrieveOrders(ids: readonly string[], fields: readonly string[]): Promise<OrderFields[]>;
  /** From the latest answer that named it; undefined before the first one. */
  readonly apiUsage: (ApiUsage & { at: string }) | undefined;
}

type Request = Parameters<Transport["httpRequest"]>[0];
type Response = Awaited<ReturnType<Transport["httpRequest"]>>;

const API_VERSION = "66.0";
/** For one call with jsforce's retries, whose waits are 15.5 s together. */
const TIMEOUT_MS = 30_000;
const MOST_IDS = 2_000;

/** Opens the way to one organisation; nothing is called yet. Lives as long as the process. */
export function openSalesforce(login: SalesforceLogin, o: { now(): Date; timeoutMs?: number }): Salesforce {
  const timeoutMs = o.timeoutMs ?? TIMEOUT_MS;
  const session = createSalesforceSession({
    signIn: () => signIn(login, o.now(), timeoutMs),
    now: () => o.now(),
  });
  let apiUsage: (ApiUsage & { at: string }) | undefined;
  let fieldNames: Promise<Set<string>> | undefined;

  function call<T>(
    toRequest: (instanceUrl: string) => Request,
    readBody: (body: unknown, instanceUrl: string) => T,
  ) {
    return session.use(async (token) => {
      const transport = new BoundedTransport(timeoutMs);
      try {
        const body = await send(token, toRequest(token.instanceUrl), transport, toAnswerError);
        return readBody(body, token.instanceUrl);
      } finally {
        if (transport.apiUsage) apiUsage = { ...transport.apiUsage, at: o.now().toISOString() };
      }
    });
  }

  function describe(): Promise<Set<string>> {
    const names = call(() => ({ method: "GET", url: "/sobjects/Order/describe" }), readFieldNames);
    names.catch(() => {
      if (fieldNames === names) fieldNames = undefined;
    });
    return names;
  }

  return {
    async findFields(wanted) {
      fieldNames ??= describe();
      const names = await fieldNames;
      return {
        visible: wanted.filter((name) => names.has(name)),
        missing: wanted.filter((name) => !names.has(name)),
      };
    },
    forgetFields() {
      fieldNames = undefined;
    },
    async queryOrders(soql) {
      return call(() => ({ method: "GET", url: `/queryAll?q=${encodeURIComponent(soql)}` }), readOrderPage);
    },
    async queryMoreOrders(next) {
      return call((instanceUrl) => ({ method: "GET", url: toNextPath(next, instanceUrl) }), readOrderPage);
    },
    async retrieveOrders(ids, fields) {
      if (ids.length === 0) return [];
      if (ids.length > MOST_IDS)
        throw new SalesforceError("queryRefused", `At most ${MOST_IDS} orders are read by one call.`);
      const body = JSON.stringify({ ids: toRecordIds(ids), fields: toFieldNames(fields) });
      const headers = { "content-type": "application/json" };
      return call(
        () => ({ method: "POST", url: "/composite/sobjects/Order", body, headers }),
        readRetrievedOrders,
      );
    },
    get apiUsage() {
      return apiUsage;
    },
  };
}

async function signIn(login: SalesforceLogin, now: Date, timeoutMs: number): Promise<SalesforceToken> {
  const request: Request = {
    method: "POST",
    url: new URL("/services/oauth2/token", login.loginUrl).href,
    body: toTokenRequest(login, now).toString(),
    headers: { "content-type": "application/x-www-form-urlencoded" },
  };
  const body = await send({}, request, new BoundedTransport(timeoutMs), toLoginError);
  return readToken(body, login.loginUrl);
}

async function send(
  token: Partial<SalesforceToken>,
  request: Request,
  transport: BoundedTransport,
  toError: (answer: SalesforceAnswer) => SalesforceError | undefined,
): Promise<unknown> {
  let body: unknown;
  let failure: unknown;
  try {
    // Neither a client id nor a refresh function: with one of them jsforce would renew the session itself.
    const connection = new Connection({ ...token, version: API_VERSION });
    // jsforce's own timeout ends with the headers: a body that stops half way would keep us waiting for ever.
    body = await inTime(connection.request(request, { transport }), transport.timeoutMs, toTimeout);
  } catch (error) {
    failure = error;
  }
  if (failure instanceof SalesforceError) throw failure;
  // jsforce's own errors lose the status, so what it received is read instead.
  if (transport.answer === undefined) throw toNetworkError(failure);
  const error = toError(transport.answer);
  if (error !== undefined) throw error;
  return body;
}

/** One call of jsforce's: aborted after a time, never redirected (the session would go along), and its answer kept. */
class BoundedTransport extends Transport {
  readonly timeoutMs: number;
  answer: SalesforceAnswer | undefined;
  apiUsage: ApiUsage | undefined;

  constructor(timeoutMs: number) {
    super();
    this.timeoutMs = timeoutMs;
  }

  override httpRequest(request: Request): ReturnType<Transport["httpRequest"]> {
    const response = super.httpRequest(request, { timeout: this.timeoutMs, followRedirect: false });
    response.then(
      (received) => this.keep(received),
      () => undefined,
    );
    return response;
  }

  private keep({ statusCode, headers, body }: Response): void {
    this.answer = { status: statusCode, contentType: headers["content-type"] ?? "", body };
    this.apiUsage = toApiUsage(headers["sforce-limit-info"]);
  }
}
