/** What a timeline and an audit replay answer when the record cannot be read, or makes no sense. */
import { createServer } from "node:http";
import { HttpRequest, type HttpHandler, InvocationContext } from "@azure/functions";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { getTimeline, postReplay } from "../../../src/functions/audit-orchestrations.ts";
import { durableClient } from "../../../src/functions/orchestration-starter.ts";
import { claimStorage } from "../../support/claim-storage.ts";

let answer: { status: number; body: unknown } = { status: 404, body: null };
const server = createServer((_, response) => {
  response.writeHead(answer.status).end(JSON.stringify(answer.body));
});
await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
afterAll(() => void server.close());
const address = server.address();
const port = typeof address === "object" && address !== null ? address.port : 0;

beforeAll(() => {
  vi.stubEnv("AzureWebJobsStorage", claimStorage());
  vi.stubEnv("SALESFORCE_ORG_IDS", "00D000000000001");
  vi.stubEnv("WEBSITE_AUTH_ENABLED", "true");
  return () => vi.unstubAllEnvs();
});

async function ask(handler: HttpHandler, instanceId: string) {
  const context = new InvocationContext({ functionName: "audit", logHandler: () => undefined });
  const statusQueryGetUri = `http://127.0.0.1:${port}/instances/INSTANCEID?code=s3cret`;
  context.extraInputs.set(durableClient, { managementUrls: { statusQueryGetUri } });
  const claims = [{ typ: "roles", val: "OrderBell.Auditor" }];
  const request = new HttpRequest({
    url: "http://127.0.0.1/api/audit/orchestrations/x",
    method: handler === getTimeline ? "GET" : "POST",
    headers: {
      "x-ms-client-principal-id": "iris",
      "x-ms-client-principal": Buffer.from(JSON.stringify({ claims })).toString("base64"),
    },
    params: { instanceId },
  });
  const { status, body } = (await handler(request, context)) as { status: number; body: string };
  return { status, problem: JSON.parse(body) as Record<string, unknown>, body };
}

describe.each([
  ["a timeline", getTimeline],
  ["an audit replay", postReplay],
])("%s", (_, handler) => {
  it("of a record that makes no sense is refused with the places", async () => {
    const historyEvents = [{ EventType: "Nonsense", Timestamp: "2026-11-22T10:00:00Z" }];
    const record = {
      name: "notifyOrderChange",
      instanceId: "order-1",
      runtimeStatus: "Completed",
      historyEvents,
    };
    answer = { status: 200, body: record };
    const { status, problem } = await ask(handler, "order-1");
    expect(status).toBe(422);
    expect(problem).toMatchObject({
      detail: expect.stringContaining("The record of order-1 cannot be read"),
      errors: [expect.stringMatching(/^historyEvents\.0\.EventType: /)],
    });
  });

  it("is unavailable while Durable's history cannot be read, and says no address", async () => {
    answer = { status: 500, body: { Message: "no" } };
    const { status, body } = await ask(handler, "order-1");
    expect(status).toBe(503);
    expect(body).toContain("it answered 500");
    expect(body).not.toMatch(/s3cret|127\.0\.0/);
  });

  it("of an orchestration that neither Durable nor the archive knows is not found", async () => {
    answer = { status: 404, body: null };
    expect((await ask(handler, "order-801000000000001AAA-aaaaaaaaaaaaaaaaaaaaaa")).status).toBe(404);
  });

  it.each(["", "../x", "a/b", "x".repeat(200), "order 1"])("refuses the id %j", async (id) => {
    expect((await ask(handler, id)).status).toBe(400);
  });
});
