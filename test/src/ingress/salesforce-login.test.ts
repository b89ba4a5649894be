import { generateKeyPairSync, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import { SalesforceError } from "../../../src/domain/salesforce-error.ts";
import { readToken, toAudience, toTokenRequest } from "../../../src/ingress/salesforce-login.ts";

const PEM = { type: "pkcs8", format: "pem" } as const;
const NOW = new Date("2026-11-22T10:00:00.900Z");
const keys = generateKeyPairSync("rsa", { modulusLength: 2_048 });

function login(privateKey: string) {
  return {
    kind: "jwtBearer",
    loginUrl: "https://acme--dev.sandbox.my.salesforce.com",
    clientId: "3MVG9",
    username: "orderbell@acme.com",
    privateKey,
  } as const;
}

describe("toTokenRequest", () => {
  it("signs an assertion that names client, user and audience and lives two minutes", () => {
    const body = toTokenRequest(login(keys.privateKey.export(PEM).toString()), NOW);
    expect(body.get("grant_type")).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
    expect([...body.keys()]).toEqual(["grant_type", "assertion"]);
    const [header = "", claims = "", signature = ""] = (body.get("assertion") ?? "").split(".");
    expect(JSON.parse(Buffer.from(header, "base64url").toString())).toEqual({ alg: "RS256" });
    expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toEqual({
      iss: "3MVG9",
      sub: "orderbell@acme.com",
      aud: "https://test.salesforce.com",
      exp: Date.parse("2026-11-22T10:02:00Z") / 1_000,
    });
    const signed = Buffer.from(`${header}.${claims}`);
    expect(verify("sha256", signed, keys.publicKey, Buffer.from(signature, "base64url"))).toBe(true);
  });

  it.each([
    ["no PEM", "the-secret-key-material"],
    ["a key that is not RSA", generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export(PEM)],
    ["a public key", keys.publicKey.export({ type: "spki", format: "pem" })],
    ["half a key", keys.privateKey.export(PEM).slice(0, 400)],
  ])("refuses %s without quoting it", (_what, privateKey) => {
    expect.assertions(4);
    try {
      toTokenRequest(login(privateKey.toString()), NOW);
    } catch (error) {
      expect(error).toBeInstanceOf(SalesforceError);
      expect(error).toMatchObject({ problem: "loginRefused", retryable: false });
      expect((error as Error).cause).toBeUndefined();
      expect(String(error)).not.toContain(privateKey.toString().slice(-40));
    }
  });
});

describe("toAudience", () => {
  it.each([
    ["https://login.salesforce.com", "https://login.salesforce.com"],
    ["https://test.salesforce.com", "https://test.salesforce.com"],
    ["https://acme.my.salesforce.com", "https://login.salesforce.com"],
    ["https://acme.my.salesforce.com/", "https://login.salesforce.com"],
    ["https://acme-dev-ed.develop.my.salesforce.com", "https://login.salesforce.com"],
    ["https://acme--dev.sandbox.my.salesforce.com", "https://test.salesforce.com"],
    ["https://flow-fun-1234.scratch.my.salesforce.com", "https://test.salesforce.com"],
    ["https://acme--dev.my.salesforce.com", "https://test.salesforce.com"],
    ["https://acme--dev.cs42.my.salesforce.com", "https://test.salesforce.com"],
    ["https://cs42.salesforce.com", "https://test.salesforce.com"],
    ["https://sandbox.my.salesforce.com", "https://login.salesforce.com"],
    ["https://acme.my.site.com/customers/", "https://acme.my.site.com/customers"],
    ["http://localhost:8889", "http://localhost:8889"],
  ])("of %s is %s", (loginUrl, audience) => {
    expect(toAudience(loginUrl)).toBe(audience);
  });
});

describe("readToken", () => {
  const production = "https://acme.my.salesforce.com";
  const answer = (instance: string) => ({ access_token: "00D!x", instance_url: instance, id: "…" });

  it.each([
    [production, "https://acme.my.salesforce.com/", "https://acme.my.salesforce.com"],
    [production, "https://new-name.my.salesforce.com", "https://new-name.my.salesforce.com"],
    ["http://localhost:8889", "http://127.0.0.1:8890", "http://127.0.0.1:8890"],
    ["http://[::1]:8889", "http://localhost:8889", "http://localhost:8889"],
  ])("of %s follows to %s", (loginUrl, instance, instanceUrl) => {
    expect(readToken(answer(instance), loginUrl)).toEqual({ accessToken: "00D!x", instanceUrl });
  });

  it.each([
    [production, "http://acme.my.salesforce.com"],
    [production, "http://localhost:8889"],
    ["http://localhost:8889", "http://acme.my.salesforce.com"],
    ["http://localhost:8889", "http://127.0.0.1.evil.example"],
    [production, "ftp://localhost"],
    [production, "acme"],
    [production, ""],
  ])("of %s does not follow to %j", (loginUrl, instance) => {
    expect(() => readToken(answer(instance), loginUrl)).toThrow(SalesforceError);
  });

  it.each([undefined, null, "x", {}, { access_token: "" }, { access_token: 1, instance_url: production }])(
    "refuses %j",
    (body) => {
      expect(() => readToken(body, production)).toThrow("is no token");
    },
  );
});
