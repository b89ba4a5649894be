/**
 * What stands before every REST call: the faults, the retired versions, the session, the limit of calls.
 *
 * Sources: "Status Codes and Error Responses", "Limit Info Header" and "API End-of-Life Policy" of the REST API Developer
 * Guide; the maintenance page (503, text/html) as in forcedotcom/cli#2487.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Context, MiddlewareHandler } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { ApiUsage } from "./api-usage.ts";
import { OrgError, type OrgErrorCode } from "./org-error.ts";
import type { OrgFaults } from "./org-faults.ts";
import type { Sessions } from "./sessions.ts";

/** Versions that answer; 31.0 to 68.0 in autumn 2026. */
export const API_VERSIONS = { oldest: 31, newest: 68 } as const;

const STATUSES: Partial<Record<OrgErrorCode, ContentfulStatusCode>> = {
  ENTITY_IS_DELETED: 404,
  INVALID_SESSION_ID: 401,
  NOT_FOUND: 404,
  REQUEST_LIMIT_EXCEEDED: 403,
  SERVER_UNAVAILABLE: 503,
  UNSUPPORTED_API_VERSION: 410,
};

/** An error as the REST API writes it: an array with one entry. */
export function answerError(c: Context, error: OrgError): Response {
  const { message, errorCode, fields } = error;
  const body = fields === undefined ? { message, errorCode } : { message, errorCode, fields };
  return c.json([body], STATUSES[errorCode] ?? 400);
}

/** The faults that meet every address of the org, the token endpoint too. */
export function meetFaults(faults: OrgFaults): MiddlewareHandler {
  return async (c, next) => {
    if (faults.hangMs > 0) {
      const { signal } = c.req.raw;
      await sleep(faults.hangMs, undefined, { ref: false, signal }).catch(() => undefined);
    }
    if (faults.maintenancePage) return c.body(MAINTENANCE_PAGE, 503, { "Content-Type": "text/html" });
    if (faults.unavailable > 0) {
      faults.unavailable -= 1;
      return answerError(
        c,
        new OrgError("SERVER_UNAVAILABLE", "Server unavailable. Please try again later."),
      );
    }
    return next();
  };
}

const MAINTENANCE_PAGE =
  "<!DOCTYPE html><html><head><title>Maintenance</title></head><body>" +
  "<p>We are down for maintenance.</p><p>Sorry for the inconvenience. We'll be back shortly.</p></body></html>";

/** Refuses versions that were retired or are not there yet. */
export const requireVersion: MiddlewareHandler = async (c, next) => {
  const [, major, minor] = /^v(\d{1,3})\.(\d)$/.exec(c.req.param("version") ?? "") ?? [];
  if (major === undefined || minor !== "0" || Number(major) > API_VERSIONS.newest) {
    throw new OrgError("NOT_FOUND", "The requested resource does not exist");
  }
  if (Number(major) < API_VERSIONS.oldest) {
    throw new OrgError(
      "UNSUPPORTED_API_VERSION",
      `The requested resource has been retired or removed: API version ${major}.0 is no longer supported.`,
    );
  }
  return next();
};

/** Lets only calls with a valid token through. */
export function requireSession(sessions: Sessions, faults: OrgFaults): MiddlewareHandler {
  return async (c, next) => {
    if (faults.unauthorized === "once") {
      faults.unauthorized = "no";
      await sessions.endAll();
    }
    const [, token] = /^(?:Bearer|OAuth) (\S+)$/i.exec(c.req.header("authorization") ?? "") ?? [];
    if (faults.unauthorized === "always" || token === undefined || !sessions.isValid(token)) {
      c.header("WWW-Authenticate", "Token");
      throw new OrgError("INVALID_SESSION_ID", "Session expired or invalid");
    }
    return next();
  };
}

interface CallLimit {
  readonly usage: ApiUsage;
  readonly faults: OrgFaults;
  readonly apiLimit: number;
}

/** Counts the call, refuses it above the limit, and says in Sforce-Limit-Info how much was used. */
export function countCall({ usage, faults, apiLimit }: CallLimit): MiddlewareHandler {
  return async (c, next) => {
    const used = () => faults.apiUsage ?? usage.used;
    const isOver = faults.requestLimit || used() >= apiLimit;
    if (!isOver) await usage.count();
    c.header("Sforce-Limit-Info", `api-usage=${isOver ? Math.max(used(), apiLimit) : used()}/${apiLimit}`);
    if (isOver) throw new OrgError("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");
    return next();
  };
}

/** Refuses what a page of another origin wants to change: browsers name the origin of what their pages send. */
export const refuseForeignWrites: MiddlewareHandler = async (c, next) => {
  const origin = c.req.header("origin");
  const isRead = c.req.method === "GET" || c.req.method === "HEAD";
  if (isRead || origin === undefined || origin === new URL(c.req.url).origin) return next();
  return c.text("This address takes nothing from pages of other origins.\n", 403);
};
