import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { TelemetrySettings } from "../../../src/domain/telemetry-settings.ts";
import { measure } from "../../../src/telemetry/metrics.ts";
import { startTelemetry } from "../../../src/telemetry/start-telemetry.ts";
import { withSpan } from "../../../src/telemetry/telemetry.ts";
import { startOtlpCollector } from "../../support/otlp-collector.ts";

const none: TelemetrySettings = {
  serviceName: "orderbell-test",
  instanceId: "one",
  otlpEndpoint: undefined,
  applicationInsights: undefined,
};

/** Starts the export to `url` as the settings of an app would. */
function start(url: string, warn: (text: string) => void = () => {}) {
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", url);
  vi.stubEnv("OTEL_BSP_SCHEDULE_DELAY", "10");
  return startTelemetry({ ...none, otlpEndpoint: url }, { version: "0.0.0", warn });
}

afterEach(() => vi.unstubAllEnvs());

describe("the export", () => {
  it("is not started, nor loaded, without a destination", async () => {
    expect(await startTelemetry(none, { version: "0.0.0", warn: () => {} })).toBeUndefined();
  });

  it("sends spans and sums with the name of the app, at the latest when it stops", async () => {
    const collector = await startOtlpCollector();
    const stop = await start(collector.url);
    await withSpan("claim", { attributes: { orderId: "801" } }, () => {});
    measure("orderbell.changes", 2, { route: "poll" });
    measure("orderbell.changes", 1, { route: "poll" });
    measure("orderbell.push.latency", 40, { route: "poll" });
    await stop?.();
    await collector.stop();
    expect(collector.spans).toMatchObject([{ name: "claim", attributes: { orderId: "801" } }]);
    expect(collector.metrics).toMatchObject([
      {
        name: "orderbell.changes",
        unit: "{change}",
        sum: { dataPoints: [{ attributes: { route: "poll" }, asDouble: 3 }] },
      },
      { name: "orderbell.push.latency", unit: "ms", histogram: { dataPoints: [{ count: 1 }] } },
    ]);
    expect(collector.resources[0]).toEqual({
      "service.name": "orderbell-test",
      "service.version": "0.0.0",
      "service.instance.id": "one",
    });
  });

  it("to where nobody listens costs one line in the log, and the work neither waits nor fails", async () => {
    const said: string[] = [];
    const collector = await startOtlpCollector();
    await collector.stop();
    const stop = await start(collector.url, (text) => said.push(text));
    const beganAt = performance.now();
    for (let turn = 0; turn < 5_000; turn++) {
      await withSpan("claim", {}, () => {});
      measure("orderbell.changes", 1, { route: "poll" });
    }
    expect(performance.now() - beganAt).toBeLessThan(2_000);
    await vi.waitFor(() => expect(said).toHaveLength(1), 20_000);
    await stop?.();
    expect(said).toEqual([
      "The OTLP endpoint does not take our telemetry; it is dropped until it does. The work goes on.",
    ]);
  }, 30_000);

  it("to where nobody ever answers ends in time", async () => {
    const silent = await listenInSilence();
    const stop = await start(`http://127.0.0.1:${silent.port}`);
    await withSpan("claim", {}, () => {});
    const beganAt = performance.now();
    await stop?.();
    expect(performance.now() - beganAt).toBeLessThan(4_000);
    silent.server.close();
  });

  it("to Application Insights with a wrong connection string is not started, and the string is not logged", async () => {
    const said: string[] = [];
    const applicationInsights = { connectionString: "InstrumentationKey=secret", identity: null };
    const o = { version: "0.0.0", warn: (text: string) => void said.push(text) };
    expect(await startTelemetry({ ...none, applicationInsights }, o)).toBeUndefined();
    expect(said).toEqual(["Telemetry is not exported: the export could not be started (Error)."]);
  });
});

async function listenInSilence(): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => socket.unref());
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  return { server, port: typeof address === "object" && address !== null ? address.port : 0 };
}
