import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { isPlatformAuthOn, readConfig, readSignalROrigins } from "../../src/config.ts";
import { DEFAULT_CORE_FIELDS } from "../../src/domain/order-change.ts";

const settings = {
  AzureWebJobsStorage: "UseDevelopmentStorage=true",
  SALESFORCE_ORG_IDS: "00D000000000001EAA",
};

describe("readConfig", () => {
  it("reads the sample settings", () => {
    const sample = z
      .object({ Values: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync("local.settings.sample.json", "utf8")));
    expect(readConfig(sample.Values)).toMatchObject({
      SALESFORCE_ORG_IDS: ["00D000000000001EAA"],
      ORDER_CORE_FIELDS: DEFAULT_CORE_FIELDS,
      ALLOWED_ORIGINS: [],
    });
  });

  it("splits lists and trims them", () => {
    const config = readConfig({ ...settings, SALESFORCE_ORG_IDS: " 00D000000000001 ,00D000000000002EAA, " });
    expect(config.SALESFORCE_ORG_IDS).toEqual(["00D000000000001", "00D000000000002EAA"]);
  });

  it.each([
    ["AzureWebJobsStorage", { ...settings, AzureWebJobsStorage: "" }],
    ["SALESFORCE_ORG_IDS", { ...settings, SALESFORCE_ORG_IDS: " , " }],
    ["ORDER_CORE_FIELDS", { ...settings, ORDER_CORE_FIELDS: "Id,Status" }],
    ["ORDER_LINK", { ...settings, ORDER_LINK: "https://example.com/secret" }],
    ["ORDER_LINK", { ...settings, ORDER_LINK: "javascript:alert({orderId})" }],
  ])("names a wrong %s, and never its value", (name, wrong) => {
    expect(() => readConfig(wrong)).toThrow(name);
    expect(() => readConfig(wrong)).not.toThrow(/secret|javascript/);
  });
});

describe("the storage account", () => {
  const { AzureWebJobsStorage: _, ...others } = settings;

  it("is opened with a connection string where there is one", () => {
    const both = { ...settings, AzureWebJobsStorage__accountName: "acme" };
    expect(readConfig(both).storage).toBe("UseDevelopmentStorage=true");
  });

  it("is opened by the app's identity where its name is given instead", () => {
    const named = {
      ...others,
      AzureWebJobsStorage__accountName: "acme",
      AzureWebJobsStorage__clientId: "bell",
    };
    expect(readConfig(named).storage).toEqual({
      tableEndpoint: "https://acme.table.core.windows.net",
      blobEndpoint: "https://acme.blob.core.windows.net",
      clientId: "bell",
    });
  });

  it("must be given in one of the two ways, and by a name that can be one", () => {
    expect(() => readConfig(others)).toThrow("AzureWebJobsStorage__accountName");
    expect(() => readConfig({ ...others, AzureWebJobsStorage__accountName: "evil.example/" })).toThrow(
      "AzureWebJobsStorage__accountName",
    );
  });
});

const login = {
  SALESFORCE_LOGIN_URL: "https://acme.my.salesforce.com",
  SALESFORCE_CLIENT_ID: "client-id",
  SALESFORCE_CLIENT_SECRET: "very-secret",
};
const jwt = {
  SALESFORCE_LOGIN_URL: login.SALESFORCE_LOGIN_URL,
  SALESFORCE_CLIENT_ID: "client-id",
  SALESFORCE_JWT_PRIVATE_KEY: "-----BEGIN PRIVATE KEY-----\\nvery-secret\\n-----END PRIVATE KEY-----\\n",
  SALESFORCE_USERNAME: "bell@acme.example",
};

