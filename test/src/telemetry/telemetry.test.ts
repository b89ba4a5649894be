import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ForbiddenError } from "../../../src/domain/errors.ts";
import { toCallerParent, useTracer, withSpan } from "../../../src/telemetry/telemetry.ts";

const PARENT = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
const exporter = new InMemorySpanExporter();

describe("withSpan", () => {
  beforeEach(() => {
    exporter.reset();
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    useTracer(provider.getTracer("test"));
  });
  afterEach(() => useTracer(undefined));

  it("continues the trace of its parent and tells the work its own place", async () => {
    const told = await withSpan("claim", { parent: PARENT, attributes: { orderId: "801" } }, (own) => own);
    const [span] = exporter.getFinishedSpans();
    expect(span?.name).toBe("claim");
    expect(span?.attributes).toEqual({ orderId: "801" });
    expect(span?.parentSpanContext?.spanId).toBe("b".repeat(16));
    expect(told).toBe(`00-${"a".repeat(32)}-${span?.spanContext().spanId}-01`);
  });

  it.each(["", "nonsense", `00-${"0".repeat(32)}-${"b".repeat(16)}-01`, `ff-${PARENT.slice(3)}`])(
    "begins a new trace where the parent is %j",
    async (parent) => {
      const told = await withSpan("claim", { parent }, (own) => own);
      expect(told).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-01$/);
      expect(told).not.toContain("a".repeat(32));
    },
  );

  it("tells what is not sampled to the next step, and exports nothing of it", async () => {
    const parent = PARENT.replace(/01$/, "00");
    expect(await withSpan("claim", { parent }, (own) => own)).toMatch(/^00-a{32}-[\da-f]{16}-00$/);
    expect(exporter.getFinishedSpans()).toEqual([]);
  });

  it("throws on what the work throws, and keeps its name alone: messages may hold ids of people", async () => {
    const failing = withSpan("receipt", {}, () => Promise.reject(new ForbiddenError("ada may not")));
    await expect(failing).rejects.toThrow("ada may not");
    const [span] = exporter.getFinishedSpans();
    expect(span?.status).toMatchObject({ code: 2, message: "ForbiddenError" });
    expect(span?.events).toEqual([]);
  });

  it("does the work although spans cannot be made", async () => {
    useTracer({
      startSpan: () => {
        throw new Error("broken");
      },
      startActiveSpan: () => {
        throw new Error("broken");
      },
    });
    expect(await withSpan("claim", {}, (own) => ["done", own])).toEqual(["done", undefined]);
  });

  it("passes nothing on without an exporter, whatever the parent is", async () => {
    useTracer(undefined);
    expect(await withSpan("claim", { parent: PARENT }, (own) => own ?? "nothing")).toBe("nothing");
  });
});

describe("the parent of what a caller asks for", () => {
  const HOST = `00-${"a".repeat(32)}-${"c".repeat(16)}-01`;

  it("is the host's own span where the host continued the caller's trace", () => {
    expect(toCallerParent(PARENT, HOST)).toBe(HOST);
  });

  it("is the caller's where the host did not", () => {
    expect(toCallerParent(PARENT, `00-${"d".repeat(32)}-${"c".repeat(16)}-01`)).toBe(PARENT);
    expect(toCallerParent(PARENT, undefined)).toBe(PARENT);
  });

  it("is the host's without a readable header", () => {
    expect([null, "nonsense"].map((header) => toCallerParent(header, HOST))).toEqual([HOST, HOST]);
  });
});
