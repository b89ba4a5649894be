/**
 * Ten thousand requests that differ a little from good ones, drawn from a fixed seed: not one may be accepted, and after
 * all of them the service serves as before. Whether a body is still good is decided here, apart from the service.
 */
import { createHmac } from "node:crypto";
import { Agent, request } from "node:http";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createServerToken } from "../../../local/signalr/access-token.ts";
import { ACCESS_KEY, type Client, type Fixture, HUB, message, startFixture } from "./signalr-fixture.ts";

const SEED = 20_261_122;
const API = "api-version=2022-06-01";
const now = () => Math.floor(Date.now() / 1000);

let fixture: Fixture;
let ada: Client;
let serverToken: string;
let clientToken: string;
const agent = new Agent({ keepAlive: true, maxSockets: 16 });
beforeAll(async () => {
  fixture = await startFixture();
  ada = await fixture.connect("ada");
  clientToken = await fixture.clientToken("ada");
  serverToken = await createServerToken({
    audience: `${fixture.url}/api/hubs/${HUB}`,
    accessKey: ACCESS_KEY,
  });
});
afterAll(async () => {
  agent.destroy();
  await fixture.stop();
});

interface Call {
  readonly method: string;
  readonly path: string;
  readonly token?: string;
  readonly body?: Buffer;
}

function statusOf({ method, path, token, body }: Call): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    };
    const call = request(fixture.url, { method, path, agent, headers }, (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode ?? 0));
      response.once("error", reject);
    });
    call.once("error", reject);
    call.end(body);
  });
}

