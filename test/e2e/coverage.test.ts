import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { coverageSchema } from "../../src/domain/coverage.ts";
import { toHealth } from "../../src/domain/health.ts";
import { openSightingsTable } from "../../src/storage/sightings-table.ts";
import { launchBrowser } from "../support/browser.ts";
import { startApp } from "../support/start-app.ts";

const app = await startApp();
const sightings = openSightingsTable(app.storage);
const HOUR_MS = 3_600_000;
const hourStartMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;

/** Notes `count` versions of this many hours ago, each by these routes. */
async function note(
  count: number,
  hoursAgo: number,
  ...routes: ("outboundMessage" | "poll")[]
): Promise<void> {
  const at = new Date().toISOString();
  const systemModstamp = new Date(hourStartMs - hoursAgo * HOUR_MS).toISOString();
  const versions = Array.from({ length: count }, (_, n) => {
    const changeHash = `${routes.join("-")}${n}`.padEnd(22, "_").slice(-22);
    return { orderId: "801000000000001AAA", systemModstamp, changeHash };
  });
  for (const route of routes) await sightings.note(versions, route, at);
}

beforeAll(async () => {
  await note(4, 1, "outboundMessage", "poll");
  await note(3, 1, "poll");
  await note(2, 2, "outboundMessage");
});

describe("GET /api/audit/coverage", () => {
  const query = `from=${toInstant(2)}&to=${toInstant(0)}`;

  it("tells an auditor which versions came by which route", async () => {
    const auditor = await app.signIn("vera", ["OrderBell.Auditor"]);
    const response = await auditor.call("GET", `/api/audit/coverage?${query}`);
    expect(response.status).toBe(200);
    const coverage = coverageSchema.parse(await response.json());
    expect(coverage.totals).toEqual({
      both: 4,
      pollOnly: 3,
      outboundMessageOnly: 2,
      reconciliationOnly: 0,
    });
    expect(coverage.windows.map((window) => window.from)).toEqual([toInstant(2), toInstant(1)]);
  });

  it("is closed to everyone else, administrators included", async () => {
    const admin = await app.signIn("adam", ["OrderBell.Admin"]);
    expect((await admin.call("GET", `/api/audit/coverage?${query}`)).status).toBe(403);
    expect((await fetch(`${app.url}/api/audit/coverage?${query}`)).status).toBe(401);
  });

  it.each([
    ["without a range", ""],
    ["with something that is no instant", `from=yesterday&to=${toInstant(0)}`],
    ["that ends before it starts", `from=${toInstant(0)}&to=${toInstant(1)}`],
    ["that is longer than 31 days", `from=${toInstant(31 * 24 + 1)}&to=${toInstant(0)}`],
    ["beyond the calendar", "from=9999-12-31T23:00:00Z&to=9999-12-31T23:59:59Z"],
  ])("refuses a request %s", async (_, wrong) => {
    const auditor = await app.signIn("vera", ["OrderBell.Auditor"]);
    const response = await auditor.call("GET", `/api/audit/coverage?${wrong}`);
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toContain("application/problem+json");
  });
});

function toInstant(hoursAgo: number): string {
  return new Date(hourStartMs - hoursAgo * HOUR_MS).toISOString();
}

describe("the coverage page", () => {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });
  beforeEach(({ skip }) => {
    if (browser === undefined) skip("no browser could be started; the reason is printed above");
  });

  /** Opens the page as someone with these roles; null is nobody. */
  async function open(
    roles: readonly string[] | null,
    path = "/app/coverage",
  ): Promise<{ page: Page; context: BrowserContext; problems: string[] }> {
    if (browser === undefined) throw new Error("There is no browser.");
    const context = await browser.newContext({ timezoneId: "Asia/Kolkata" });
    const problems: string[] = [];
    if (roles !== null) {
      const [name = "", value = ""] = (await app.signIn("vera", roles)).cookie.split("=");
      await context.addCookies([{ name, value, url: app.url }]);
    }
    await context.route("**/api/health/ready", (route) =>
      route.fulfill({
        status: 503,
        json: toHealth([
          { name: "storage", status: "unavailable", detail: "The tables do not answer." },
          { name: "polling", status: "ok", detail: "The last poll was a minute ago." },
          { name: "webhook", status: "degraded", detail: "Silent while polls find changes." },
        ]),
      }),
    );
    const page = await context.newPage();
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" && !/40[13]|503/.test(message.text())) problems.push(message.text());
    });
    await page.goto(`${app.url}${path}`);
    return { page, context, problems };
  }

  it("shows figures, bars and a table, and what the routes do right now", async () => {
    const { page, context, problems } = await open(["OrderBell.Auditor"]);
    const total = (name: string) => page.locator(".total", { hasText: name }).locator(".figure");
    await expect.poll(() => total("Both routes").textContent()).toBe("4");
    expect(await total("Polling only").textContent()).toBe("3");
    expect(await total("Outbound message only").textContent()).toBe("2");
    expect(await page.locator("svg[role=img] .fill-pollOnly").count()).toBe(1);
    const health = page.getByRole("region", { name: "Right now" });
    expect(await health.textContent()).toContain("Outbound messages: needs attention. Silent while polls");
    expect(await health.textContent()).toContain("Storage: not working.");

    // By keyboard alone.
    await page.locator("summary").focus();
    await page.keyboard.press("Enter");
    const table = page.getByRole("table");
    expect(await table.getByRole("row").count()).toBe(1 + 24 + 1);
    const row = table.getByRole("row", { name: `(${toInstant(1).slice(11, 16)}–` });
    expect(await row.getByRole("cell").allTextContents()).toEqual(["4", "0", "3", "0", "7"]);

    await page.getByRole("button", { name: "30 days" }).click();
    await expect.poll(() => table.getByRole("row").count()).toBe(1 + 30 + 1);
    expect(await page.locator(".foot").textContent()).toContain("each begins at 05:30");
    expect(problems).toEqual([]);
    await context.close();
  });

  it("asks a stranger to sign in, and names the role to whoever lacks it", async () => {
    const stranger = await open(null, "/app/coverage/");
    const link = stranger.page.getByRole("link", { name: "Sign in" });
    expect(await link.getAttribute("href")).toContain("post_login_redirect_uri=/app/coverage");
    expect(stranger.problems).toEqual([]);
    await stranger.context.close();
    const admin = await open(["OrderBell.Admin"]);
    await admin.page.getByRole("heading", { name: "This page needs the role OrderBell.Auditor" }).waitFor();
    expect(admin.problems).toEqual([]);
    await admin.context.close();
  });
});
