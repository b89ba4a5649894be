import { readFile } from "node:fs/promises";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { startApp } from "../support/start-app.ts";
import {
  INSTANCE_ID,
  makeDivergedReport,
  makeIncompleteReport,
  makeLargeTimeline,
  makeOrderAudit,
  makeReport,
  makeTimeline,
  ORDER_ID,
} from "../web/app/audit/audit-answers.ts";
import { FIND_PAGE_FAULTS } from "../web/app/audit/page-audit-script.ts";

/** The page is served by the app itself, with its Content-Security-Policy; what the API says is made up here. */
const app = await startApp();

interface Answer {
  status?: number;
  json?: unknown;
  body?: string;
}

interface Visit {
  /** What the page threw or logged as an error, refusals of its Content-Security-Policy among it. */
  readonly problems: string[];
  readonly page: Page;
  /** The calls of the API, as `GET /api/audit/…`. */
  readonly calls: string[];
}

/** Answers a call of the API; a test waits to keep the page waiting. */
type Site = (path: string, query: URLSearchParams) => Answer | Promise<Answer>;

let browser: Browser | undefined;
const contexts: BrowserContext[] = [];
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
});
beforeEach(({ skip }) => {
  if (browser === undefined) skip("no browser could be started; the reason is printed above");
});
afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
});

async function open(
  query: string,
  site?: Site,
  o: { width?: number; colorScheme?: "light" | "dark"; roles?: readonly string[] | null } = {},
): Promise<Visit> {
  if (browser === undefined) throw new Error("There is no browser.");
  const { width = 1_200, colorScheme = "light", roles = ["OrderBell.Auditor"] } = o;
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
  contexts.push(context);
  if (roles !== null) {
    const [name = "", value = ""] = (await app.signIn("vera", roles)).cookie.split("=");
    await context.addCookies([{ name, value, url: app.url }]);
  }
  const calls: string[] = [];
  const problems: string[] = [];
  await context.route("**/api/audit/**", async (route) => {
    const { pathname, searchParams, search } = new URL(route.request().url());
    calls.push(`${route.request().method()} ${pathname}${search}`);
    if (site === undefined) return route.continue();
    const answer = await site(decodeURIComponent(pathname.replace("/api/audit", "")), searchParams);
    // A test that kept the page waiting may have closed it.
    await route.fulfill({ status: 200, ...answer }).catch(() => undefined);
  });
  const page = await context.newPage();
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    const isRefusal = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !isRefusal) problems.push(message.text());
  });
  await page.goto(`${app.url}/app/audit/${query}`);
  return { page, calls, problems };
}

const show = (text: string) => async (page: Page) => {
  await page.getByRole("textbox", { name: "Order id or orchestration id" }).fill(text);
  await page.getByRole("button", { name: "Show", exact: true }).click();
};
const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { name });
const replay = (page: Page) => page.getByRole("button", { name: "Replay the decision" }).click();
const isFocused = (page: Page, selector: string) => page.locator(`${selector}:focus`).count();

const audited: Site = (path) => {
  if (path.startsWith("/orders/")) return { json: makeOrderAudit() };
  return { json: path.endsWith("/replay") ? makeReport() : makeTimeline() };
};
const BY_ORDER = `?order=${ORDER_ID}`;
const BY_INSTANCE = `?orchestration=${INSTANCE_ID}`;

