/** The page of the org: orders by hand and by the thousand, their outbound messages, and what goes wrong. */
import { readFileSync } from "node:fs";
import { Hono } from "hono";
import { createOrgPageApi, type OrgPageOptions } from "./org-page-api.ts";
import { toOrgPageHtml } from "./org-page-html.ts";
import { ORG_PAGE_STYLE } from "./org-page-style.ts";

/** Scripts are compiled beside this file and served under their own names. */
const SCRIPTS = [
  "org-page-script.mjs",
  "org-page-call.mjs",
  "org-page-list.mjs",
  "org-page-forms.mjs",
  "org-page-panels.mjs",
] as const;

/** Nothing but what this origin serves, and its icon; forms are sent by the script alone. */
const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src data:",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Serves the page at `/` and all it needs below `/simulation/`; mount it at the root. */
export function createOrgPage(o: OrgPageOptions): Hono {
  const app = new Hono();
  app.use("/", async (c, next) => {
    await next();
    c.header("Content-Security-Policy", CSP);
    c.header("Cache-Control", "no-store");
    c.header("X-Content-Type-Options", "nosniff");
    c.header("Cross-Origin-Resource-Policy", "same-origin");
    c.header("Referrer-Policy", "no-referrer");
  });
  app.get("/", (c) => c.html(toOrgPageHtml(o.org)));
  app.get("/simulation/org-page.css", (c) =>
    c.body(ORG_PAGE_STYLE, 200, { "Content-Type": "text/css; charset=utf-8", "Cache-Control": "no-cache" }),
  );
  for (const name of SCRIPTS) {
    const script = readFileSync(new URL(`./${name}`, import.meta.url), "utf8");
    app.get(`/simulation/${name}`, (c) =>
      c.body(script, 200, { "Content-Type": "text/javascript; charset=utf-8", "Cache-Control": "no-cache" }),
    );
  }
  app.route("/", createOrgPageApi(o));
  return app;
}
