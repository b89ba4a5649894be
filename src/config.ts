/** The app settings; the only reader of process.env. */
import { z } from "zod";
import { DEFAULT_CORE_FIELDS, REQUIRED_FIELDS } from "./domain/order-change.ts";

const list = z.string().transform((text) =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean),
);

const settingsSchema = z.object({
  /** Connection string of the storage account that holds the tables. */
  AzureWebJobsStorage: z.string().min(1),
  /** Organisations whose outbound messages are taken, comma-separated, 15 or 18 characters each. */
  SALESFORCE_ORG_IDS: list.pipe(z.array(z.string()).min(1, "name at least one organisation")),
  /** Order fields that make two versions different; each must be selected in the outbound message. */
  ORDER_CORE_FIELDS: list
    .default([...DEFAULT_CORE_FIELDS])
    .refine((fields) => fields.length <= 25, { error: "must name at most 25 fields" })
    .refine((fields) => REQUIRED_FIELDS.every((field) => fields.includes(field)), {
      error: `must contain ${REQUIRED_FIELDS.join(", ")}`,
    }),
  /** Where a notification leads; `{orderId}` is replaced. Without it notifications have no link. */
  ORDER_LINK: z
    .string()
    .regex(/^https?:\/\/.*\{orderId\}/, "must be an http or https address that holds {orderId}")
    .optional(),
  /** Further origins whose pages may change state, comma-separated; the app's own origin always may. */
  ALLOWED_ORIGINS: list.default([]),
});

export type Config = z.infer<typeof settingsSchema>;

/** Reads and checks the settings; throws one error that names every wrong one, and never a value. */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const settings = settingsSchema.safeParse(env);
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
