import { describe, expect, it } from "vitest";
import { toTelemetrySettings } from "../../../src/domain/telemetry-settings.ts";

const connectionString = "InstrumentationKey=0000;IngestionEndpoint=https://example.org/";
const read = (authentication: string) =>
  toTelemetrySettings({
    APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString,
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: authentication,
  }).applicationInsights;

describe("the settings of telemetry", () => {
  it("name no destination unless told to, empty ones included", () => {
    const nowhere = {
      serviceName: "orderbell",
      instanceId: undefined,
      otlpEndpoint: undefined,
      applicationInsights: undefined,
    };
    expect(toTelemetrySettings({})).toEqual(nowhere);
    const empty = { OTEL_EXPORTER_OTLP_ENDPOINT: "", APPLICATIONINSIGHTS_CONNECTION_STRING: "" };
    expect(toTelemetrySettings(empty)).toEqual(nowhere);
  });

  it("tell the app and its instances apart by the names that Azure gives", () => {
    const env = { WEBSITE_SITE_NAME: "func-acme", WEBSITE_INSTANCE_ID: "7f" };
    expect(toTelemetrySettings(env)).toMatchObject({ serviceName: "func-acme", instanceId: "7f" });
  });

  it("write by the identity that the authentication string names, whichever order it has", () => {
    const clientId = "11111111-2222-3333-4444-555555555555";
    const identity = { clientId };
    expect(read(`Authorization=AAD;ClientId=${clientId}`)).toEqual({ connectionString, identity });
    expect(read(`ClientId=${clientId};Authorization=AAD`)).toEqual({ connectionString, identity });
    expect(read("Authorization=AAD")).toEqual({ connectionString, identity: { clientId: undefined } });
  });

  it("write with the connection string alone when no identity is asked for", () => {
    expect(read("")).toEqual({ connectionString, identity: null });
    expect(read("ClientId=11111111")).toEqual({ connectionString, identity: null });
  });
});