/** Makes all calls, 16 at a time, and counts the answers by status. */
async function countStatuses(calls: readonly Call[]): Promise<Record<number, number>> {
  const counts: Record<number, number> = {};
  let next = 0;
  const work = async () => {
    for (let call = calls[next++]; call; call = calls[next++]) {
      const status = await statusOf(call);
      counts[status] = (counts[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
  return counts;
}

async function expectStillServing(): Promise<void> {
  const path = `/api/hubs/${HUB}/users/ada/:send?${API}`;
  const body = Buffer.from(JSON.stringify(message("alive")));
  expect(await statusOf({ method: "POST", path, token: serverToken, body })).toBe(202);
  await expect.poll(() => ada.received).toEqual([["alive"]]);
  ada.received.length = 0;
  expect(await statusOf({ method: "POST", path: `/client/negotiate?hub=${HUB}`, token: clientToken })).toBe(
    200,
  );
  expect(fixture.warnings.filter((warning) => !warning.includes("audience"))).toEqual([]);
}

const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString("base64url");
function sign(header: object, claims: object, o: { hash?: string; key?: string } = {}): string {
  const text = `${encode(header)}.${encode(claims)}`;
  return `${text}.${createHmac(o.hash ?? "sha256", o.key ?? ACCESS_KEY)
    .update(text)
    .digest("base64url")}`;
}
const charactersOf = (text: string) => text.split("");
const HS256 = { alg: "HS256", typ: "JWT" };

/** Changes to a good token, each of which makes it a bad one. `good` names it, `wrongPlane` is for the other side. */
function tokenMutations(good: string, wrongPlane: string): fc.Arbitrary<string> {
  const [header = "", payload = "", signature = ""] = good.split(".");
  const claims: Record<string, unknown> = JSON.parse(Buffer.from(payload, "base64url").toString());
  const unsigned = (alg: string) => `${encode({ ...HS256, alg })}.${payload}`;
  return fc.oneof(
    // A character that is another, in any part.
    fc
      .tuple(fc.nat(good.length - 1), fc.constantFrom(...charactersOf("ABCXYZabcxyz0189-_.+/=~ %")))
      .map(([at, character]) => good.slice(0, at) + character + good.slice(at + 1)),
    // A bit that is another, in the bytes of any part.
    fc.tuple(fc.nat(2), fc.nat(), fc.nat(7)).map(([part, at, bit]) => {
      const parts = [header, payload, signature].map((one) => Buffer.from(one, "base64url"));
      const bytes = parts[part] ?? Buffer.alloc(1);
      bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ (1 << bit);
      return parts.map((one) => one.toString("base64url")).join(".");
    }),
    fc
      .constantFrom("none", "None", "NONE", "nOnE", "")
      .chain((alg) => fc.constantFrom("", signature, "AA").map((end) => `${unsigned(alg)}.${end}`)),
    fc
      .constantFrom("HS384", "HS512")
      .map((alg) => sign({ alg, typ: "JWT" }, claims, { hash: alg.replace("HS", "sha") })),
    fc
      .constantFrom("RS256", "ES256", "PS256", "EdDSA", "hs256", "HS256 ")
      .map((alg) => sign({ ...HS256, alg }, claims)),
    fc
      .constantFrom({ crit: ["exp"] }, { crit: ["b64"], b64: false })
      .map((more) => sign({ ...HS256, ...more }, claims)),
    fc
      .constantFrom(
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
        [0, 1],
        [0],
        [0, 1, 1],
        [0, 1, 2, 2],
      )
      .map((order) => order.map((part) => [header, payload, signature][part]).join(".")),
    // One token's claims under another's signature.
    fc.string().map((uid) => `${header}.${encode({ ...claims, "asrs.s.uid": `x${uid}` })}.${signature}`),
    fc.integer({ min: 1, max: 1_000_000 }).map((ago) => sign(HS256, { ...claims, exp: now() - ago })),
    fc.integer({ min: 60, max: 1_000_000 }).map((ahead) => sign(HS256, { ...claims, nbf: now() + ahead })),
    fc
      .constantFrom(undefined, null, "tomorrow", true, [], {}, "9999999999")
      .map((exp) => sign(HS256, { ...claims, exp })),
    fc.constantFrom(5, true, null, {}, ["ada"]).map((uid) => sign(HS256, { ...claims, "asrs.s.uid": uid })),
    fc.string({ minLength: 1 }).map((key) => sign(HS256, claims, { key: `${key}?` })),
    fc
      .constantFrom("", "null", "[]", "5", "{", "\u0000")
      .map((text) => `${header}.${Buffer.from(text).toString("base64url")}.${signature}`),
    fc
      .integer({ min: 4_000, max: 14_000 })
      .map((length) => `${header}.${payload}${"A".repeat(length)}.${signature}`),
    fc.integer({ min: 1, max: 3 }).map((n) => good + "=".repeat(n)),
    fc.string({ unit: fc.constantFrom(...charactersOf("abcXYZ019._-~")), maxLength: 60 }),
    fc.constant(wrongPlane),
  );
}

it(
  "10,000 mutated requests, half of them tokens: none accepted, none harmful",
  { timeout: 60_000 },
  async () => {
    const send = { method: "POST", path: `/api/hubs/${HUB}/users/ada/:send?${API}` };
    const body = Buffer.from(JSON.stringify(message("from a stranger")));
    const isMutated = (good: string) => (token: string) => token !== good;
    const sample = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number) =>
      fc.sample(arbitrary, { numRuns, seed: SEED });

    const serverTokens = sample(
      tokenMutations(serverToken, clientToken).filter(isMutated(serverToken)),
      2_500,
    );
    const clientTokens = sample(
      tokenMutations(clientToken, serverToken).filter(isMutated(clientToken)),
      2_500,
    );
    // All are drawn first: drawing keeps the service waiting too, as both are one program here.
    const mutatedBodies = sample(bodyMutations(), 3_500);
    const mutatedPaths = sample(pathMutations(), 1_500);
    const tokens = await countStatuses([
      ...serverTokens.map((token) => ({ ...send, body, token })),
      ...clientTokens.map((token, n) =>
        n % 2 === 0
          ? { method: "POST", path: `/client/negotiate?hub=${HUB}&negotiateVersion=1`, token }
          : {
              method: "POST",
              path: `/client/negotiate?hub=${HUB}&access_token=${encodeURIComponent(token)}`,
            },
      ),
    ]);
    expect(tokens).toEqual({ 401: 5_000 });

    const bodies = await countStatuses(
      mutatedBodies.map((bytes) => ({ ...send, token: serverToken, body: bytes })),
    );
    expect(bodies).toEqual({ 400: 3_500 });

    const paths = await countStatuses(mutatedPaths.map((call) => ({ ...call, token: serverToken, body })));
    expect((paths[400] ?? 0) + (paths[404] ?? 0)).toBe(1_500);
    expect(paths[400]).toBeGreaterThan(500);

    await expectStillServing();
  },
);

const good = Buffer.from(
  '{"Target":"notification","Arguments":[{"id":"1","title":"Größe","n":[1,2.5,null]},true]}',
);

function bodyMutations(): fc.Arbitrary<Buffer> {
  const target = fc.constantFrom(undefined, null, "", 5, true, [], ["notification"], {});
  const values = fc.constantFrom<unknown>("x", 5, true, {}, { length: 1 }, "[]");
  const changed = fc.oneof(
    fc.tuple(fc.nat(good.length - 1), fc.nat(255)).map(([at, byte]) => {
      const bytes = Buffer.from(good);
      bytes[at] = byte;
      return bytes;
    }),
    fc
      .tuple(fc.nat(good.length - 1), fc.nat(20))
      .map(([at, count]) => Buffer.concat([good.subarray(0, at), good.subarray(at + count)])),
    fc
      .tuple(fc.nat(good.length - 1), fc.uint8Array({ minLength: 1, maxLength: 5 }))
      .map(([at, more]) => Buffer.concat([good.subarray(0, at), more, good.subarray(at)])),
    target.map((value) => Buffer.from(JSON.stringify({ Target: value, Arguments: [] }))),
    values.map((value) => Buffer.from(JSON.stringify({ Target: "notification", Arguments: value }))),
    fc.json().map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
  );
  const nested = fc
    .integer({ min: 6_000, max: 8_000 })
    .map((depth) => Buffer.from(`{"Target":"x","Arguments":${"[".repeat(depth)}${"]".repeat(depth)}}`));
  return fc
    .oneof({ weight: 50, arbitrary: changed }, { weight: 1, arbitrary: nested })
    .filter((bytes) => !isGood(bytes));
}

/** Whether the service is to take it, by the words of the API: JSON in UTF-8, a target, a list of arguments or none. */
function isGood(bytes: Buffer): boolean {
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return false;
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) return false;
  const fields = new Map(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value as unknown]));
  const values = fields.get("arguments") ?? [];
  const isDeep = bytes.length > 10_000;
  return (
    typeof fields.get("target") === "string" &&
    fields.get("target") !== "" &&
    Array.isArray(values) &&
    !isDeep
  );
}

