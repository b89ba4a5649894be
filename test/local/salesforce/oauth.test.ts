import { importPKCS8, SignJWT } from "jose";
import jsforce from "jsforce";
import { afterEach, beforeEach, expect, it, describe } from "vitest";
import { z } from "zod";
import { CLIENT, type Fixture, ORGANIZATION_ID, startFixture, USERNAME } from "./org-fixture.ts";

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
});
afterEach(() => fixture.stop());

const JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";

async function sign(
  claims: { iss?: string; sub?: string; aud?: string; exp?: number } = {},
  key = fixture.privateKey,
) {
  const now = fixture.clock.now().getTime() / 1000;
  const { iss = CLIENT.clientId, sub = USERNAME, aud = fixture.url, exp = Math.floor(now) + 180 } = claims;
  return new SignJWT({ iss, sub, aud, exp })
    .setProtectedHeader({ alg: "RS256" })
    .sign(await importPKCS8(key, "RS256"));
}

async function askToken(form: Record<string, string>) {
  const response = await fixture.fetch("/services/oauth2/token", {
    method: "POST",
    body: new URLSearchParams(form),
  });
  return {
    status: response.status,
    ...z.object({ error: z.string(), error_description: z.string() }).parse(await response.json()),
  };
}

describe("the token endpoint", () => {
  it("signs jsforce in with client credentials", async () => {
    const oauth2 = { loginUrl: fixture.url, clientId: CLIENT.clientId, clientSecret: CLIENT.clientSecret };
    const connection = new jsforce.Connection({ oauth2, version: "66.0" });
    const user = await connection.authorize({ grant_type: "client_credentials" });
    expect(user).toMatchObject({ organizationId: ORGANIZATION_ID, id: "005000000000001AAA" });
    expect(connection.instanceUrl).toBe(fixture.url);
    expect((await connection.query("SELECT Id FROM Order")).totalSize).toBe(0);
    expect(await connection.identity()).toMatchObject({ organization_id: ORGANIZATION_ID });
  });

  it.each(["own address", "https://login.salesforce.com", "https://test.salesforce.com"])(
    "signs jsforce in with a JWT for the audience %s",
    async (audience) => {
      const assertion = await sign({ aud: audience === "own address" ? fixture.url : audience });
      const connection = new jsforce.Connection({ loginUrl: fixture.url, version: "66.0" });
      await connection.authorize({ grant_type: JWT_GRANT, assertion });
      expect((await connection.query("SELECT Id FROM Order")).totalSize).toBe(0);
    },
  );

  it.each([
    [{ iss: "another" }, "invalid_client_id", "client identifier invalid"],
    [{ sub: "somebody@else.example" }, "invalid_grant", "user hasn't approved this consumer"],
    [{ aud: "https://evil.example" }, "invalid_grant", "audience is invalid"],
    [{ exp: Date.parse("2026-11-22T09:59:00Z") / 1000 }, "invalid_grant", "expired authorization code"],
  ])("refuses a JWT with %j", async (claims, error, error_description) => {
    expect(await askToken({ grant_type: JWT_GRANT, assertion: await sign(claims) })).toEqual({
      status: 400,
      error,
      error_description,
    });
  });

  it("refuses a JWT of another key, and what is no JWT", async () => {
    const other = await startFixture({ ownKeys: true });
    const foreign = await sign({}, other.privateKey);
    await other.stop();
    for (const assertion of [foreign, "a.b.c", ""]) {
      expect(await askToken({ grant_type: JWT_GRANT, assertion })).toMatchObject({
        status: 400,
        error: "invalid_grant",
        error_description: "invalid assertion",
      });
    }
  });

  it.each([
    [{ client_id: "nobody" }, "invalid_client_id"],
    [{ client_secret: "wrong" }, "invalid_client"],
    [{ client_secret: "" }, "invalid_client"],
    [{ grant_type: "password" }, "unsupported_grant_type"],
  ])("refuses client credentials with %j", async (wrong, error) => {
    const form = {
      grant_type: "client_credentials",
      client_id: CLIENT.clientId,
      client_secret: CLIENT.clientSecret,
    };
    expect(await askToken({ ...form, ...wrong })).toMatchObject({ status: 400, error });
  });
});

describe("a token", () => {
  const isValid = async (token: string) =>
    (await fixture.fetch("/services/data/v66.0/limits", { token })).status === 200;

  it("is needed for data", async () => {
    const response = await fixture.fetch("/services/data/v66.0/limits");
    expect([response.status, await response.json()]).toEqual([
      401,
      [{ message: "Session expired or invalid", errorCode: "INVALID_SESSION_ID" }],
    ]);
    expect(await isValid("00D000000000001!AQguess")).toBe(false);
  });

  it("is over after two hours, and stays good over a restart until then", async () => {
    const token = await fixture.token();
    await fixture.restart();
    expect(await isValid(token)).toBe(true);
    fixture.clock.move(2 * 60 * 60 * 1000);
    expect(await isValid(token)).toBe(false);
  });

  it("can be revoked", async () => {
    const token = await fixture.token();
    const revoke = () =>
      fixture.fetch("/services/oauth2/revoke", { method: "POST", body: new URLSearchParams({ token }) });
    expect((await revoke()).status).toBe(200);
    expect(await isValid(token)).toBe(false);
    expect((await revoke()).status).toBe(400);
  });
});
