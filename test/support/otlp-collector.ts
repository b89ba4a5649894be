/**
 * An OpenTelemetry collector that only remembers: OTLP over HTTP as JSON
 * (https://opentelemetry.io/docs/specs/otlp/#otlphttp, shapes of opentelemetry-proto in their JSON mapping).
 */
import { createServer } from "node:http";
import { z } from "zod";

const valueSchema = z.union([
  z.object({ stringValue: z.string() }).transform((one): string | number => one.stringValue),
  z.object({ intValue: z.coerce.number() }).transform((one): string | number => one.intValue),
  z.object({ doubleValue: z.number() }).transform((one): string | number => one.doubleValue),
]);
const attributesSchema = z
  .array(z.object({ key: z.string(), value: valueSchema }))
  .default([])
  .transform((all) => Object.fromEntries(all.map(({ key, value }) => [key, value])));
const spanSchema = z.object({
  traceId: z.string().regex(/^[\da-f]{32}$/),
  spanId: z.string().regex(/^[\da-f]{16}$/),
  parentSpanId: z.string().optional(),
  name: z.string(),
  attributes: attributesSchema,
  status: z.object({ code: z.number().optional(), message: z.string().optional() }).optional(),
});
const pointSchema = z.object({
  attributes: attributesSchema,
  asInt: z.coerce.number().optional(),
  asDouble: z.number().optional(),
  count: z.coerce.number().optional(),
});
const dataSchema = z.object({ dataPoints: z.array(pointSchema) });
const metricSchema = z.object({
  name: z.string(),
  unit: z.string().optional(),
  sum: dataSchema.optional(),
  histogram: dataSchema.optional(),
});
const resourceSchema = z.object({ attributes: attributesSchema });
const tracesSchema = z.object({
  resourceSpans: z.array(
    z.object({ resource: resourceSchema, scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })) }),
  ),
});
const metricsSchema = z.object({
  resourceMetrics: z.array(
    z.object({
      resource: resourceSchema,
      scopeMetrics: z.array(z.object({ metrics: z.array(metricSchema) })),
    }),
  ),
});

export type CollectedSpan = z.infer<typeof spanSchema>;
export type CollectedMetric = z.infer<typeof metricSchema>;

/** A running collector. */
export interface OtlpCollector {
  /** What OTEL_EXPORTER_OTLP_ENDPOINT is to say. */
  readonly url: string;
  readonly spans: CollectedSpan[];
  /** In the order of arrival: the last of a name holds the sums so far. */
  readonly metrics: CollectedMetric[];
  /** Of whoever sent. */
  readonly resources: Record<string, string | number>[];
  /** The bodies as they came, to look for what must not be in them. */
  readonly bodies: string[];
  stop(): Promise<void>;
}

/** Listens on a free loopback port. */
export async function startOtlpCollector(): Promise<OtlpCollector> {
  const collected = { spans: [], metrics: [], resources: [], bodies: [] } as Omit<
    OtlpCollector,
    "url" | "stop"
  >;
  const take = (path: string, body: string): void => {
    collected.bodies.push(body);
    if (path === "/v1/traces") {
      for (const { resource, scopeSpans } of tracesSchema.parse(JSON.parse(body)).resourceSpans) {
        collected.resources.push(resource.attributes);
        collected.spans.push(...scopeSpans.flatMap(({ spans }) => spans));
      }
      return;
    }
    if (path !== "/v1/metrics") throw new Error(`There is no ${path}.`);
    for (const { resource, scopeMetrics } of metricsSchema.parse(JSON.parse(body)).resourceMetrics) {
      collected.resources.push(resource.attributes);
      collected.metrics.push(...scopeMetrics.flatMap(({ metrics }) => metrics));
    }
  };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      try {
        take(request.url ?? "", Buffer.concat(parts).toString("utf8"));
        response.writeHead(200, { "content-type": "application/json" }).end("{}");
      } catch (error) {
        response.writeHead(400).end(String(error));
      }
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The collector has no port.");
  return {
    ...collected,
    url: `http://127.0.0.1:${address.port}`,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
