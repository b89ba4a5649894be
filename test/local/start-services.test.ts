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
  return startServices({ settings, dataDir, state, closers, faults, log: () => {} });
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
  expect(await start(written)).toEqual({ settings: written, signalR: null });
});