function pathMutations(): fc.Arbitrary<{ method: string; path: string }> {
  const post = (path: string) => ({ method: "POST", path });
  const hub = fc.constantFrom(
    "1orders",
    "-",
    "or ders",
    "o/../../x",
    "a".repeat(129),
    "orders!",
    "ör",
    "orders;drop",
    "%00",
  );
  const group = fc.oneof(
    fc.constantFrom(" ", "\t", "\u2003", "  "),
    fc.integer({ min: 1_025, max: 4_000 }).map((length) => "g".repeat(length)),
  );
  const ttl = fc.oneof(
    fc.constantFrom("", "-1", "1.5", "1e3", "NaN", "0x10", " 1", "99999999999", "true"),
    fc.integer({ min: 2_147_483_648, max: 9_999_999_999 }).map(String),
  );
  const version = fc.constantFrom("", "2022", "latest", "2022-6-1", "2022-06-01x", "22-06-01", "../../etc");
  return fc.oneof(
    hub.map((name) => post(`/api/hubs/${encodeURIComponent(name)}/:send?${API}`)),
    hub.map((name) => post(`/api/v1/hubs/${encodeURIComponent(name)}`)),
    hub.map((name) => post(`/api/hubs/${HUB}/:send?${API}&application=${encodeURIComponent(name)}`)),
    group.map((name) => post(`/api/hubs/${HUB}/groups/${encodeURIComponent(name)}/:send?${API}`)),
    group.map((name) => ({
      method: "PUT",
      path: `/api/hubs/${HUB}/users/ada/groups/${encodeURIComponent(name)}?${API}`,
    })),
    ttl.map((value) => ({
      method: "PUT",
      path: `/api/hubs/${HUB}/users/ada/groups/team?${API}&ttl=${encodeURIComponent(value)}`,
    })),
    version.map((value) => post(`/api/hubs/${HUB}/:send?api-version=${encodeURIComponent(value)}`)),
    fc.constant(post(`/api/hubs/${HUB}/:send`)),
    fc
      .tuple(
        fc.constantFrom("PATCH", "OPTIONS", "PUT", "DELETE"),
        fc.constantFrom("/:send", "/users/ada/:send", "/groups/team/:send", "/connections/x/:send"),
      )
      .map(([method, path]) => ({ method, path: `/api/hubs/${HUB}${path}?${API}` })),
    fc
      .string({ unit: fc.constantFrom(...charactersOf("abc/:%20?#.&=é")), minLength: 1, maxLength: 30 })
      .map((path) => post(`/api/${encodeURI(path)}`)),
  );
}
