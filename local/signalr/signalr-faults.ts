/**
 * Faults on demand in the REST data plane, so that an app can be shown to survive them. Only calls with a good token are
 * hit. Each share is drawn by itself, in the order of the fields below.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { HttpBindings } from "@hono/node-server";
import type { MiddlewareHandler } from "hono";

/** What goes wrong. Shares are from 0 (never) to 1 (always). */
export interface SignalRFaults {
  /** Every call is answered this much later. */
  readonly delayMs?: number;
  /** So many sends are refused with this status, and reach nobody. */
  readonly sendStatus?: { readonly status: 429 | 500 | 503; readonly share: number };
  /** So many calls get a reset connection for an answer; about half of them were carried out all the same. */
  readonly resetShare?: number;
}

/** Makes the faults happen; `random` gives numbers from 0 up to, not including, 1. */
export function createFaults(
  { delayMs = 0, sendStatus, resetShare = 0 }: SignalRFaults,
  random: () => number,
): MiddlewareHandler<{ Bindings: HttpBindings }> {
  return async (c, next) => {
    if (delayMs > 0) await delay(delayMs);
    if (sendStatus && isSend(c.req.method, c.req.path) && random() < sendStatus.share) {
      return c.body(null, sendStatus.status);
    }
    if (resetShare > 0 && random() < resetShare) {
      if (random() < 0.5) await next();
      c.env.incoming.socket.resetAndDestroy();
      return c.body(null, 500);
    }
    return next();
  };
}

/** In the later version a send ends in `/:send`; in v1 it is any POST. */
function isSend(method: string, path: string): boolean {
  return method === "POST" && (path.endsWith("/:send") || path.startsWith("/api/v1/"));
}
