/**
 * Answers only who calls this machine by a loopback name. A page of the web can point a name of its own at 127.0.0.1
 * (DNS rebinding) and would then be of the same origin as the app; its requests carry that name in `Host`.
 */
import type { MiddlewareHandler } from "hono";

const LOOPBACK_NAMES = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Whether `host`, as a Host header says it, names this machine. */
export function isLoopbackHost(host: string | undefined): boolean {
  const url = `http://${host ?? ""}`;
  return URL.canParse(url) && LOOPBACK_NAMES.has(new URL(url).hostname);
}

/** Whether a request comes from a page of this machine, or from a program, which names no origin. */
export function isLoopbackOrigin(origin: string | undefined): boolean {
  return origin === undefined || (URL.canParse(origin) && LOOPBACK_NAMES.has(new URL(origin).hostname));
}

/** Middleware that answers 421 to every other host name, whatever the port. */
export const loopbackOnly: MiddlewareHandler = async (c, next) => {
  const { hostname } = new URL(c.req.url);
  if (LOOPBACK_NAMES.has(hostname)) return next();
  return c.text(
    "The local runtime answers only on this machine: use http://127.0.0.1 or http://localhost.\n",
    421,
  );
};

/** Middleware for addresses that only programs use: browsers name the origin of what their pages send. */
export const programsOnly: MiddlewareHandler = async (c, next) => {
  if (c.req.header("origin") === undefined && c.req.header("sec-fetch-site") === undefined) return next();
  return c.text("This address is for the app itself, not for pages.\n", 403);
};