describe("an order", () => {
  it("is found by its short id, leads to a timeline, and back", async () => {
    const { page, calls, problems } = await open("", audited);
    await heading(page, "Find the change").waitFor();
    await show(` ${ORDER_ID.slice(0, 15)} `)(page);
    await heading(page, `Order ${ORDER_ID}`).waitFor();
    expect(calls).toEqual([`GET /api/audit/orders/${ORDER_ID}`]);
    expect(new URL(page.url()).search).toBe(BY_ORDER);
    expect(await page.title()).toContain(ORDER_ID);
    await expect.poll(() => isFocused(page, "#order-title")).toBe(1);
    const change = page.getByRole("listitem").filter({ hasText: "The order was activated" });
    expect(await change.textContent()).toMatch(
      /2026-11-22 10:00:01 UTC.*By outbound message, at once.*Decided/,
    );

    await page.getByRole("link", { name: /The order was activated/ }).click();
    await heading(page, /Order 00000114 was activated/).waitFor();
    expect(new URL(page.url()).search).toBe(BY_INSTANCE);
    await page.goBack();
    await heading(page, `Order ${ORDER_ID}`).waitFor();
    await page.goBack();
    await heading(page, "Find the change").waitFor();
    await expect.poll(() => page.getByRole("textbox").inputValue()).toBe("");
    expect(problems).toEqual([]);
  });

  it("shows further changes, and each file of evidence once", async () => {
    const { changes } = makeOrderAudit();
    const { page, calls } = await open(BY_ORDER, (_, query) => ({
      json:
        query.get("after") === "next"
          ? makeOrderAudit({ changes: changes.slice(2) })
          : makeOrderAudit({ changes: changes.slice(0, 2), next: "next" }),
    }));
    await page.getByRole("button", { name: "Show more" }).click();
    await page.getByRole("link", { name: /The order was activated/ }).waitFor();
    expect(await page.locator(".change").count()).toBe(3);
    expect(await page.locator(".files > li").count()).toBe(1);
    expect(calls.at(-1)).toBe(`GET /api/audit/orders/${ORDER_ID}?after=next`);
  });

  it("is not asked for by what cannot be an id; the field says why", async () => {
    const { page, calls } = await open("", audited);
    await show("001000000000001AAA")(page);
    await page.getByRole("alert").filter({ hasText: "begins with 001" }).waitFor();
    await expect.poll(() => isFocused(page, "input[aria-invalid=true]")).toBe(1);
    expect(calls).toEqual([]);
  });
});

describe("a timeline", () => {
  it("says who was to be told and why, and is narrowed by outcome, receipt and name", async () => {
    const { page, problems } = await open(BY_INSTANCE, audited);
    const told = page.getByRole("region", { name: /Who was to be told/ });
    const people = () => told.locator(".person-name").allTextContents();
    await expect.poll(people).toEqual(["ada", "grace", "margaret", "katherine", "linus", "Group emea-sales"]);
    await told.getByRole("button", { name: "Pushed 3" }).click();
    await expect.poll(people).toEqual(["ada", "grace", "Group emea-sales"]);
    await told.getByLabel("Receipt").selectOption({ label: "Read (1)" });
    await expect.poll(people).toEqual(["ada"]);
    expect(await told.locator("output").textContent()).toBe("1 of 6 fit");
    await told.getByLabel("Receipt").selectOption("");
    await told.getByRole("button", { name: "All 6" }).click();
    await told.getByLabel(/^Find among/).fill("lin");
    await expect.poll(people).toEqual(["linus"]);
    expect(problems).toEqual([]);
  });

  it("says who was not told, and shows the row that said so", async () => {
    const { page } = await open(BY_INSTANCE, audited);
    const alan = page
      .getByRole("region", { name: /Who was not told/ })
      .getByRole("listitem")
      .filter({ hasText: "alan" })
      .first();
    await alan.getByText("Asks for amounts of 10000 or more").waitFor();
    await alan.locator("summary").focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => alan.getByText("only activations; amount at least 10000").isVisible()).toBe(true);
  });

  it("leads to the timelines of its pages, its escalation and its redrives", async () => {
    const { page, calls } = await open(BY_INSTANCE, audited);
    await page.getByRole("link", { name: "Timeline of this page" }).click();
    await expect.poll(() => calls.at(-1)).toBe(`GET /api/audit/orchestrations/${INSTANCE_ID}%3Ap1`);
    expect(await page.getByRole("link", { name: "Timeline of the escalation" }).getAttribute("href")).toMatch(
      /^\/app\/audit\/\?orchestration=escalate-/,
    );
  });

  it("of a thousand people stays quick, a hundred at a time", async () => {
    const { page } = await open(BY_INSTANCE, () => ({ json: makeLargeTimeline(1_000) }));
    const told = page.getByRole("region", { name: /Who was to be told/ });
    await told.getByText("100 of 1,000 people and groups").waitFor();
    expect(await told.locator(".person").count()).toBe(100);
    const startedMs = performance.now();
    await told.getByRole("button", { name: "Show 100 more" }).click();
    await expect.poll(() => told.locator(".person").count()).toBe(200);
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    expect(await told.locator("li:focus .person-name").textContent()).toBe("person-0100");
  });
});

