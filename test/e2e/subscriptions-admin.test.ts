import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CSV_HEADER, toCsvRow } from "../../src/domain/subscription-csv.ts";
import { readSubscriptionLines, toSubscriptionKey } from "../../src/domain/subscription-lines.ts";
import type { Subscription } from "../../src/domain/subscription.ts";
import { anySubscription } from "../support/any-subscription.ts";
import { startApp } from "../support/start-app.ts";

const app = await startApp();
const admin = await app.signIn("admin", ["OrderBell.Admin"]);
const URL_PATH = `${app.url}/api/admin/subscriptions`;
const TYPES = { csv: "text/csv; charset=utf-8", ndjson: "application/x-ndjson" } as const;

function put(body: string | Uint8Array, o: { type?: string; query?: string } = {}): Promise<Response> {
  return fetch(`${URL_PATH}${o.query ?? ""}`, {
    method: "PUT",
    headers: { cookie: admin.cookie, "content-type": o.type ?? TYPES.csv },
    body,
  });
}

async function putOk(body: string, o: { type?: string; query?: string } = {}): Promise<unknown> {
  const response = await put(body, o);
  expect(response.status).toBe(200);
  return response.json();
}

async function readExport(format: "csv" | "ndjson"): Promise<{ rows: Subscription[]; pages: string[] }> {
  const rows: Subscription[] = [];
  const pages: string[] = [];
  let url: string | undefined = `${URL_PATH}?format=${format}`;
  while (url !== undefined) {
    const response = await fetch(url, { headers: { cookie: admin.cookie } });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(format);
    const text = await response.text();
    const lines = readSubscriptionLines(format, text);
    expect(lines.problems).toEqual([]);
    rows.push(...lines.rows.map(({ subscription }) => subscription));
    pages.push(text);
    const next = /^<(.*)>; rel="next"$/.exec(response.headers.get("link") ?? "")?.[1];
    url = next === undefined ? undefined : new URL(next, url).href;
  }
  return { rows, pages };
}

const toKey = ({ scope, target }: Subscription) => toSubscriptionKey(scope, target);
const sorted = (rows: readonly Subscription[]) => rows.toSorted((a, b) => (toKey(a) < toKey(b) ? -1 : 1));

