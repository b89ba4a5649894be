/**
 * The runtime's own page at `/.runtime/`: what is loaded and running, for a person as HTML and for a program as JSON.
 * It stands before platform auth, so it is read-only and tells no secret.
 */
import { Hono } from "hono";
import { accepts } from "hono/accepts";
import { toRuntimeHtml } from "./runtime-html.ts";
import type { RuntimeOverview } from "./runtime-overview.ts";
import { RUNTIME_CSP } from "./runtime-style.ts";

/** Where the page stands. */
export const RUNTIME_PATH = "/.runtime/";

/** Serves the page; mount it at the root, it answers below RUNTIME_PATH alone. */
export function createRuntimePage(takeStock: () => RuntimeOverview): Hono {
  const app = new Hono();
  app.use("/.runtime/*", async (c, next) => {
    if (c.req.method !== "GET") return c.text("This page only tells.\n", 405, { allow: "GET" });
    await next();
    c.header("Cache-Control", "no-store");
    c.header("X-Content-Type-Options", "nosniff");
    c.header("Cross-Origin-Resource-Policy", "same-origin");
    c.header("Referrer-Policy", "no-referrer");
    return undefined;
  });
  app.get("/.runtime", (c) => c.redirect(RUNTIME_PATH, 301));
  app.get(RUNTIME_PATH, (c) => {
    const wanted = accepts(c, {
      header: "Accept",
      supports: ["text/html", "application/json"],
      default: "text/html",
    });
    const overview = takeStock();
    if (c.req.query("format") === "json" || wanted === "application/json") return c.json(overview);
    c.header("Content-Security-Policy", RUNTIME_CSP);
    return c.html(toRuntimeHtml(overview));
  });
  app.get("/.runtime/*", (c) => c.text("There is only one page here.\n", 404));
  return app;
}
