import { describe, expect, it } from "vitest";
import { type AuditApi, createAuditApi } from "../../../../web/app/audit/create-audit-api.ts";
import {
  SignedOutError,
  UnexpectedAnswerError,
  UnreachableError,
} from "../../../../web/client/api-errors.ts";
import { INSTANCE_ID, makeDivergedReport, makeOrderAudit, makeTimeline, ORDER_ID } from "./audit-answers.ts";

const { signal } = new AbortController();

/** An API whose every call gets this answer; `calls` tells what was asked. */
function answering(answer: () => Response): { api: AuditApi; calls: string[] } {
  const calls: string[] = [];
  const api = createAuditApi({
    baseUrl: "https://orders.example",
    fetch: async (input, init) => {
      const { method, url } = new Request(input, init);
      calls.push(`${method} ${url}`);
      return answer();
    },
  });
  return { api, calls };
}

const AT = "https://orders.example/api/audit";

describe("an order", () => {
  it("is asked for by its id, and further changes by the cursor", async () => {
    const order = makeOrderAudit();
    const { api, calls } = answering(() => Response.json(order));
    expect(await api.readOrder(ORDER_ID, null, signal)).toEqual(order);
    await api.readOrder(ORDER_ID, "a&b", signal);
    expect(calls).toEqual([`GET ${AT}/orders/${ORDER_ID}`, `GET ${AT}/orders/${ORDER_ID}?after=a%26b`]);
  });
});

describe("an orchestration", () => {
  it("is asked for by its id", async () => {
    const timeline = makeTimeline();
    const { api, calls } = answering(() => Response.json(timeline));
    expect(await api.readTimeline(`${INSTANCE_ID}:p1`, signal)).toEqual(timeline);
    expect(calls).toEqual([`GET ${AT}/orchestrations/${INSTANCE_ID}%3Ap1`]);
  });

  it("is replayed by a POST", async () => {
    const report = makeDivergedReport();
    const { api, calls } = answering(() => Response.json(report));
    expect(await api.replay(INSTANCE_ID, signal)).toEqual(report);
    expect(calls).toEqual([`POST ${AT}/orchestrations/${INSTANCE_ID}/replay`]);
  });

  it("has evidence that is taken byte for byte", async () => {
    const { api, calls } = answering(() => new Response('{"evidence":1}\n'));
    const file = await api.readEvidence(INSTANCE_ID, signal);
    expect(await file.text()).toBe('{"evidence":1}\n');
    expect(calls).toEqual([`GET ${AT}/orchestrations/${INSTANCE_ID}/evidence`]);
  });
});

describe("failures", () => {
  it("are told apart", async () => {
    const read = (answer: () => Response) => answering(answer).api.readTimeline(INSTANCE_ID, signal);
    await expect(read(() => new Response(null, { status: 401 }))).rejects.toBeInstanceOf(SignedOutError);
    await expect(read(() => Response.json({ name: "x" }))).rejects.toBeInstanceOf(UnexpectedAnswerError);
    const problem = { title: "Not found", detail: "There is no record." };
    await expect(read(() => Response.json(problem, { status: 404 }))).rejects.toMatchObject({ status: 404 });
  });

  it("count a file that breaks off as unreachable", async () => {
    const broken = new ReadableStream({
      pull(controller) {
        controller.error(new TypeError("terminated"));
      },
    });
    const { api } = answering(() => new Response(broken));
    await expect(api.readEvidence(INSTANCE_ID, signal)).rejects.toBeInstanceOf(UnreachableError);
  });
});
