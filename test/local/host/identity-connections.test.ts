import { describe, expect, it } from "vitest";
import { findSignalRRefusal, findStorageRefusal } from "../../../local/host/identity-connections.ts";

const SIGNALR = "AzureSignalRConnectionString";

describe("a SignalR connection by identity", () => {
  it.each(["serviceUri", "credential", "clientId", "eastus__serviceUri"])(
    "is refused by its setting __%s, with what to set instead",
    (name) => {
      const setting = `${SIGNALR}__${name}`;
      const refusal = findSignalRRefusal({ [setting]: "x" }, SIGNALR);
      expect(refusal).toContain(`'${setting}'`);
      expect(refusal).toContain(`connection string into '${SIGNALR}'`);
    },
  );

  it("is not looked at where there is a connection string, as on Azure", () => {
    expect(
      findSignalRRefusal({ [SIGNALR]: "Endpoint=…", [`${SIGNALR}__serviceUri`]: "x" }, SIGNALR),
    ).toBeNull();
  });

  it("is nobody else's: another name, or nothing at all, is no refusal", () => {
    expect(findSignalRRefusal({ Other__serviceUri: "x" }, SIGNALR)).toBeNull();
    expect(findSignalRRefusal({}, SIGNALR)).toBeNull();
  });

  it.each(["Azure__SignalR__Endpoints__eastus", "Azure:SignalR:Endpoints:eastus:serviceUri"])(
    "may not be one of several endpoints (%s)",
    (name) => {
      const refusal = findSignalRRefusal({ [name]: "x", [SIGNALR]: "Endpoint=…" }, SIGNALR);
      expect(refusal).toMatch(/one of several SignalR endpoints/);
      expect(refusal).toContain(name);
    },
  );
});

describe("storage by identity", () => {
  it.each(["accountName", "tableServiceUri", "blobServiceUri", "credential"])(
    "is refused by __%s",
    (name) => {
      const refusal = findStorageRefusal({ [`AzureWebJobsStorage__${name}`]: "x" });
      expect(refusal).toContain(`'AzureWebJobsStorage__${name}'`);
      expect(refusal).toContain("UseDevelopmentStorage=true");
    },
  );

  it("is not looked at where there is a connection string", () => {
    expect(
      findStorageRefusal({
        AzureWebJobsStorage: "UseDevelopmentStorage=true",
        AzureWebJobsStorage__accountName: "x",
      }),
    ).toBeNull();
  });
});
