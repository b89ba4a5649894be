import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";

const apps = join(import.meta.dirname, "../../fixtures/apps");

/** A process loads one app; a fresh module graph stands for a fresh process, as these apps never load. */
async function load(name: string): Promise<unknown> {
  vi.resetModules();
  const { loadApp } = await import("../../../local/host/load-app.ts");
  return loadApp(join(apps, name), () => {});
}

describe("fact 1.7 an app that cannot be loaded", () => {
  it("is named when its folder does not exist", async () => {
    await expect(load("no-such-app")).rejects.toThrow(/no-such-app/);
  });

  it("is refused when package.json has no main", async () => {
    await expect(load(".")).rejects.toThrow(/package\.json/);
  });

  it("is refused with the failing entry point and its reason", async () => {
    await expect(load("broken-app")).rejects.toThrow(/broken-app\/entry\.js failed: no database today/);
  });
});

describe("fact 2.4 an app that streams HTTP", () => {
  it("is refused, before it opens the port it would stream through", async () => {
    await expect(load("streaming-app")).rejects.toThrow(/HTTP streaming is not supported yet/);
  });
});
