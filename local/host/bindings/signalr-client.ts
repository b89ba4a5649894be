/**
 * The REST calls with which the SignalR bindings reach Azure SignalR Service.
 *
 * Source: RestHubLifetimeManager, RestApiProvider and RestClient of Azure/azure-signalr
 * (Microsoft.Azure.SignalR.Management), api-version 2022-06-01. Whether the SDK repeats a call after a failed
 * connection is not documented; here it is not repeated, so that no message is sent twice.
 */
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
    const response = await request(url, token, hub, call);
    if (isAccepted(response, call)) return;
    if (attempt >= RETRIES || !isWorthRetrying(response.status, call)) {
      throw new SignalRCallError(hub, response.status);
    }
    await delay(RETRY_DELAY_MS);
  }
}

async function request(url: URL, token: string, hub: string, call: SignalRCall): Promise<Response> {
  const authorization = `Bearer ${token}`;
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const init: RequestInit =
    call.kind === "manage"
      ? { method: call.method, headers: { authorization }, signal }
      : {
          method: "POST",
          headers: { authorization, "content-type": "application/json; charset=utf-8" },
          body: JSON.stringify({ Target: call.target, Arguments: call.args }),
          signal,
        };
  try {
    const response = await fetch(url, init);
    await response.arrayBuffer(); // frees the connection
    return response;
  } catch (error) {
    throw new SignalRCallError(hub, null, { cause: error });
  }
}

function isAccepted(response: Response, call: SignalRCall): boolean {
  if (response.ok) return true;
  if (call.kind !== "manage" || call.toleratedErrorCode === undefined || response.status !== 404)
    return false;
  return response.headers.get("x-ms-error-code") === call.toleratedErrorCode;
}

/** After a 500 a message may have been sent already, so that only other calls are repeated then. */
function isWorthRetrying(status: number, call: SignalRCall): boolean {
  return call.kind === "send" ? status > 500 : status >= 500 || status === 408;
}
