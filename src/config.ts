/** The app settings; the only reader of process.env. */
import { z } from "zod";
import { DEFAULT_CORE_FIELDS, OTHER_FIELDS, REQUIRED_FIELDS } from "./domain/order-change.ts";
import type { SalesforceLogin } from "./domain/salesforce-login.ts";
import type { StorageConnection } from "./domain/storage-connection.ts";

const list = z.string().transform((text) =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean),
);

const fieldNames = list.default([]).refine((names) => names.every((name) => /^[A-Za-z]\w*$/.test(name)), {
  error: "must hold API names of fields, such as Region__c",
});

/** An app setting that is there but empty counts as not there. */
const optionalText = z
  .string()
  .optional()
  .transform((text) => (text === "" ? undefined : text));

function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return (
    protocol === "https:" || (protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(hostname))
  );
}

function isEvidenceKey(text: string): boolean {
  if (/^\s*-----BEGIN (?:EC )?PRIVATE KEY-----\n/.test(text)) return true;
  if (!URL.canParse(text)) return false;
  const { protocol, pathname } = new URL(text);
  return protocol === "https:" && /^\/keys\/[\dA-Za-z-]+(?:\/[\da-f]+)?$/.test(pathname);
}

const settingsSchema = z.object({
  /** Connection string of the storage account that holds the tables; or the settings below, and no key at all. */
  AzureWebJobsStorage: optionalText,
  /** Name of the storage account, when the app's identity opens it. */
  AzureWebJobsStorage__accountName: optionalText.refine(
    (name) => name === undefined || /^[a-z0-9]{3,24}$/.test(name),
    { error: "must be the name of a storage account" },
  ),
  /** Client id of the user-assigned identity that opens it. */
  AzureWebJobsStorage__clientId: optionalText,
  /** Organisations whose outbound messages are taken, comma-separated, 15 or 18 characters each. */
  SALESFORCE_ORG_IDS: list.pipe(z.array(z.string()).min(1, "name at least one organisation")),
  /** Order fields that make two versions different; each must be selected in the outbound message. */
  ORDER_CORE_FIELDS: fieldNames
    .transform((fields) => (fields.length > 0 ? fields : [...DEFAULT_CORE_FIELDS]))
    .refine((fields) => fields.length <= 25, { error: "must name at most 25 fields" })
    .refine((fields) => REQUIRED_FIELDS.every((field) => fields.includes(field)), {
      error: `must contain ${REQUIRED_FIELDS.join(", ")}`,
    }),
  /** Further order fields that rules may use, comma-separated; they are kept beside the order, their change is no news. */
  ORDER_RULE_FIELDS: fieldNames.refine((fields) => fields.length <= 10, {
    error: "must name at most 10 fields",
  }),
  /** My Domain address of the organisation; with it and the client, polling and completion are on. */
  SALESFORCE_LOGIN_URL: optionalText.refine((url) => url === undefined || isSafeUrl(url), {
    error: "must be an https address (http only on this machine), such as https://acme.my.salesforce.com",
  }),
  SALESFORCE_CLIENT_ID: optionalText,
  /** For the client credentials flow. */
  SALESFORCE_CLIENT_SECRET: optionalText,
  /** PEM, for the JWT bearer flow in the name of SALESFORCE_USERNAME; escaped line breaks (`\\n`) are taken too. */
  SALESFORCE_JWT_PRIVATE_KEY: optionalText.transform((pem) => pem?.replaceAll("\\n", "\n")),
  SALESFORCE_USERNAME: optionalText,
  /** SHA-256 thumbprints of the client certificates that may send outbound messages, comma-separated; none: not asked for. */
  SALESFORCE_CLIENT_CERT_THUMBPRINTS: list
    .default([])
    .refine((all) => all.every((one) => /^([0-9a-f]{2}:?){31}[0-9a-f]{2}$/i.test(one)), {
      error: "must be SHA-256 thumbprints: 64 hexadecimal digits each",
    }),
  /** Where a notification leads; `{orderId}` is replaced. Without it notifications have no link. */
  ORDER_LINK: optionalText.refine((link) => link === undefined || /^https?:\/\/.*\{orderId\}/.test(link), {
    error: "must be an http or https address that holds {orderId}",
  }),
  /** How long notifications stay in the inbox, in days. */
  INBOX_RETENTION_DAYS: z.coerce.number().int().min(1).max(3_650).default(90),
  /**
   * What signs evidence: a private key on the curve P-256 (PKCS#8 PEM, escaped line breaks taken too), or the https id of
   * a key in Azure Key Vault. Without it there is no evidence, and no history is removed.
   */
  EVIDENCE_KEY: optionalText
    .transform((key) => key?.replaceAll("\\n", "\n"))
    .refine((key) => key === undefined || isEvidenceKey(key), {
      error: "must be a private key in PEM, or a key's id such as https://acme.vault.azure.net/keys/evidence",
    }),
  /** How long Durable keeps the histories of orchestrations, in days; their evidence stays. */
  HISTORY_RETENTION_DAYS: z.coerce.number().int().min(1).max(3_650).default(30),
  /** Further origins whose pages may change state, comma-separated; the app's own origin always may. */
  ALLOWED_ORIGINS: list.default([]),
});

const configSchema = settingsSchema.transform((settings, context) => ({
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

function toStorageConnection(
  settings: z.infer<typeof settingsSchema>,
  context: z.RefinementCtx,
): StorageConnection {
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

function toSalesforceLogin(
  settings: z.infer<typeof settingsSchema>,
  context: z.RefinementCtx,
): SalesforceLogin | null {
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