describe("the Salesforce login", () => {
  it("is off without settings, and where all of them are empty", () => {
    expect(readConfig(settings).salesforceLogin).toBeNull();
    const empty = Object.fromEntries(Object.keys({ ...login, ...jwt }).map((name) => [name, ""]));
    expect(readConfig({ ...settings, ...empty }).salesforceLogin).toBeNull();
  });

  it("is by client credentials with a secret", () => {
    expect(readConfig({ ...settings, ...login, SALESFORCE_USERNAME: "" }).salesforceLogin).toEqual({
      kind: "clientCredentials",
      loginUrl: "https://acme.my.salesforce.com",
      clientId: "client-id",
      clientSecret: "very-secret",
    });
  });

  it("is by JWT with a private key and a user name; the key's line breaks may be escaped", () => {
    expect(readConfig({ ...settings, ...jwt }).salesforceLogin).toEqual({
      kind: "jwtBearer",
      loginUrl: "https://acme.my.salesforce.com",
      clientId: "client-id",
      username: "bell@acme.example",
      privateKey: "-----BEGIN PRIVATE KEY-----\nvery-secret\n-----END PRIVATE KEY-----\n",
    });
    const plain = { ...jwt, SALESFORCE_JWT_PRIVATE_KEY: "a\nb\n" };
    expect(readConfig({ ...settings, ...plain }).salesforceLogin).toMatchObject({ privateKey: "a\nb\n" });
  });

  it.each([
    ["a client", { ...login, SALESFORCE_CLIENT_ID: "" }],
    ["a secret or key", { ...login, SALESFORCE_CLIENT_SECRET: "" }],
    ["a user name beside the key", { ...jwt, SALESFORCE_USERNAME: "" }],
    ["a key beside the user name", { ...jwt, SALESFORCE_JWT_PRIVATE_KEY: "" }],
  ])("is refused without %s; the error names the settings and holds no secret", (_, half) => {
    const read = () => readConfig({ ...settings, ...half });
    expect(read).toThrow(/SALESFORCE_LOGIN_URL: .*SALESFORCE_CLIENT_ID, and SALESFORCE_CLIENT_SECRET or/);
    expect(read).not.toThrow(/very-secret|client-id|bell@|acme/);
  });

  it.each([
    ["client credentials", { ...login, SALESFORCE_LOGIN_URL: "" }],
    ["a key", { ...jwt, SALESFORCE_LOGIN_URL: undefined }],
  ])("is refused where %s stand without an address (polling is off without a word)", (_, half) => {
    expect(() => readConfig({ ...settings, ...half })).toThrow("SALESFORCE_LOGIN_URL");
  });

  it.each([
    "https://acme.my.salesforce.com",
    "http://localhost:8889",
    "http://127.0.0.1:8889",
    "http://[::1]:8889",
  ])("may be at %s", (url) => {
    expect(readConfig({ ...settings, ...login, SALESFORCE_LOGIN_URL: url }).salesforceLogin).toMatchObject({
      loginUrl: url,
    });
  });

  it.each([
    "http://acme.my.salesforce.com/very-secret",
    "http://localhost.example.com/very-secret",
    "http://127.0.0.1.example.com/very-secret",
    "http://localhost@example.com/very-secret",
    "ftp://localhost/very-secret",
    "javascript:very-secret",
    "very-secret.my.salesforce.com",
  ])("may not be at %s, which the error does not repeat", (url) => {
    const read = () => readConfig({ ...settings, ...login, SALESFORCE_LOGIN_URL: url });
    expect(read).toThrow("SALESFORCE_LOGIN_URL: must be an https address (http only on this machine)");
    expect(read).not.toThrow("very-secret");
  });
});

