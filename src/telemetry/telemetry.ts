/**
 * Spans, over OpenTelemetry's API alone. Without an exporter (start-telemetry.ts) nothing is made and nothing is passed on.
 *
 * Who continues a trace is told its place as text, because the work that follows runs elsewhere: in an orchestration, in
 * an activity of another instance, in a browser. Attributes name orders and instances, never people.
 */
import {
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanStatusCode,
  trace,
  type Tracer,
} from "@opentelemetry/api";
import { traceparentSchema } from "../domain/traced.ts";

/** The steps of one trace, from Salesforce to the browser. */
export type SpanName = "outbound-message" | "polled-order" | "claim" | "deliver-batch" | "push" | "receipt";

/** All that a span may tell; there is no member for a person or for what is said to them. */
export interface SpanAttributes {
  /** Salesforce's own id of the message. */
  outboundMessageNotificationId?: string | undefined;
  orderId?: string | undefined;
  /** The orchestration, by which the audit finds the rest. */
  instanceId?: string | undefined;
  /** How many recipients, pushes or receipts. */
  count?: number | undefined;
  state?: string | undefined;
}

/** Where a span belongs, and what it tells. */
export interface SpanOptions {
  /** The traceparent of the step before; anything unreadable begins a new trace. */
  parent?: string | undefined;
  attributes?: SpanAttributes;
}

let tracer: Tracer | undefined;

/** Spans go there from now on; undefined switches them off. */
export function useTracer(next: Tracer | undefined): void {
  tracer = next;
}

/**
 * Does the work inside a span; `work` is told the span's traceparent, undefined when nothing is traced. What the work
 * throws is thrown on, and the span keeps only the error's name: messages may hold ids of people.
 */
export async function withSpan<Result>(
  name: SpanName,
  options: SpanOptions,
  work: (traceparent: string | undefined) => Promise<Result> | Result,
): Promise<Result> {
  const span = startSpan(name, options);
  if (span === undefined) return work(undefined);
  try {
    return await work(toTraceparent(span.spanContext()));
  } catch (error) {
    const message = error instanceof Error ? error.constructor.name : typeof error;
    span.setStatus({ code: SpanStatusCode.ERROR, message });
    throw error;
  } finally {
    span.end();
  }
}

/** Telemetry that fails is no reason to fail. */
function startSpan(name: SpanName, { parent, attributes = {} }: SpanOptions): Span | undefined {
  try {
    const before = parent === undefined ? undefined : parseTraceparent(parent);
    const context = before ? trace.setSpanContext(ROOT_CONTEXT, before) : ROOT_CONTEXT;
    return tracer?.startSpan(name, { attributes: { ...attributes } }, context);
  } catch {
    return undefined;
  }
}

/** Undefined for what is no traceparent, or the one of nothing (all zero). */
function parseTraceparent(text: string): SpanContext | undefined {
  if (!traceparentSchema.safeParse(text).success) return undefined;
  const [, traceId = "", spanId = "", flags = ""] = text.split("-");
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(context) ? context : undefined;
}

function toTraceparent(context: SpanContext): string | undefined {
  if (!isSpanContextValid(context)) return undefined;
  return `00-${context.traceId}-${context.spanId}-${context.traceFlags.toString(16).padStart(2, "0")}`;
}

/** The trace that the caller of an endpoint asks for, in the place where the host has put its own span, if it has. */
export function toCallerParent(
  header: string | null,
  hostTraceparent: string | undefined,
): string | undefined {
  const asked = header === null ? undefined : parseTraceparent(header);
  if (header === null || asked === undefined) return hostTraceparent;
  const host = hostTraceparent === undefined ? undefined : parseTraceparent(hostTraceparent);
  return host?.traceId === asked.traceId ? hostTraceparent : header;
}
