import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HubConnectionBuilder, LogLevel } from "@microsoft/signalr";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { parseConnectionString, toClientUrl } from "../../../local/signalr/access-token.ts";
import { startSignalRService } from "../../../local/signalr/start-signalr-service.ts";
import { openState } from "../../../local/state/open-state.ts";
import { ACCESS_KEY, HUB, startFixture } from "./signalr-fixture.ts";

describe("starting and stopping", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "orderbell-signalr-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("tells how to reach it, refuses a taken port, and closes twice without harm", async () => {
    const state = openState(folder);
    const options = { accessKey: ACCESS_KEY, state, log: () => {} };
    const service = await startSignalRService({ ...options, port: 0 });
    expect(parseConnectionString(service.connectionString)).toEqual({
      endpoint: service.url,
      accessKey: ACCESS_KEY,
    });
    const port = Number(new URL(service.url).port);
    await expect(startSignalRService({ ...options, port })).rejects.toThrow(/EADDRINUSE/);
    await Promise.all([service.close(), service.close()]);
    await expect(fetch(service.url)).rejects.toThrow("fetch failed");
    await state.close();
  });
});

it("lets clients reconnect by themselves after a restart", async () => {
  const fixture = await startFixture();
  onTestFinished(() => fixture.stop());
  const connection = new HubConnectionBuilder()
    .withUrl(toClientUrl(fixture.url, HUB), { accessTokenFactory: () => fixture.clientToken("ada") })
    .withAutomaticReconnect([0, 50, 100, 200, 400])
    .configureLogging(LogLevel.None)
    .build();
  await connection.start();
  const reconnected = new Promise((resolve) => connection.onreconnected(resolve));
  await fixture.restart();
  await reconnected;
  expect((await fixture.rest("HEAD", "/users/ada")).status).toBe(200);
  await connection.stop();
});

it("counts connections, users and groups by hub", async () => {
  const fixture = await startFixture();
  onTestFinished(() => fixture.stop());
  expect(fixture.counts()).toEqual([]);
  await fixture.connect("ada");
  await fixture.connect("ada");
  await fixture.connect();
  await fixture.connect("bob", "Other");
  await fixture.rest("PUT", "/users/ada/groups/team");
  await fixture.rest("PUT", "/users/nobody/groups/empty");
  expect(fixture.counts()).toEqual([
    { hub: HUB, connections: 3, users: 1, groups: 1 },
    { hub: "other", connections: 1, users: 1, groups: 0 },
  ]);
});
