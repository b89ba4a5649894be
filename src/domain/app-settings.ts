/** The app settings: their form, their defaults, and in a sentence what each is for; docs/settings.md is made from it. */
import { z } from "zod";
import { DEFAULT_CORE_FIELDS, REQUIRED_FIELDS } from "./order-change.ts";

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

/** Every setting by its name. `describe` stands last in each: what comes after it would lose the words. */
export const appSettingsSchema = z.object({
  AzureWebJobsStorage: optionalText.describe(
    "Connection string of the storage account that holds the tables; or the two settings below, and no key at all.",
  ),
  AzureWebJobsStorage__accountName: optionalText
    .refine((name) => name === undefined || /^[a-z0-9]{3,24}$/.test(name), {
      error: "must be the name of a storage account",
    })
    .describe("Name of the storage account, when the app's identity opens it."),
  AzureWebJobsStorage__clientId: optionalText.describe(
    "Client id of the user-assigned identity that opens the storage account; without it the one of AZURE_CLIENT_ID, or the system-assigned one.",
  ),
  SALESFORCE_ORG_IDS: list
    .pipe(z.array(z.string()).min(1, "name at least one organisation"))
    .describe(
      "Organisations whose outbound messages are taken, comma-separated, 15 or 18 characters each. A filter, no secret.",
    ),
  ORDER_CORE_FIELDS: fieldNames
    .transform((fields) => (fields.length > 0 ? fields : [...DEFAULT_CORE_FIELDS]))
    .refine((fields) => fields.length <= 25, { error: "must name at most 25 fields" })
    .refine((fields) => REQUIRED_FIELDS.every((field) => fields.includes(field)), {
      error: `must contain ${REQUIRED_FIELDS.join(", ")}`,
    })
    .describe(
      `Order fields whose change is news, comma-separated, at most 25, ${REQUIRED_FIELDS.join(", ")} among them. The outbound message must select all of them, and the Salesforce login must see them.`,
    ),
  ORDER_RULE_FIELDS: fieldNames
    .refine((fields) => fields.length <= 10, { error: "must name at most 10 fields" })
    .describe(
      "Further order fields that rules may use, comma-separated, at most 10; they are kept with a change, but their change alone is no news.",
    ),
  SALESFORCE_LOGIN_URL: optionalText
    .refine((url) => url === undefined || isSafeUrl(url), {
      error: "must be an https address (http only on this machine), such as https://acme.my.salesforce.com",
    })
    .describe(
      "My Domain address of the organisation; with it and a client, polling and completion are on. A loopback address is served by the local runtime's simulated org.",
    ),
  SALESFORCE_CLIENT_ID: optionalText.describe("Consumer key of the External Client App in Salesforce."),
  SALESFORCE_CLIENT_SECRET: optionalText.describe("Its consumer secret, for the client credentials flow."),
  SALESFORCE_JWT_PRIVATE_KEY: optionalText
    .transform((pem) => pem?.replaceAll("\\n", "\n"))
    .describe(
      "Private key in PEM, for the JWT bearer flow in the name of SALESFORCE_USERNAME; escaped line breaks (`\\n`) are taken too. With both set, it goes before the secret.",
    ),
  SALESFORCE_USERNAME: optionalText.describe(
    "The Salesforce user in whose name the JWT bearer flow signs in.",
  ),
  SALESFORCE_CLIENT_CERT_THUMBPRINTS: list
    .default([])
    .refine((all) => all.every((one) => /^([0-9a-f]{2}:?){31}[0-9a-f]{2}$/i.test(one)), {
      error: "must be SHA-256 thumbprints: 64 hexadecimal digits each",
    })
    .describe(
      "SHA-256 thumbprints of the client certificates that may send outbound messages, comma-separated; empty: none is asked for.",
    ),
  ORDER_LINK: optionalText
    .refine((link) => link === undefined || /^https?:\/\/.*\{orderId\}/.test(link), {
      error: "must be an http or https address that holds {orderId}",
    })
    .describe("Where a notification leads; `{orderId}` is replaced. Without it notifications have no link."),
  INBOX_RETENTION_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(3_650)
    .default(90)
    .describe("How long notifications stay in the inbox, in days (1 to 3650)."),
  EVIDENCE_KEY: optionalText
    .transform((key) => key?.replaceAll("\\n", "\n"))
    .refine((key) => key === undefined || isEvidenceKey(key), {
      error: "must be a private key in PEM, or a key's id such as https://acme.vault.azure.net/keys/evidence",
    })
    .describe(
      "What signs evidence: a private key on the curve P-256 (PKCS#8 PEM, escaped line breaks taken too), or the https id of a key in Azure Key Vault. Without it there is no evidence, and no history is removed.",
    ),
  // Two at least: receipts come to an escalation, and runs to a summary, for more than a day; an id whose history is gone
  // would run again.
  HISTORY_RETENTION_DAYS: z.coerce
    .number()
    .int()
    .min(2)
    .max(3_650)
    .default(30)
    .describe(
      "How long Durable keeps the histories of orchestrations, in days (2 to 3650); their evidence stays.",
    ),
  ALLOWED_ORIGINS: list
    .default([])
    .describe(
      "Further origins whose pages may change state, comma-separated; the app's own origin always may.",
    ),
});

export type AppSettings = z.infer<typeof appSettingsSchema>;
