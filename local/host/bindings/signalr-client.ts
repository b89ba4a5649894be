/**
 * The REST calls with which the SignalR bindings reach Azure SignalR Service.
 *
 * Source: RestHubLifetimeManager, RestApiProvider and RestClient of Azure/azure-signalr
 * (Microsoft.Azure.SignalR.Management), api-version 2022-06-01. Whether the SDK repeats a call after a failed
 * connection is not documented; here it is not repeated, so that no message is sent twice.
 */
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { setTimeout as delay } from "node:timers/promises";
import { createServerToken, parseConnectionString } from "../../signalr/access-token.ts";

const API_VERSION = "2022-06-01";
const RETRIES = 3;
const RETRY_DELAY_MS = 800;
const TIMEOUT_MS = 100_000;

/** The service refused a call or could not be reached; facts without the names of users or groups. */
export class SignalRCallError extends Error {
  override readonly name = "SignalRCallError";
  readonly hub: string;
  /** Null when no answer came. */
  readonly status: number | null;

  constructor(hub: string, status: number | null, options?: ErrorOptions) {
    const what = status === null ? "did not answer" : `answered ${status}`;
    super(`Azure SignalR Service ${what} to a call for the hub '${hub}'`, options);
    this.hub = hub;
    this.status = status;
  }
}

/** One call to the service, below `/api/hubs/<hub>`. */
export type SignalRCall =
  | {
      readonly kind: "send";
      readonly path: string;
      readonly target: string;
      readonly args: readonly unknown[];
    }
  | {
      readonly kind: "manage";
      readonly method: "PUT" | "DELETE";
      readonly path: string;
      /** A 404 with this `x-ms-error-code` counts as done. */
      readonly toleratedErrorCode?: string;
    };

/** Makes one call, repeating it as the SDK does; resolves when the service accepted it. */
export async function callSignalR(
  connectionString: string,
  hubName: string,
  call: SignalRCall,
): Promise<void> {
  const { endpoint, accessKey } = parseConnectionString(connectionString);
  const hub = hubName.toLowerCase();
  const url = new URL(
    `${endpoint}/api/hubs/${encodeURIComponent(hub)}${call.path}?api-version=${API_VERSION}`,
  );
  const audience = `${url.protocol}//${url.hostname}${url.pathname}${url.search}`;
  for (let attempt = 0; ; attempt += 1) {
    const token = await createServerToken({ audience, accessKey });
    const answer = await send(url, token, hub, call);
    if (isAccepted(answer, call)) return;
    if (attempt >= RETRIES || !isWorthRetrying(answer.status, call)) {
      throw new SignalRCallError(hub, answer.status);
    }
    await delay(RETRY_DELAY_MS);
  }
}

/** What came back: the status, and the service's own code where it gives one. */
type Answer = { status: number; errorCode: string | undefined };

/** Idle connections are let go before the other side does so (Node's servers after 5 s): no call meets a closed one. */
const KEEP_ALIVE = { keepAlive: true, timeout: 4_000 };
const agents = { "http:": new HttpAgent(KEEP_ALIVE), "https:": new HttpsAgent(KEEP_ALIVE) };

async function send(url: URL, token: string, hub: string, call: SignalRCall): Promise<Answer> {
  const authorization = `Bearer ${token}`;
  try {
    if (call.kind === "manage") return await exchange(url, call.method, { authorization }, "");
    const body = JSON.stringify({ Target: call.target, Arguments: call.args });
    const type = "application/json; charset=utf-8";
    return await exchange(url, "POST", { authorization, "content-type": type }, body);
  } catch (error) {
    throw new SignalRCallError(hub, null, { cause: error });
  }
}

/** Through node:http, because `fetch` takes four times the processor time, and this runs once per recipient. */
function exchange(url: URL, method: string, headers: Record<string, string>, body: string): Promise<Answer> {
  const isHttps = url.protocol === "https:";
  const agent = isHttps ? agents["https:"] : agents["http:"];
  const length = { "content-length": Buffer.byteLength(body) };
  const options = { method, agent, timeout: TIMEOUT_MS, headers: { ...headers, ...length } };
  return new Promise((resolve, reject) => {
    const outgoing = (isHttps ? requestHttps : requestHttp)(url, options, (response) => {
      response.once("error", reject).once("end", () => resolve(toAnswer(response)));
      response.resume(); // read to its end, it frees the connection
    });
    outgoing.once("error", reject);
    outgoing.once("timeout", () => outgoing.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    outgoing.end(body);
  });
}

function toAnswer({ statusCode = 0, headers }: IncomingMessage): Answer {
  const errorCode = headers["x-ms-error-code"];
  return { status: statusCode, errorCode: Array.isArray(errorCode) ? errorCode[0] : errorCode };
}

function isAccepted({ status, errorCode }: Answer, call: SignalRCall): boolean {
  if (status >= 200 && status < 300) return true;
  if (call.kind !== "manage" || call.toleratedErrorCode === undefined || status !== 404) return false;
  return errorCode === call.toleratedErrorCode;
}

/** After a 500 a message may have been sent already, so that only other calls are repeated then. */
function isWorthRetrying(status: number, call: SignalRCall): boolean {
  return call.kind === "send" ? status > 500 : status >= 500 || status === 408;
}
