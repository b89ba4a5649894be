import { decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import {
  AccessTokenTooLongError,
  ConnectionStringError,
  createClientToken,
  createServerToken,
  parseConnectionString,
  toClientUrl,
} from "../../../local/signalr/access-token.ts";

const endpoint = "http://127.0.0.1:8888";
const accessKey = "key=with=signs==";

describe("parseConnectionString", () => {
  it("reads endpoint, port and key, in any case and order", () => {
    expect(
      parseConnectionString(`accesskey=${accessKey};VERSION=1.0;Port=8888;Endpoint=http://127.0.0.1/;`),
    ).toEqual({
      endpoint,
      accessKey,
    });
  });

  it("keeps a port that the endpoint names itself", () => {
    expect(parseConnectionString(`Endpoint=https://x.test:444;AccessKey=k`).endpoint).toBe(
      "https://x.test:444",
    );
  });

  it.each([
    "",
    "Endpoint=http://127.0.0.1",
    "AccessKey=secret",
    "Endpoint=nowhere;AccessKey=secret",
    "Endpoint=ftp://x;AccessKey=secret",
    "Endpoint=http://x;Port=0;AccessKey=secret",
    "Endpoint=http://x;AccessKey=secret;Version=2.0",
    "Endpoint=http://x;secret",
  ])("refuses %j without repeating it", (text) => {
    expect(() => parseConnectionString(text)).toThrow(ConnectionStringError);
    expect(() => parseConnectionString(text)).not.toThrow(/secret/);
  });
});

describe("createClientToken", () => {
  it("fact 1: signs HS256 with the raw key, the user id as asrs.s.uid, for an audience without a port, for the time asked", async () => {
    const token = await createClientToken({
      endpoint,
      accessKey,
      hub: "Orders",
      userId: "ada",
      lifetimeSeconds: 60,
    });
    const { payload } = await jwtVerify(token, new TextEncoder().encode(accessKey));
    expect(decodeProtectedHeader(token).alg).toBe("HS256");
    expect(payload).toMatchObject({ "asrs.s.uid": "ada", aud: "http://127.0.0.1/client/?hub=orders" });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(60);
  });

  it("fact 1: emits an empty user id, and none for an anonymous client", async () => {
    const empty = await createClientToken({
      endpoint,
      accessKey,
      hub: "orders",
      userId: "",
      lifetimeSeconds: 60,
    });
    const anonymous = await createClientToken({ endpoint, accessKey, hub: "orders", lifetimeSeconds: 60 });
    expect(decodeJwt(empty)["asrs.s.uid"]).toBe("");
    expect(decodeJwt(anonymous)).not.toHaveProperty("asrs.s.uid");
  });

  it("fact 1: moves customer claims that collide with its own to asrs.u.<name>", async () => {
    const claims = { "asrs.s.uid": "mallory", exp: "never", role: ["a", "b"] };
    const token = await createClientToken({
      endpoint,
      accessKey,
      hub: "orders",
      claims,
      lifetimeSeconds: 60,
    });
    const payload = decodeJwt(token);
    expect(payload).toMatchObject({
      "asrs.u.asrs.s.uid": "mallory",
      "asrs.u.exp": "never",
      role: ["a", "b"],
    });
    expect(payload).not.toHaveProperty("asrs.s.uid");
    expect(payload.exp).toBeTypeOf("number");
  });

  it("fact 1: refuses to make a token above 4,096 characters", async () => {
    const token = createClientToken({
      endpoint,
      accessKey,
      hub: "orders",
      claims: { note: "x".repeat(4096) },
      lifetimeSeconds: 60,
    });
    await expect(token).rejects.toThrow(AccessTokenTooLongError);
  });
});

it("createServerToken signs the audience it is given", async () => {
  const audience = "http://127.0.0.1/api/hubs/orders/:send?api-version=2022-06-01";
  expect(decodeJwt(await createServerToken({ audience, accessKey })).aud).toBe(audience);
});

it("fact 1: toClientUrl is {endpoint}/client/?hub={hub lower-cased}", () => {
  expect(toClientUrl(endpoint, "Orders")).toBe("http://127.0.0.1:8888/client/?hub=orders");
});
