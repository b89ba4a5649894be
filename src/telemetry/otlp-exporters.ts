/**
 * OTLP over HTTP, as JSON. The exporters read OpenTelemetry's own settings: OTEL_EXPORTER_OTLP_ENDPOINT, to which they add
 * `/v1/traces` and `/v1/metrics`, and OTEL_EXPORTER_OTLP_HEADERS for keys.
 */
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { EXPORT_TIMEOUT_MS, type Exporters } from "./open-export.ts";

/** Sends to the collector that the settings name. */
export function createOtlpExporters(): Exporters {
  const o = { timeoutMillis: EXPORT_TIMEOUT_MS };
  return {
    name: "The OTLP endpoint",
    spans: new OTLPTraceExporter(o),
    metrics: new OTLPMetricExporter(o),
  };
}
