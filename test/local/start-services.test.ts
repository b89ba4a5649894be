import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TableServiceClient } from "@azure/data-tables";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Closers } from "../../local/closers.ts";
import { startServices } from "../../local/start-services.ts";
import { openState } from "../../local/state/open-state.ts";

let dataDir: string;
let closers: Closers;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "orderbell-services-"));
  closers = new Closers();
});
afterEach(async () => {
  await closers.close();
  rmSync(dataDir, { recursive: true, force: true });
});

function start(settings: Record<string, string>, faults = {}) {
  const state = openState(dataDir);
  closers.add(() => state.close());
  const organizationId = "00D000000000001EAA";
  return startServices({ settings, dataDir, state, closers, faults, organizationId, log: () => {} });
}

it("puts storage behind its faults when they are asked for", async () => {
  const { settings, signalR } = await start(
    { AzureWebJobsStorage: "UseDevelopmentStorage=true", OTHER: "kept" },
    { tables: { errors: 1 } },
  );
  expect(settings["OTHER"]).toBe("kept");
  expect(signalR).toBeNull();
  const tables = TableServiceClient.fromConnectionString(settings["AzureWebJobsStorage"] ?? "", {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 0 },
  });
  await expect(tables.createTable("Orders")).rejects.toMatchObject({ statusCode: 503 });
});

it("leaves connections to real services as they are", async () => {
  const written = {
    AzureWebJobsStorage: "DefaultEndpointsProtocol=https;AccountName=real;AccountKey=a2V5",
    AzureSignalRConnectionString: "Endpoint=https://real.service.signalr.net;AccessKey=a-key;Version=1.0;",
  };
  expect(await start(written)).toMatchObject({ settings: written, signalR: null, salesforce: null });
});

it("gives the app a key of its own that signs evidence, unless the settings name one or want none", async () => {
  const { settings } = await start({});
  expect(settings["EVIDENCE_KEY"]).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  expect((await start({})).settings).toEqual(settings);
  expect((await start({ EVIDENCE_KEY: "" })).settings["EVIDENCE_KEY"]).toBe("");
});

it("simulates Salesforce where its address is loopback, on another port when that one is taken", async () => {
  const first = await start({ SALESFORCE_LOGIN_URL: "http://localhost:0", SALESFORCE_CLIENT_ID: "me" });
  const taken = first.settings["SALESFORCE_LOGIN_URL"];
  expect(taken).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d+$/);
  const second = await start({ SALESFORCE_LOGIN_URL: String(taken), SALESFORCE_CLIENT_ID: "me" });
  expect(second.salesforce?.url).toBe(second.settings["SALESFORCE_LOGIN_URL"]);
  expect(second.salesforce?.url).not.toBe(taken);
});
