import { HttpRequest, type HttpHandler, InvocationContext, type LogHandler } from "@azure/functions";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { forAuditAccess } from "../../../src/functions/audit-access.ts";
import { getAuditAccesses } from "../../../src/functions/audit-accesses.ts";
import { getOrderAudit } from "../../../src/functions/audit-orders.ts";
import { getServices } from "../../../src/services.ts";
import { claimStorage } from "../../support/claim-storage.ts";

beforeAll(() => {
  vi.stubEnv("AzureWebJobsStorage", claimStorage());
  vi.stubEnv("SALESFORCE_ORG_IDS", "00D000000000001");
  vi.stubEnv("WEBSITE_AUTH_ENABLED", "true");
  return () => vi.unstubAllEnvs();
});

const logged: string[] = [];
const logHandler: LogHandler = (level, ...args) => void logged.push(`${level} ${args.join(" ")}`);
const context = new InvocationContext({ functionName: "audit", logHandler });
beforeEach(() => {
  logged.length = 0;
});

type Asked = { userId?: string; roles?: string[]; query?: string; params?: Record<string, string> };

async function ask(
  handler: HttpHandler,
  { userId = "iris", roles = ["OrderBell.Auditor"], ...o }: Asked = {},
) {
  const claims = roles.map((val) => ({ typ: "roles", val }));
  const request = new HttpRequest({
    url: `http://127.0.0.1/api/audit/x${o.query ?? ""}`,
    method: "GET",
    headers: {
      "x-ms-client-principal-id": userId,
      "x-ms-client-principal": Buffer.from(JSON.stringify({ claims })).toString("base64"),
    },
    query: Object.fromEntries(new URLSearchParams(o.query ?? "")),
    params: o.params ?? {},
  });
  const answer = await handler(request, context);
  return answer as { status?: number; jsonBody?: unknown; body?: string };
}

const today = () => new Date().toISOString().slice(0, 10);
const listAccesses = () => getServices().auditAccesses.list(today(), { after: undefined, limit: 100 });
const shown = vi.fn<() => Promise<object>>(() => Promise.resolve({ jsonBody: { secret: 1 } }));
const endpoint = forAuditAccess("timeline", shown);

describe("an audit endpoint", () => {
  it("writes who looked at what before it answers, and logs it in one line", async () => {
    let before: unknown;
    const handler = forAuditAccess("timeline", async () => {
      before = (await listAccesses()).items;
      return {};
    });
    await ask(handler, { params: { instanceId: "order-1\nforged" } });
    const access = { userId: "iris", action: "timeline", subject: "order-1\nforged", at: expect.any(String) };
    expect(before).toEqual([access]);
    expect(logged.filter((line) => line.includes("Audit access"))).toEqual([
      expect.stringMatching(/^information Audit access: "iris" timeline "order-1\\nforged"\.$/),
    ]);
  });

  it("keeps the query where no id is in the path, but never a key", async () => {
    await ask(endpoint, { query: "?from=2026-11-22&code=secret&CODE=secret" });
    expect((await listAccesses()).items.at(-1)).toMatchObject({ subject: "from=2026-11-22" });
    expect(logged.join("\n")).not.toContain("secret");
  });

  it("shows nothing when the access cannot be written", async () => {
    shown.mockClear();
    const add = vi
      .spyOn(getServices().auditAccesses, "add")
      .mockRejectedValueOnce(new Error("The table is away."));
    const { status, body } = await ask(endpoint);
    add.mockRestore();
    expect(status).toBe(503);
    expect(JSON.parse(String(body))).toMatchObject({ detail: expect.stringContaining("nothing is shown") });
    expect(shown).not.toHaveBeenCalled();
    expect(logged.join("\n")).toContain("The table is away.");
  });

  it.each([[["OrderBell.Admin"]], [[]]])(
    "refuses the roles %j, logs that and writes nothing",
    async (roles) => {
      shown.mockClear();
      const { items } = await listAccesses();
      expect((await ask(endpoint, { userId: "ada", roles })).status).toBe(403);
      expect(shown).not.toHaveBeenCalled();
      expect((await listAccesses()).items).toEqual(items);
      expect(logged).toEqual([expect.stringMatching(/^warning Audit access refused: "ada" timeline\.$/)]);
    },
  );
});

describe("the access log", () => {
  it("is read page by page, which is itself an access", async () => {
    const query = `?day=${today()}&limit=1`;
    const first = await ask(getAuditAccesses, { query });
    expect(first.jsonBody).toMatchObject({
      items: [{ subject: "order-1\nforged" }],
      next: expect.any(String),
    });
    expect((await listAccesses()).items.at(-1)).toMatchObject({
      action: "accesses",
      subject: query.slice(1),
    });
  });

  it.each(["?day=yesterday", "?limit=0", "?after=x", "?colour=red"])("refuses %s", async (query) => {
    expect((await ask(getAuditAccesses, { query })).status).toBe(400);
  });
});

describe("the audit of an order", () => {
  it.each([{ orderId: "001000000000001AAA" }, { orderId: "801" }, { orderId: "801000000000001AAA'" }])(
    "refuses the id of %j",
    async (params) => {
      expect((await ask(getOrderAudit, { params })).status).toBe(400);
    },
  );

  it("answers 404 for an order that nobody heard of, and refuses a cursor that it never gave", async () => {
    const params = { orderId: "801000000000001AAA" };
    expect((await ask(getOrderAudit, { params })).status).toBe(404);
    expect((await ask(getOrderAudit, { params, query: "?after=x" })).status).toBe(400);
  });
});
