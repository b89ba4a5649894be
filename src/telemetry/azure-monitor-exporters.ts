/**
 * Application Insights. With APPLICATIONINSIGHTS_AUTHENTICATION_STRING (`Authorization=AAD`, and `ClientId=…` for a
 * user-assigned identity), which the host takes too, telemetry is sent by identity; learn.microsoft.com/azure/azure-functions/
 * functions-app-settings#applicationinsights_authentication_string. Unverified on Azure.
 */
import { ManagedIdentityCredential } from "@azure/identity";
import { AzureMonitorMetricExporter, AzureMonitorTraceExporter } from "@azure/monitor-opentelemetry-exporter";
import type { ApplicationInsightsSettings } from "../domain/telemetry-settings.ts";
import type { Exporters } from "./open-export.ts";

/** Sends to the resource that the settings name. */
export function createAzureMonitorExporters({
  connectionString,
  identity,
}: ApplicationInsightsSettings): Exporters {
  // Nothing is kept on disk: an instance does not live long enough to send it later.
  const o = {
    connectionString,
    disableOfflineStorage: true,
    ...(identity && { credential: toCredential(identity) }),
  };
  return {
    name: "Application Insights",
    spans: new AzureMonitorTraceExporter(o),
    metrics: new AzureMonitorMetricExporter(o),
  };
}

function toCredential({ clientId }: { clientId: string | undefined }): ManagedIdentityCredential {
  return clientId === undefined
    ? new ManagedIdentityCredential()
    : new ManagedIdentityCredential({ clientId });
}
