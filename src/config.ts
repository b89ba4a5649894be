/** The app settings; the only reader of process.env. */
import { z } from "zod";
import { type AppSettings, appSettingsSchema } from "./domain/app-settings.ts";
import { OTHER_FIELDS } from "./domain/order-change.ts";
import type { SalesforceLogin } from "./domain/salesforce-login.ts";
import { type TelemetrySettings, toTelemetrySettings } from "./domain/telemetry-settings.ts";
import type { StorageConnection } from "./domain/storage-connection.ts";

const configSchema = appSettingsSchema.transform((settings, context) => ({
  ...settings,
  /** Kept of every order beside its core fields: the number that people know an order by, and what rules may use. */
  otherFields: [...new Set([...OTHER_FIELDS, ...settings.ORDER_RULE_FIELDS])],
  storage: toStorageConnection(settings, context),
  /** Null: Salesforce is heard through outbound messages only. */
  salesforceLogin: toSalesforceLogin(settings, context),
}));

export type Config = z.infer<typeof configSchema>;

/** Of the Node.js that runs the app; evidence names it. */
export const NODE_VERSION: string = process.version;

/** Reads and checks the settings; throws one error that names every wrong one, and never a value. */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const settings = configSchema.safeParse(env);
  if (settings.success) return settings.data;
  const problems = settings.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new Error(`The app settings are not usable. ${problems.join("; ")}`);
}

/**
 * Whether App Service Authentication stands before this app, so that its headers can be believed.
 * App Service sets WEBSITE_AUTH_ENABLED itself; that Flex Consumption does too is unverified.
 */
export function isPlatformAuthOn(env: Readonly<Record<string, string | undefined>> = process.env): boolean {
  return env["WEBSITE_AUTH_ENABLED"]?.toLowerCase() === "true";
}

/** The origins of the SignalR service that pages may connect to, with their WebSocket twins. */
export function readSignalROrigins(
  env: Readonly<Record<string, string | undefined>> = process.env,
): string[] {
  const settings = env["AzureSignalRConnectionString"] ?? "";
  const endpoint =
    /(?:^|;)\s*Endpoint=([^;]+)/i.exec(settings)?.[1] ?? env["AzureSignalRConnectionString__serviceUri"];
  if (endpoint === undefined || !URL.canParse(endpoint)) return [];
  const url = new URL(endpoint);
  const port = /(?:^|;)\s*Port=(\d+)/i.exec(settings)?.[1];
  if (port !== undefined) url.port = port;
  return [url.origin, url.origin.replace(/^http/, "ws")];
}

function toStorageConnection(settings: AppSettings, context: z.RefinementCtx): StorageConnection {
  if (settings.AzureWebJobsStorage !== undefined) return settings.AzureWebJobsStorage;
  const account = settings.AzureWebJobsStorage__accountName;
  if (account !== undefined) {
    return {
      tableEndpoint: `https://${account}.table.core.windows.net`,
      blobEndpoint: `https://${account}.blob.core.windows.net`,
      clientId: settings.AzureWebJobsStorage__clientId,
    };
  }
  const message =
    "is missing: give a connection string, or AzureWebJobsStorage__accountName for the app's identity";
  context.addIssue({ code: "custom", path: ["AzureWebJobsStorage"], message });
  return z.NEVER;
}

/** Where telemetry goes; read apart from the other settings, because what is wrong with those should be told, too. */
export function readTelemetrySettings(): TelemetrySettings {
  return toTelemetrySettings(process.env);
}

function toSalesforceLogin(settings: AppSettings, context: z.RefinementCtx): SalesforceLogin | null {
  const {
    SALESFORCE_LOGIN_URL: loginUrl,
    SALESFORCE_CLIENT_ID: clientId,
    SALESFORCE_CLIENT_SECRET: clientSecret,
    SALESFORCE_JWT_PRIVATE_KEY: privateKey,
    SALESFORCE_USERNAME: username,
  } = settings;
  const parts = [loginUrl, clientId, clientSecret, privateKey, username];
  if (parts.every((part) => part === undefined)) return null;
  if (loginUrl !== undefined && clientId !== undefined) {
    if (privateKey !== undefined && username !== undefined) {
      return { kind: "jwtBearer", loginUrl, clientId, username, privateKey };
    }
    if (clientSecret !== undefined) return { kind: "clientCredentials", loginUrl, clientId, clientSecret };
  }
  context.addIssue({
    code: "custom",
    path: ["SALESFORCE_LOGIN_URL"],
    message:
      "a login needs it, SALESFORCE_CLIENT_ID, and SALESFORCE_CLIENT_SECRET or SALESFORCE_JWT_PRIVATE_KEY with SALESFORCE_USERNAME",
  });
  return z.NEVER;
}
