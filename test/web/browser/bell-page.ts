/** The built page in a real browser before a made-up site: the API by `page.route`, the hub by its WebSocket. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join, resolve } from "node:path";
import type { Browser, BrowserContext, Page, Route, WebSocketRoute } from "playwright-core";
import { build } from "vite";

const ORIGIN = "http://bell.test";
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};
/** What ends each message of SignalR's JSON protocol. */
const RECORD_SEPARATOR = "\u001E";

/** What the site says; a test changes it before or while the page is open. */
export interface Site {
  items: readonly object[];
  subscriptions: { items: readonly object[]; grants: readonly object[] };
  preferences: unknown;
  /** The bodies of `PUT /api/preferences`, as they came. */
  readonly saved: unknown[];
  /** Answers `PUT /api/preferences`; without it, what was sent is kept. */
  onSave?: (route: Route) => Promise<void>;
}

/** An open page, live. */
export interface BellPage {
  page: Page;
  site: Site;
  context: BrowserContext;
  /** What the page threw or logged as an error. */
  problems: string[];
  /** Calls a method of the client through the hub. */
  push(method: string, argument: unknown): void;
}

/** Builds the pages into a folder of their own. */
export async function buildPages(): Promise<{ folder: string; remove: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), "orderbell-pages-"));
  await build({
    configFile: resolve(import.meta.dirname, "../../../web/vite.config.ts"),
    logLevel: "error",
    build: { outDir: folder },
  });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Opens the inbox and waits until it is live. */
export async function openPage(
  browser: Browser,
  folder: string,
  o: { width?: number; site?: Partial<Site> } = {},
): Promise<BellPage> {
  const site: Site = {
    items: [],
    subscriptions: { items: [], grants: [] },
    preferences: { quietHours: null, mutedScopes: [], mutedTransitions: [] },
    saved: [],
    ...o.site,
  };
  const context = await browser.newContext({
    viewport: { width: o.width ?? 1_200, height: 800 },
    timezoneId: "Europe/Berlin",
  });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    // A refusal that a test asked for is logged by the browser itself.
    const isRefusal = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !isRefusal) problems.push(message.text());
  });
  let hub: WebSocketRoute | undefined;
  await page.routeWebSocket(/\/api\/?\?/, (socket) => {
    hub = socket;
    socket.onMessage((message) => {
      if (String(message).includes('"protocol"')) socket.send(`{}${RECORD_SEPARATOR}`);
    });
  });
  await page.route(`${ORIGIN}/**`, (route) => answer(route, site, folder));
  await page.goto(`${ORIGIN}/app/`);
  await page.locator("[data-status=live]").waitFor();
  return {
    page,
    site,
    context,
    problems,
    push: (target, argument) =>
      hub?.send(`${JSON.stringify({ type: 1, target, arguments: [argument] })}${RECORD_SEPARATOR}`),
  };
}

async function answer(route: Route, site: Site, folder: string): Promise<void> {
  const request = route.request();
  const { pathname } = new URL(request.url());
  if (pathname.startsWith("/app/")) {
    const file = pathname.slice("/app/".length) || "index.html";
    const contentType = CONTENT_TYPES[extname(file)] ?? "application/octet-stream";
    return route.fulfill({ body: readFileSync(join(folder, file)), contentType });
  }
  switch (pathname) {
    case "/api/notifications": {
      const unread = site.items.length;
      return route.fulfill({
        json: { items: site.items, nextSince: "2026-01-01T00:00:00.000Z", unseen: unread, unread },
      });
    }
    case "/api/notifications/receipts":
      return route.fulfill({ json: { updated: 1 } });
    case "/api/subscriptions":
      return route.fulfill({ json: site.subscriptions });
    case "/api/negotiate":
      return route.fulfill({ json: toNegotiation() });
    case "/.auth/me":
      return route.fulfill({ json: [{ user_id: "ada" }] });
    case "/api/preferences":
      return answerPreferences(route, site);
    default:
      return route.fulfill({ status: 404 });
  }
}

async function answerPreferences(route: Route, site: Site): Promise<void> {
  if (route.request().method() === "GET") return route.fulfill({ json: site.preferences });
  const body: unknown = route.request().postDataJSON();
  site.saved.push(body);
  if (site.onSave) return site.onSave(route);
  site.preferences = body;
  return route.fulfill({ json: body });
}

function toNegotiation(): object {
  return {
    connectionId: "1",
    connectionToken: "1",
    negotiateVersion: 1,
    availableTransports: [{ transport: "WebSockets", transferFormats: ["Text"] }],
  };
}
