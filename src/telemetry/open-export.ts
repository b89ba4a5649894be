/**
 * The SDK and its exporters. Spans wait in a bounded queue and are dropped when it is full; a destination that is dead or
 * slow costs nothing but one line in the log.
 */
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from "@opentelemetry/sdk-trace-base";
import type { TelemetrySettings } from "../domain/telemetry-settings.ts";
import { SCOPE, useMeter } from "./metrics.ts";
import type { StopTelemetry } from "./start-telemetry.ts";
import { useTracer } from "./telemetry.ts";

/** A destination takes both. */
export interface Exporters {
  /** Named in the log when it takes nothing. */
  name: string;
  spans: SpanExporter;
  metrics: PushMetricExporter;
}

/** A destination that has not answered by then has failed (ms). */
export const EXPORT_TIMEOUT_MS = 5_000;
/** Figures are sent this often (ms). */
const METRIC_INTERVAL_MS = 60_000;
/** Stopping waits no longer than this for what is on its way (ms). */
const STOP_MS = 3_000;

/** Opens every destination that is configured and sends spans and figures there. */
export async function openExport(
  settings: TelemetrySettings,
  { version, warn }: { version: string; warn: (text: string) => void },
): Promise<StopTelemetry> {
  const all = await openExporters(settings);
  for (const exporters of all) warnOnce(exporters, warn);
  const resource = resourceFromAttributes({
    "service.name": settings.serviceName,
    "service.version": version,
    "service.instance.id": settings.instanceId ?? crypto.randomUUID(),
  });
  const tracers = new BasicTracerProvider({
    resource,
    spanProcessors: all.map(
      ({ spans }) => new BatchSpanProcessor(spans, { exportTimeoutMillis: 2 * EXPORT_TIMEOUT_MS }),
    ),
  });
  const meters = new MeterProvider({ resource, readers: all.map((one) => createReader(one)) });
  useTracer(tracers.getTracer(SCOPE, version));
  useMeter(meters.getMeter(SCOPE, version));
  return () => stop(tracers, meters);
}

async function openExporters(settings: TelemetrySettings): Promise<Exporters[]> {
  const all: Exporters[] = [];
  if (settings.otlpEndpoint !== undefined) {
    all.push((await import("./otlp-exporters.ts")).createOtlpExporters());
  }
  if (settings.applicationInsights !== undefined) {
    const { createAzureMonitorExporters } = await import("./azure-monitor-exporters.ts");
    all.push(createAzureMonitorExporters(settings.applicationInsights));
  }
  return all;
}

function createReader({ metrics }: Exporters): PeriodicExportingMetricReader {
  return new PeriodicExportingMetricReader({
    exporter: metrics,
    exportIntervalMillis: METRIC_INTERVAL_MS,
    exportTimeoutMillis: 2 * EXPORT_TIMEOUT_MS,
  });
}

/** One line for a destination, whichever of the two fails first: the next minute would only say it again. */
function warnOnce({ name, spans, metrics }: Exporters, warn: (text: string) => void): void {
  let isSaid = false;
  const say = (): void => {
    if (!isSaid) warn(`${name} does not take our telemetry; it is dropped until it does. The work goes on.`);
    isSaid = true;
  };
  tellFailures(spans, say);
  tellFailures(metrics, say);
}

interface Exporter<Items, Result extends { code: number }> {
  export(items: Items, done: (result: Result) => void): void;
}

/** ExportResultCode of @opentelemetry/core. */
const SUCCESS = 0;

function tellFailures<Items, Result extends { code: number }>(
  exporter: Exporter<Items, Result>,
  onFailure: () => void,
): void {
  const send = exporter.export.bind(exporter);
  exporter.export = (items, done) =>
    send(items, (result) => {
      if (result.code !== SUCCESS) onFailure();
      done(result);
    });
}

async function stop(tracers: BasicTracerProvider, meters: MeterProvider): Promise<void> {
  useTracer(undefined);
  useMeter(undefined);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, STOP_MS);
  });
  await Promise.race([Promise.allSettled([tracers.shutdown(), meters.shutdown()]), patience]);
  clearTimeout(timer);
}
