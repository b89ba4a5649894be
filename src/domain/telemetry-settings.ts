/** Where telemetry goes, as the settings say; the names are those that the Functions host reads, too. */

/** A destination that is undefined gets none. */
export interface TelemetrySettings {
  /** What the figures of all instances stand under, and this instance among them. */
  serviceName: string;
  instanceId: string | undefined;
  /** The address of an OpenTelemetry collector; its exporters read the rest of OTEL_EXPORTER_OTLP_* themselves. */
  otlpEndpoint: string | undefined;
  applicationInsights: ApplicationInsightsSettings | undefined;
}

/** The resource, and the managed identity to write as: null when the connection string is enough. */
export interface ApplicationInsightsSettings {
  connectionString: string;
  identity: { clientId: string | undefined } | null;
}

/** Reads them; a setting that is there but empty counts as not there. */
export function toTelemetrySettings(env: Readonly<Record<string, string | undefined>>): TelemetrySettings {
  const connectionString = env["APPLICATIONINSIGHTS_CONNECTION_STRING"] || undefined;
  const identity = toIdentity(env["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"] ?? "");
  return {
    serviceName: env["WEBSITE_SITE_NAME"] || "orderbell",
    instanceId: env["WEBSITE_INSTANCE_ID"] || undefined,
    otlpEndpoint: env["OTEL_EXPORTER_OTLP_ENDPOINT"] || undefined,
    applicationInsights: connectionString === undefined ? undefined : { connectionString, identity },
  };
}

/** `Authorization=AAD;ClientId=…`; without a client id it is the system-assigned identity. */
function toIdentity(text: string): ApplicationInsightsSettings["identity"] {
  if (!/(?:^|;)\s*Authorization=AAD\s*(?:;|$)/i.test(text)) return null;
  return { clientId: /(?:^|;)\s*ClientId=([\da-f-]+)/i.exec(text)?.[1] };
}
