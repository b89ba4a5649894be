import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AuthConfigError, loginProviders, readAuthConfig } from "../../../local/auth/auth-config.ts";

describe("readAuthConfig", () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "auth-config-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (json: unknown): void =>
    writeFileSync(join(folder, "auth.json"), typeof json === "string" ? json : JSON.stringify(json));
  const globalValidation = { unauthenticatedClientAction: "Return401", excludedPaths: ["/", "/open/*"] };

  it("finds platform auth off without an auth.json, or when the file says so", () => {
    expect(readAuthConfig(folder)).toBeUndefined();
    write({ platform: { enabled: false }, globalValidation });
    expect(readAuthConfig(folder)).toBeUndefined();
  });

  it("takes the documented file, keys without an effect here included", () => {
    write({
      platform: { enabled: true },
      globalValidation: { ...globalValidation, redirectToProvider: "github" },
      httpSettings: { requireHttps: true },
      login: { tokenStore: { enabled: true } },
      identityProviders: {
        gitHub: { registration: { clientId: "x" } },
        google: { enabled: false },
        openIdConnectProviders: { auth0: { registration: {} } },
      },
    });
    const config = readAuthConfig(folder);
    expect(config?.globalValidation.excludedPaths).toEqual(["/", "/open/*"]);
    expect(config && [...loginProviders(config)].toSorted()).toEqual(["auth0", "github", "local"]);
  });

  it.each([
    ["text that is not JSON", "{"],
    [
      "an unknown action",
      { platform: { enabled: true }, globalValidation: { unauthenticatedClientAction: "Return418" } },
    ],
    [
      "a wildcard inside a path",
      { platform: { enabled: true }, globalValidation: { ...globalValidation, excludedPaths: ["/*.jpg"] } },
    ],
  ])("refuses %s and names the file", (_, json) => {
    write(json);
    expect(() => readAuthConfig(folder)).toThrow(AuthConfigError);
    expect(() => readAuthConfig(folder)).toThrow(join(folder, "auth.json"));
  });
});
