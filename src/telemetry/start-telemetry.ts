/**
 * Starts the export of spans and figures, when a destination is configured; otherwise nothing is loaded, so that a cold
 * start does not pay.
 *
 * What Azure Functions documents (learn.microsoft.com/azure/azure-functions/opentelemetry-howto): with `telemetryMode`
 * "OpenTelemetry" in host.json the host exports its own traces and logs to the same two destinations. Here only our own
 * spans and figures are exported: no instrumentation of libraries, no logs. The worker does not announce
 * `WorkerOpenTelemetryEnabled`, so the host goes on exporting what we log (WebHostRpcWorkerChannel and
 * OpenTelemetryConfigurationExtensions.cs of Azure/azure-functions-host), and nothing is exported twice. The host exports
 * no metrics. All of this on Azure itself is unverified.
 */
import type { TelemetrySettings } from "../domain/telemetry-settings.ts";

/** Ends the export; what is waiting is sent, for a bounded time. Never rejects. */
export type StopTelemetry = () => Promise<void>;

/** Starts it; resolves to undefined when no destination is configured or the export cannot start. Never rejects. */
export async function startTelemetry(
  settings: TelemetrySettings,
  o: { version: string; warn: (text: string) => void },
): Promise<StopTelemetry | undefined> {
  if (settings.otlpEndpoint === undefined && settings.applicationInsights === undefined) return undefined;
  try {
    const { openExport } = await import("./open-export.ts");
    return await openExport(settings, o);
  } catch (error) {
    // Connection strings stand in messages.
    const name = error instanceof Error ? error.name : typeof error;
    o.warn(`Telemetry is not exported: the export could not be started (${name}).`);
    return undefined;
  }
}
