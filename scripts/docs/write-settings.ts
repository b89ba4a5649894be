/** Writes docs/settings.md from the schema of the app settings, and from what is known of the settings beside them. */
import type { z } from "zod";
import { appSettingsSchema } from "../../src/domain/app-settings.ts";
import { LOCAL_SETTINGS, PLATFORM_SETTINGS } from "../infra/platform-settings.ts";

/** Read by the code beside the schema, each with what for; the test compares their names with what the code looks up. */
export const OTHER_SETTINGS: Readonly<Record<string, string>> = {
  AzureSignalRConnectionString:
    "Connection string of the SignalR service; the bindings read it, and the pages' content security policy names its address. A loopback endpoint is served by the local runtime.",
  AzureSignalRConnectionString__serviceUri:
    "Address of the SignalR service, when the app's identity opens it; for the same two.",
  WEBSITE_AUTH_ENABLED:
    "`true` where App Service Authentication stands before the app. App Service sets it (unverified on Flex Consumption); without it every route of a signed-in person answers 503.",
  APPLICATIONINSIGHTS_CONNECTION_STRING: "Where traces and metrics go: Application Insights.",
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING:
    "`Authorization=AAD;ClientId=…`: telemetry is written by the app's identity.",
  OTEL_EXPORTER_OTLP_ENDPOINT:
    "Where traces and metrics go: an OpenTelemetry collector. Its exporters read the rest of `OTEL_EXPORTER_OTLP_*` themselves.",
  WEBSITE_SITE_NAME: "The name that telemetry comes under, `orderbell` unless set. App Service sets it.",
  WEBSITE_INSTANCE_ID: "Which instance telemetry comes from. App Service sets it.",
};

/** The whole page. */
export function writeSettings(): string {
  const beside = { ...LOCAL_SETTINGS, ...PLATFORM_SETTINGS };
  const onlyPlatform = Object.entries(beside).filter(([name]) => !isRead(name));
  return [
    "# Settings",
    "",
    "Made by `node scripts/write-settings.js` from src/domain/app-settings.ts; do not edit it by hand.",
    "",
    "App settings of the function app; on a developer's machine `Values` of local.settings.json, which `npm start` makes from",
    "local.settings.sample.json. They are checked together, when the app first needs one: the error names every setting that",
    "is wrong, never a value. On Azure, infra/app.bicep sets what it needs ([azure.md](azure.md)); a secret belongs into Key Vault.",
    "",
    "## Settings of OrderBell",
    "",
    ...table(
      ["setting", "default", "meaning"],
      Object.entries(appSettingsSchema.shape).map(([name, schema]) => [
        `\`${name}\``,
        toDefaultWords(schema),
        toDescription(name, schema),
      ]),
    ),
    "",
    "The storage account is given by its connection string or by its name; one of the two is needed. A Salesforce login needs",
    "`SALESFORCE_LOGIN_URL`, `SALESFORCE_CLIENT_ID`, and either `SALESFORCE_CLIENT_SECRET` or `SALESFORCE_JWT_PRIVATE_KEY`",
    "with `SALESFORCE_USERNAME`; a part of it alone is refused, none of it means that Salesforce is heard through outbound",
    "messages only.",
    "",
    "## Others that the code reads",
    "",
    ...table(
      ["setting", "meaning"],
      Object.entries(OTHER_SETTINGS).map(([name, meaning]) => [`\`${name}\``, meaning]),
    ),
    "",
    "## For the platform",
    "",
    "Read by the Functions host, its extensions, App Service or a library, not by the code.",
    "",
    ...table(
      ["setting", "why"],
      onlyPlatform.map(([name, why]) => [`\`${name}\``, why]),
    ),
    "",
  ].join("\n");
}

function isRead(name: string): boolean {
  return name in appSettingsSchema.shape || name in OTHER_SETTINGS;
}

/** What stands there when nothing is set; `required` when nothing may not. */
function toDefaultWords(schema: z.ZodType): string {
  const { success, data } = schema.safeParse(undefined);
  if (!success) return "required";
  if (data === undefined || (Array.isArray(data) && data.length === 0)) return "none";
  return Array.isArray(data) ? data.join(", ") : JSON.stringify(data);
}

function toDescription(name: string, schema: z.ZodType): string {
  if (schema.description === undefined) throw new Error(`${name} has no description`);
  return schema.description.replaceAll("|", "\\|");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`);
}