describe("a replay", () => {
  it("that comes out the same says so, big, aloud, and to the focus", async () => {
    const { page, calls, problems } = await open(BY_INSTANCE, audited);
    await replay(page);
    await heading(page, "Reproduced").waitFor();
    expect(calls.at(-1)).toBe(`POST /api/audit/orchestrations/${INSTANCE_ID}/replay`);
    await expect.poll(() => isFocused(page, ".verdict-title")).toBe(1);
    expect(await page.locator(".replay output").textContent()).toBe(
      "Reproduced. The recorded decision comes out the same.",
    );
    expect(await page.locator(".verdict").textContent()).toContain("11 steps of all 2 orchestrations");
    expect(problems).toEqual([]);
  });

  it("shows that it is under way, and asks once however often it is pressed", async () => {
    let finish = (_: Answer): void => {};
    const { page, calls } = await open(BY_INSTANCE, (path) =>
      path.endsWith("/replay") ? new Promise((resolve) => (finish = resolve)) : { json: makeTimeline() },
    );
    await replay(page);
    await page.getByRole("progressbar", { name: "Replaying the decision" }).waitFor();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Space");
    expect(await page.locator("button:focus").textContent()).toBe("Replaying…");
    expect(calls.filter((call) => call.startsWith("POST"))).toHaveLength(1);
    finish({ json: makeReport() });
    await heading(page, "Reproduced").waitFor();
  });

  it("that diverges shows the step and both sides, with the differences marked", async () => {
    const { page } = await open(BY_INSTANCE, (path) => ({
      json: path.endsWith("/replay") ? makeDivergedReport() : makeTimeline(),
    }));
    await replay(page);
    await heading(page, "Diverged").waitFor();
    await page.getByText("The first difference is at step 3: the call of deliverBatch").waitFor();
    expect(await page.locator(".side del").first().textContent()).toBe("was");
    expect(await page.locator(".side ins").first().textContent()).toBe("is now");
    expect(await page.locator(".side.now", { hasText: "alan" }).count()).toBe(1);
  });

  it("of a record with holes names what is missing", async () => {
    const { page } = await open(BY_INSTANCE, (path) => ({
      json: path.endsWith("/replay") ? makeIncompleteReport() : makeTimeline(),
    }));
    await replay(page);
    await heading(page, "Incomplete").waitFor();
    expect(await page.locator(".missing li").allTextContents()).toEqual([
      "The result of deliverBatch for the second batch.",
      "The end of the orchestration.",
    ]);
  });
});

describe("evidence", () => {
  it("is saved byte for byte, and the page says how to check it", async () => {
    const { page, problems } = await open(`${BY_INSTANCE}:p1`, (path) =>
      path.endsWith("/evidence")
        ? { body: '{"evidence":1}\n' }
        : { json: makeTimeline({ instanceId: `${INSTANCE_ID}:p1` }) },
    );
    const coming = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download evidence" }).click();
    const download = await coming;
    expect(await readFile(await download.path(), "utf8")).toBe('{"evidence":1}\n');
    const name = `${INSTANCE_ID}-p1.evidence.ndjson`;
    expect(download.suggestedFilename()).toBe(name);
    await page.getByText(`npx orderbell audit verify ${name}`).waitFor();
    expect(problems).toEqual([]);
  });

  it.each([
    [409, /still running/],
    [503, /EVIDENCE_KEY/],
  ])("that is refused with %i says why", async (status, words) => {
    const { page } = await open(BY_INSTANCE, (path) =>
      path.endsWith("/evidence") ? { status, json: { title: "Refused" } } : { json: makeTimeline() },
    );
    await page.getByRole("button", { name: "Download evidence" }).click();
    await expect.poll(() => page.getByRole("alert").textContent()).toMatch(words);
  });
});

