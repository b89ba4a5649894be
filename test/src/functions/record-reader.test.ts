/** Durable's management API as the binding names it: by a loopback address, or by the public one with a key. */
import { createServer, type IncomingMessage } from "node:http";
import { InvocationContext } from "@azure/functions";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { DurableUnreachableError } from "../../../src/functions/durable-management.ts";
import { InvalidRequestError } from "../../../src/domain/errors.ts";
import { listFinishedInstances } from "../../../src/functions/finished-instances.ts";
import { durableClient } from "../../../src/functions/orchestration-starter.ts";
import { toRecordReader } from "../../../src/functions/record-reader.ts";

type Answer = { status: number; body: unknown; token?: string };
const asked: Pick<IncomingMessage, "url" | "headers">[] = [];
let answers: Answer[] = [];
const server = createServer(({ url, headers }, response) => {
  asked.push({ url, headers });
  const { status, body, token } = answers.shift() ?? { status: 404, body: null };
  response.writeHead(status, token === undefined ? {} : { "x-ms-continuation-token": token });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
});
await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
afterAll(() => void server.close());
const address = server.address();
const origin = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
const KEY = "taskHub=hub&connection=Storage&code=s3cret";
const statusQueryGetUri = `${origin}/runtime/webhooks/durabletask/instances/INSTANCEID?${KEY}`;

beforeEach(() => {
  asked.length = 0;
  answers = [];
});

function toContext(binding: object): InvocationContext {
  const context = new InvocationContext({ functionName: "audit" });
  context.extraInputs.set(durableClient, { managementUrls: { statusQueryGetUri }, ...binding });
  return context;
}
const loopback = toContext({ rpcBaseUrl: `${origin}/durabletask/` });
const read = (context: InvocationContext, id: string) => toRecordReader(context).read(id);

describe("the live record reader", () => {
  it("asks the loopback address for everything, and takes a failed or running instance as it is", async () => {
    for (const status of [200, 202]) {
      answers = [{ status, body: { runtimeStatus: "Failed" } }];
      expect(await read(loopback, "order-1:p1")).toEqual({
        record: { runtimeStatus: "Failed" },
        source: "history",
      });
    }
    const url = new URL(String(asked[0]?.url), origin);
    expect(url.pathname).toBe("/durabletask/instances/order-1%3Ap1");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      showHistory: "true",
      showHistoryOutput: "true",
      showInput: "true",
      returnInternalServerErrorOnFailure: "false",
    });
  });

  it.each([
    [{}],
    [
      {
        rpcBaseUrl: null,
        baseUrl: `${origin}/runtime/webhooks/durabletask`,
        requiredQueryStringParameters: KEY,
      },
    ],
  ])("asks the public address with its key when there is no loopback one: %#", async (binding) => {
    answers = [{ status: 200, body: {} }];
    await read(toContext(binding), "order-1");
    const url = new URL(String(asked[0]?.url), origin);
    expect(url.pathname).toBe("/runtime/webhooks/durabletask/instances/order-1");
    expect(Object.fromEntries(url.searchParams)).toMatchObject({ code: "s3cret", showHistory: "true" });
  });

  it("answers undefined for an instance that there is not", async () => {
    expect(await read(loopback, "order-unknown")).toBeUndefined();
  });

  it.each([
    ["an error", [{ status: 500, body: { Message: "no" } }], origin],
    ["no JSON", [{ status: 200, body: "<html>" }], origin],
    ["nobody there", [], "http://127.0.0.1:1"],
  ])("says that the history could not be read, without address or key: %s", async (_, given, base) => {
    answers = given;
    const context = toContext({
      managementUrls: { statusQueryGetUri: statusQueryGetUri.replace(origin, base) },
    });
    const error: unknown = await read(context, "order-1").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DurableUnreachableError);
    expect(JSON.stringify(error) + String(error) + String((error as Error).cause)).not.toMatch(
      /s3cret|127\.0\.0/,
    );
  });
});

describe("finished instances", () => {
  const query = {
    from: "2026-11-22T00:00:00.000Z",
    to: "2026-11-23T00:00:00.000Z",
    after: undefined,
    limit: 2,
  };
  const ORDER = `order-801000000000001AAA-${"a".repeat(22)}`;
  const LATER = `order-801000000000001AAA-${"b".repeat(22)}`;
  const toBody = (...ids: string[]) => ids.map((instanceId) => ({ instanceId, runtimeStatus: "Completed" }));

  it("are the roots of a period; parts and what no audit lists are left out", async () => {
    const hash = "c".repeat(22);
    const roots = [ORDER, `escalate-8204697599999-${hash}`, "digests-2026-11-22T07-00:r2", `redrive-${hash}`];
    const parts = [`${ORDER}:p1`, `${ORDER}:p0b3`, "digests-2026-11-22T07-00:r2:p2"];
    const others = [...parts, "receipts-1", "groups-1", "order-of-somebody-else"];
    answers = [{ status: 200, body: toBody(...roots, ...others) }];
    expect(await listFinishedInstances(loopback, query)).toEqual({ instanceIds: roots, next: null });
    expect(Object.fromEntries(new URL(String(asked[0]?.url), origin).searchParams)).toEqual({
      createdTimeFrom: query.from,
      createdTimeTo: query.to,
      runtimeStatus: "Completed,Failed,Terminated,Canceled",
      top: "2",
    });
  });

  it("go on where Durable's own token says, past pages without any root", async () => {
    answers = [{ status: 200, body: toBody(ORDER), token: "next/1=" }];
    const first = await listFinishedInstances(loopback, query);
    expect(first).toEqual({ instanceIds: [ORDER], next: expect.stringMatching(/^[\w-]+$/) });
    answers = [
      { status: 200, body: toBody(`${ORDER}:p1`), token: "next/2=" },
      { status: 200, body: toBody(LATER) },
    ];
    const rest = await listFinishedInstances(loopback, { ...query, after: String(first.next) });
    expect(rest).toEqual({ instanceIds: [LATER], next: null });
    expect(asked.map(({ headers }) => headers["x-ms-continuation-token"])).toEqual([
      undefined,
      "next/1=",
      "next/2=",
    ]);
  });

  it("refuse a cursor that was never given out, and ask Durable nothing", async () => {
    for (const token of ["", "x\r\ny: z", "\u00e9"]) {
      const after = Buffer.from(token).toString("base64url");
      await expect(listFinishedInstances(loopback, { ...query, after })).rejects.toThrow(InvalidRequestError);
    }
    expect(asked).toEqual([]);
  });

  it("look through ten pages without a root, and leave the rest for a further call", async () => {
    answers = Array.from({ length: 20 }, () => ({ status: 200, body: toBody("groups-1"), token: "more" }));
    expect(await listFinishedInstances(loopback, query)).toEqual({
      instanceIds: [],
      next: expect.any(String),
    });
    expect(asked).toHaveLength(10);
  });
});
