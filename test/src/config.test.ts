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