describe("the fields and certificates", () => {
  it("are none by default, and where they are empty", () => {
    const config = readConfig({
      ...settings,
      ORDER_RULE_FIELDS: "",
      SALESFORCE_CLIENT_CERT_THUMBPRINTS: "",
    });
    expect(config).toMatchObject({ otherFields: ["OrderNumber"], SALESFORCE_CLIENT_CERT_THUMBPRINTS: [] });
    expect(readConfig(settings)).toMatchObject({
      ORDER_RULE_FIELDS: [],
      SALESFORCE_CLIENT_CERT_THUMBPRINTS: [],
    });
  });

  const [COLONS, PLAIN] = [Array.from({ length: 32 }, () => "AB").join(":"), "ef".repeat(32)];
  it("are lists; what rules may use is kept beside the number, each field once", () => {
    const config = readConfig({
      ...settings,
      ORDER_RULE_FIELDS: "Region__c, OrderNumber ,Region__c",
      SALESFORCE_CLIENT_CERT_THUMBPRINTS: `${COLONS}, ${PLAIN}`,
    });
    expect(config.otherFields).toEqual(["OrderNumber", "Region__c"]);
    expect(config.SALESFORCE_CLIENT_CERT_THUMBPRINTS).toEqual([COLONS, PLAIN]);
  });

  it.each([
    ["ORDER_RULE_FIELDS", 10],
    ["ORDER_CORE_FIELDS", 25],
  ])("%s names at most %i fields", (name, most) => {
    const fields = [...DEFAULT_CORE_FIELDS, ...Array.from({ length: most }, (_, n) => `Field${n}__c`)];
    const read = (length: number) => readConfig({ ...settings, [name]: fields.slice(0, length).join(",") });
    expect(() => read(most)).not.toThrow();
    expect(() => read(most + 1)).toThrow(`${name}: must name at most ${most} fields`);
  });

  it.each([
    ["ORDER_CORE_FIELDS", ""],
    ["ORDER_LINK", ""],
  ])("%s counts as not there where it is empty, as every other setting does", (name, text) => {
    expect(() => readConfig({ ...settings, [name]: text })).not.toThrow();
  });

  it("refuse a thumbprint that is not SHA-256 (SHA-1, which portals show, would refuse every message)", () => {
    const sha1 = { SALESFORCE_CLIENT_CERT_THUMBPRINTS: "A".repeat(40) };
    expect(() => readConfig({ ...settings, ...sha1 })).toThrow("SALESFORCE_CLIENT_CERT_THUMBPRINTS");
  });

  it("refuse what cannot be the name of a field (it would be read as hidden, for ever)", () => {
    expect(() => readConfig({ ...settings, ORDER_RULE_FIELDS: "Region c" })).toThrow("ORDER_RULE_FIELDS");
  });
});

describe("the key that signs evidence", () => {
  const read = (EVIDENCE_KEY: string) => readConfig({ ...settings, EVIDENCE_KEY }).EVIDENCE_KEY;

  it("is a PEM, whose line breaks may be escaped, or the id of a key in a vault; empty is none", () => {
    expect(read("-----BEGIN PRIVATE KEY-----\\nabc\\n")).toBe("-----BEGIN PRIVATE KEY-----\nabc\n");
    expect(read("https://acme.vault.azure.net/keys/evidence")).toContain("/keys/evidence");
    expect(read("https://acme.vault.azure.net/keys/evidence/9885aa558e8d4487")).toContain("9885aa");
    expect(read("")).toBeUndefined();
  });

  it.each([
    "secret-text",
    "http://acme.vault.azure.net/keys/evidence",
    "https://acme.vault.azure.net/secrets/secret-text",
  ])("is not %s, and the refusal does not quote it", (value) => {
    expect(() => read(value)).toThrow(/EVIDENCE_KEY: must be a private key in PEM, or a key's id/);
    expect(() => read(value)).not.toThrow(value);
  });

  it("keeps histories for 30 days unless another time is set, of at least a day", () => {
    expect(readConfig(settings).HISTORY_RETENTION_DAYS).toBe(30);
    expect(() => readConfig({ ...settings, HISTORY_RETENTION_DAYS: "1" })).toThrow("HISTORY_RETENTION_DAYS");
  });
});

describe("isPlatformAuthOn", () => {
  it.each([
    ["True", true],
    ["true", true],
    ["False", false],
    ["1", false],
    [undefined, false],
  ])("with WEBSITE_AUTH_ENABLED %s is %s", (value, expected) => {
    expect(isPlatformAuthOn({ WEBSITE_AUTH_ENABLED: value })).toBe(expected);
  });
});

describe("readSignalROrigins", () => {
  it.each([
    [
      "Endpoint=https://x.service.signalr.net;AccessKey=k;Version=1.0;",
      ["https://x.service.signalr.net", "wss://x.service.signalr.net"],
    ],
    [
      "Endpoint=http://127.0.0.1;Port=8888;AccessKey=k;Version=1.0;",
      ["http://127.0.0.1:8888", "ws://127.0.0.1:8888"],
    ],
    ["Endpoint=nonsense;AccessKey=k", []],
  ])("reads %s", (value, origins) => {
    expect(readSignalROrigins({ AzureSignalRConnectionString: value })).toEqual(origins);
  });

  it("reads an identity-based connection", () => {
    const uri = "https://x.service.signalr.net";
    expect(readSignalROrigins({ AzureSignalRConnectionString__serviceUri: uri })).toContain(uri);
  });
});