describe("whoever may not see it, or cannot now", () => {
  it("is asked to sign in, and comes back to the same question", async () => {
    const { page, problems } = await open(BY_ORDER, () => ({ status: 401 }));
    await page.getByRole("link", { name: "Sign in" }).click();
    await page.waitForURL(/\.auth\/login/);
    expect(new URL(page.url()).searchParams.get("post_login_redirect_uri")).toBe(`/app/audit/${BY_ORDER}`);
    expect(problems).toEqual([]);
  });

  it.each([
    ["the role is named to an administrator", 403, "This page needs the role OrderBell.Auditor"],
    ["an unknown id is called unknown", 404, "We heard of no change of this order"],
    ["a failure can be tried again", 503, "The record cannot be read right now"],
  ])("%s", async (_, status, words) => {
    const { page } = await open(BY_ORDER, () => ({
      status,
      json: { title: "Refused", detail: "It was refused." },
    }));
    await heading(page, words).waitFor();
    expect(await page.getByRole("button", { name: "Try again" }).count()).toBe(status === 503 ? 1 : 0);
  });
});

describe("for everyone", () => {
  const replayed =
    (report: unknown): Site =>
    (path) => ({ json: path.endsWith("/replay") ? report : makeTimeline() });
  const press = async (page: Page): Promise<void> => {
    for (const summary of await page.locator("summary").all()) await summary.click();
    await replay(page);
    await page.locator(".verdict-title").waitFor();
  };
  const states: [string, string, Site, (page: Page) => Promise<void>][] = [
    ["before a question", "", audited, (page) => heading(page, "Prove it").waitFor()],
    [
      "with a wrong id",
      "?order=801",
      audited,
      (page) => page.getByText("15 or 18 characters; this").waitFor(),
    ],
    ["of an order", BY_ORDER, audited, (page) => heading(page, "Archived evidence").waitFor()],
    ["of a reproduced timeline", BY_INSTANCE, replayed(makeReport()), press],
    ["of a diverged timeline", BY_INSTANCE, replayed(makeDivergedReport()), press],
    ["of an incomplete timeline", BY_INSTANCE, replayed(makeIncompleteReport()), press],
    [
      "of an unknown id",
      BY_INSTANCE,
      () => ({ status: 404, json: {} }),
      (page) => heading(page, "no record").waitFor(),
    ],
  ];

  it.each(states)(
    "the page %s has names, headings in order, and colours that can be read",
    async (_, query, site, reach) => {
      for (const [width, colorScheme] of [
        [1_200, "light"],
        [390, "dark"],
        [390, "light"],
        [1_200, "dark"],
      ] as const) {
        const { page, problems } = await open(query, site, { width, colorScheme });
        await page.emulateMedia({ reducedMotion: "reduce", colorScheme });
        await reach(page);
        expect(await page.evaluate(FIND_PAGE_FAULTS)).toEqual([]);
        const tree = await page.locator("body").ariaSnapshot();
        expect(tree).toMatch(/- (textbox|button|link) "/);
        expect(
          tree.match(/^\s*- (link|button|textbox|searchbox|combobox|progressbar)(?! ").*$/gm) ?? [],
        ).toEqual([]);
        expect(problems).toEqual([]);
      }
    },
  );

  it("a text that is too pale would be found", async () => {
    const { page } = await open("", audited);
    await heading(page, "Prove it").waitFor();
    await page.evaluate('document.querySelector(".lead").style.color = "#8a8a8a"');
    expect(await page.evaluate(FIND_PAGE_FAULTS)).toEqual([
      expect.stringMatching(/^contrast 3\.\d+: Who was told/),
    ]);
  });

  it("the page leads to the coverage and back, by keyboard", async () => {
    const { page } = await open("", audited);
    await page.getByRole("navigation").getByRole("link", { name: "Coverage" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Coverage", level: 1 }).waitFor();
    const audit = page.getByRole("navigation").getByRole("link", { name: "Audit" });
    expect(await audit.getAttribute("aria-current")).toBeNull();
    await audit.click();
    await heading(page, "Find the change").waitFor();
    expect(await page.getByRole("link", { name: "Audit" }).getAttribute("aria-current")).toBe("page");
  });
});
