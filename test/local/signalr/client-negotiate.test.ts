import { HubConnectionBuilder, LogLevel } from "@microsoft/signalr";
import { SignJWT } from "jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { z } from "zod";
import { createServerToken, toClientUrl } from "../../../local/signalr/access-token.ts";
import { ACCESS_KEY, type Fixture, HUB, message, startFixture } from "./signalr-fixture.ts";

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
});
afterEach(() => fixture.stop());

describe("who may call", () => {
  const sign = (claims: Record<string, unknown>, key = ACCESS_KEY) =>
    new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(new TextEncoder().encode(key));
  const now = () => Math.floor(Date.now() / 1000);
  const negotiate = (token?: string) =>
    fetch(`${fixture.url}/client/negotiate?hub=${HUB}&negotiateVersion=1`, {
      method: "POST",
      headers: token ? { authorization: `Bearer ${token}` } : {},
    });

  it("refuses to negotiate without a good token", async () => {
    const exp = now() + 60;
    const unsigned = `${btoa('{"alg":"none"}')}.${btoa(`{"exp":${exp}}`)}.`;
    const refused = [
      undefined,
      "not-a-token",
      unsigned,
      await sign({ exp, "asrs.s.uid": "ada" }, "another key"),
      await sign({ exp: now() - 1, "asrs.s.uid": "ada" }),
      await sign({ exp, nbf: now() + 600, "asrs.s.uid": "ada" }),
      await sign({ "asrs.s.uid": "ada" }),
      await sign({ exp, "asrs.s.uid": 5 }),
      await createServerToken({ audience: `${fixture.url}/api/hubs/${HUB}/:send`, accessKey: ACCESS_KEY }),
    ];
    for (const token of refused) expect((await negotiate(token)).status).toBe(401);
    expect((await negotiate(await fixture.clientToken("ada"))).status).toBe(200);
  });

  it("makes the client's start fail when its token is expired", async () => {
    const connection = new HubConnectionBuilder()
      .withUrl(toClientUrl(fixture.url, HUB), {
        accessTokenFactory: () => fixture.clientToken("ada", HUB, -5),
      })
      .configureLogging(LogLevel.None)
      .build();
    await expect(connection.start()).rejects.toThrow(/401/);
  });

  it("fact 4a: REST calls need a bearer token with signature and expiry, and not a client's", async () => {
    const target = `${fixture.url}/api/hubs/${HUB}/:send?api-version=2022-06-01`;
    const call = (headers: Record<string, string>) =>
      fetch(target, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify(message()),
      });
    expect((await call({})).status).toBe(401);
    expect((await call({ authorization: `Bearer ${await sign({ exp: now() + 60 }, "other")}` })).status).toBe(
      401,
    );
    expect((await call({ authorization: `Bearer ${await fixture.clientToken("ada")}` })).status).toBe(401);
    expect((await call({ authorization: `Bearer ${await sign({ exp: now() + 60 })}` })).status).toBe(202);
  });

  it("refuses sockets without a token, for another's connection, and for an unknown one", async () => {
    const base = toClientUrl(fixture.url, HUB).replace("http", "ws");
    const statusOf = (target: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const socket = new WebSocket(target);
        socket.once("unexpected-response", (_request, response) => resolve(response.statusCode));
        socket.once("open", () => reject(new Error("The socket opened.")));
        socket.once("error", reject);
      });
    const ada = await fixture.clientToken("ada");
    const bob = await fixture.clientToken("bob");
    const negotiated: unknown = await (await negotiate(ada)).json();
    expect(negotiated).not.toHaveProperty("useStatefulReconnect");
    expect(negotiated).toMatchObject({
      negotiateVersion: 1,
      connectionId: expect.any(String),
      connectionToken: expect.any(String),
      availableTransports: [{ transport: "WebSockets", transferFormats: ["Text"] }],
    });
    const { connectionToken } = z.object({ connectionToken: z.string() }).parse(negotiated);
    expect(await statusOf(base)).toBe(401);
    expect(await statusOf(`${base}&access_token=${bob}&id=${connectionToken}`)).toBe(404);
    expect(await statusOf(`${base}&access_token=${ada}&id=unknown`)).toBe(404);
    expect(await statusOf(`${fixture.url.replace("http", "ws")}/client/?access_token=${ada}`)).toBe(400);
    expect(await statusOf(`${fixture.url.replace("http", "ws")}/elsewhere?access_token=${ada}`)).toBe(404);
  });

  it.each(["asrs.s.uid", "nameid", "sub"])("fact 1: takes the user from %s", async (claim) => {
    const token = await sign({ exp: now() + 60, [claim]: "ada" });
    const connection = new HubConnectionBuilder()
      .withUrl(toClientUrl(fixture.url, HUB), { accessTokenFactory: () => token })
      .configureLogging(LogLevel.None)
      .build();
    await connection.start();
    expect((await fixture.rest("HEAD", "/users/ada")).status).toBe(200);
    await connection.stop();
  });

  it("fact 4: another audience, or none, is only warned of", async () => {
    await negotiate(await fixture.clientToken("ada"));
    expect(fixture.warnings).toEqual([]);
    await negotiate(await sign({ exp: now() + 60, aud: "https://elsewhere.test/client/?hub=orders" }));
    await negotiate(await sign({ exp: now() + 60 }));
    expect(fixture.warnings).toHaveLength(2);
  });

  it("fact 5a: CORS echoes the origin, allows credentials and the headers of the browser client", async () => {
    const origin = "http://localhost:5173";
    const headers = "authorization,x-requested-with,x-signalr-user-agent";
    const preflight = await fetch(`${fixture.url}/client/negotiate?hub=${HUB}`, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": headers,
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-headers")).toBe(headers);
    for (const answer of [preflight, await fetch(preflight.url, { method: "POST", headers: { origin } })]) {
      expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
      expect(answer.headers.get("access-control-allow-credentials")).toBe("true");
    }
  });
});