describe("subscriptions in bulk", () => {
  it("are checked without being written on a dry run, which says what would change", async () => {
    const csv = `${CSV_HEADER}all,dry,,,,,,,,\r\nall,,dry leads,activated,,,,high,5,bosses\r\n`;
    const dry = { query: "?dryRun=true" };
    expect(await putOk(csv, dry)).toEqual({ new: 2, changed: 0, same: 0 });
    expect((await readExport("ndjson")).rows).toEqual([]);
    expect(await putOk(csv)).toEqual({ imported: 2 });
    expect(await putOk(csv, dry)).toEqual({ new: 0, changed: 0, same: 2 });
    const other = `${csv.replace("activated", "created")}all,dry2,,,,,,,,\r\n`;
    expect(await putOk(other, dry)).toEqual({ new: 1, changed: 1, same: 1 });
    expect((await readExport("ndjson")).rows).toContainEqual({
      scope: "all",
      target: { kind: "group", group: "dry leads" },
      rules: {
        transitions: ["activated"],
        priority: "high",
        escalate: { afterMinutes: 5, group: "bosses" },
      },
    });
  });

  it.each(["", "?dryRun=true"])("are refused whole for one bad line, which is named%s", async (query) => {
    const before = (await readExport("csv")).rows;
    const response = await put(`${CSV_HEADER}all,bulk-1,,,,,,,,\r\nall,bulk-2,,,,a lot,,,,\r\n`, { query });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      detail: "Nothing was imported.",
      errors: [expect.stringMatching(/^line 3: minimumAmount must be/)],
    });
    expect((await readExport("csv")).rows).toEqual(before);
  });

  it("subscribe people to a value with a slash, which they see", async () => {
    await putOk(`${CSV_HEADER}field:Region__c=EMEA / north,slash,,,,,,,,\n`);
    const slash = await app.signIn("slash");
    expect(await (await slash.call("GET", "/api/subscriptions")).json()).toMatchObject({
      items: [{ scope: "field:Region__c=EMEA / north" }],
    });
  });

  it("come back from export and import as they were, whatever they hold", { timeout: 60_000 }, async () => {
    const subscriptions = fc.sample(
      fc.uniqueArray(anySubscription, { selector: toKey, minLength: 120, maxLength: 120, size: "max" }),
      { numRuns: 1, seed: 5 },
    )[0]!;
    await putOk(CSV_HEADER + subscriptions.map(toCsvRow).join(""));
    for (const format of ["csv", "ndjson"] as const) {
      const { rows, pages } = await readExport(format);
      expect(sorted(rows)).toEqual(expect.arrayContaining(sorted(subscriptions)));
      expect(pages).toHaveLength(1);
      const again = await putOk(pages[0] ?? "", { type: TYPES[format], query: "?dryRun=true" });
      expect(again).toEqual({ new: 0, changed: 0, same: rows.length });
    }
  });

  it("are ended one by one, those of groups and of values with a slash too", async () => {
    const rows = [
      { scope: "all", target: { kind: "group", group: "ended" } },
      { scope: "field:Region__c=EMEA / North", target: { kind: "user", userId: "ended" } },
    ];
    await putOk(rows.map((row) => JSON.stringify(row)).join("\n"), { type: TYPES.ndjson });
    const end = (query: string) => admin.call("DELETE", `/api/admin/subscriptions?${query}`);
    expect((await end("scope=all&group=ended")).status).toBe(204);
    const slash = new URLSearchParams({ scope: "field:Region__c=EMEA / North", user: "ended" });
    expect((await end(String(slash))).status).toBe(204);
    const left = (await readExport("ndjson")).rows.map(({ target }) => JSON.stringify(target));
    expect(left.filter((target) => target.includes("ended"))).toEqual([]);
    expect((await end("scope=all")).status).toBe(400);
    expect((await end("scope=all&group=a&user=b")).status).toBe(400);
    const ada = await app.signIn("ada");
    expect((await ada.call("DELETE", "/api/admin/subscriptions?scope=all&group=ended")).status).toBe(403);
  });

  it("are exported page by page, each once", { timeout: 90_000 }, async () => {
    const before = (await readExport("csv")).rows.length;
    const rows = Array.from(
      { length: 1_500 },
      (_, index) => `account:001000000000009AAA,,paged-${index},,,,,,,`,
    );
    await putOk(CSV_HEADER + rows.join("\n"));
    const { rows: found, pages } = await readExport("csv");
    expect(pages).toHaveLength(2);
    expect(new Set(found.map(toKey)).size).toBe(found.length);
    expect(found).toHaveLength(before + 1_500);
  });

  it.each([
    ["latin-1", Buffer.from(`${CSV_HEADER}all,Müller,,,,,,,,`, "latin1"), TYPES.csv, 400, /UTF-8/],
    ["9 MB", "x".repeat(9 * 1024 * 1024), TYPES.csv, 400, /8 MB/],
    ["JSON", "[]", "application/json", 415, /x-ndjson or text\/csv/],
    [
      "10,001 lines",
      `${CSV_HEADER}${Array.from({ length: 10_001 }, (_, index) => `all,u${index},,,,,,,,`).join("\n")}`,
      TYPES.csv,
      400,
      /At most 10000 lines/,
    ],
  ])("are refused as %s", async (_, body, type, status, detail) => {
    const response = await put(body, { type });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ detail: expect.stringMatching(detail) });
  });

  it.each(["?after=x", "?after=WyJhIl0", "?format=xml"])("are not exported for %s", async (query) => {
    const response = await admin.call("GET", `/api/admin/subscriptions${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [expect.any(String)] });
  });
});
