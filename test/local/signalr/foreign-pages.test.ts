/** The access key of the sample settings is public, so a token alone does not tell the app's own pages from others. */
import { afterAll, expect, it } from "vitest";
import { WebSocket } from "ws";
import { toClientUrl } from "../../../local/signalr/access-token.ts";
import { HUB, startFixture } from "./signalr-fixture.ts";

const fixture = await startFixture();
afterAll(() => fixture.stop());

/** 101 when the socket opens, else the status of the refusal. */
async function upgrade(headers: Record<string, string>): Promise<number> {
  const address = new URL(toClientUrl(fixture.url, HUB).replace(/^http/, "ws"));
  address.searchParams.set("access_token", await fixture.clientToken("ada"));
  const socket = new WebSocket(address, { headers });
  return new Promise((resolve, reject) => {
    socket.once("open", () => {
      socket.terminate();
      resolve(101);
    });
    socket.once("unexpected-response", (_, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    socket.once("error", reject);
  });
}

it.each([[{ origin: "http://127.0.0.1:7071" }], [{ origin: "http://localhost:5173" }], [{}]])(
  "lets in who is of this machine: %j",
  async (headers) => {
    expect(await upgrade(headers as Record<string, string>)).toBe(101);
  },
);

it.each([[{ origin: "https://elsewhere.example" }], [{ origin: "null" }], [{ host: "elsewhere.example" }]])(
  "refuses a page of the web, which could make itself a token for anybody: %j",
  async (headers) => {
    expect(await upgrade(headers as unknown as Record<string, string>)).toBe(403);
  },
);
