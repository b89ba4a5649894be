/* oxlint-disable max-lines -- one table of everything that a forger may try, read from top to bottom */
/** Forged principals, sessions, tokens, keys, origins and paths: each is refused, or ignored and the caller stays who they are. */
import { readFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { z } from "zod";
import { dumpTables } from "../../support/dump-tables.ts";
import { toOutboundMessageXml } from "../../support/outbound-message.ts";
import {
  readClaims,
  respellSignature,
  signHmac,
  signWithOwnRsaKey,
  splitToken,
  toUnsigned,
  withClaims,
} from "./forge-token.ts";
import { type RawHeader, sendRaw } from "./raw-request.ts";
import {
  ACCOUNT_ID,
  KEYS,
  ORDER_ID,
  SCOPE,
  SIGNALR_ACCESS_KEY,
  startGuardedApp,
} from "./start-guarded-app.ts";

const { app, people, notification } = await startGuardedApp();
const { host, origin, port } = new URL(app.url);
const SECRETS_OF_ADA = new RegExp(`${notification.id}|${ORDER_ID}|${SCOPE}`);
const ROLES = ["OrderBell.Admin", "OrderBell.Auditor"];
const TYPE = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/";

const principal = (userId: string, roleType = "roles") => ({
  auth_typ: "aad",
  name_typ: `${TYPE}name`,
  role_typ: roleType,
  claims: [{ typ: `${TYPE}nameidentifier`, val: userId }, ...ROLES.map((val) => ({ typ: roleType, val }))],
});
const toBase64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");
const ADA = toBase64(principal("ada"));
const allOf = (encoded: string, spell = (name: string) => name): RawHeader[] => [
  [spell("X-MS-CLIENT-PRINCIPAL"), encoded],
  [spell("X-MS-CLIENT-PRINCIPAL-ID"), "ada"],
  [spell("X-MS-CLIENT-PRINCIPAL-NAME"), "Ada"],
  [spell("X-MS-CLIENT-PRINCIPAL-IDP"), "aad"],
];
const odd = (name: string) =>
  name
    .toLowerCase()
    .replaceAll(/(.)(.)/g, (_, first: string, second: string) => first + second.toUpperCase());
const idToken = toUnsigned({ alg: "none", typ: "JWT" }, { sub: "ada", oid: "ada", roles: ROLES });

/** Headers that claim to be Ada, or to have every role. */
const PRINCIPALS: [sentence: string, headers: RawHeader[]][] = [
  ["an id alone", [["X-MS-CLIENT-PRINCIPAL-ID", "ada"]]],
  ["a principal alone", [["X-MS-CLIENT-PRINCIPAL", ADA]]],
  ["everything that App Service would send", allOf(ADA)],
  ["everything in lower case", allOf(ADA, (name) => name.toLowerCase())],
  ["everything in odd casing", allOf(ADA, odd)],
  ["everything twice", [...allOf(ADA), ...allOf(ADA)]],
  ["everything twice, once in odd casing", [...allOf(ADA, odd), ...allOf(ADA)]],
  ["underscores for hyphens", allOf(ADA, (name) => name.replaceAll("-", "_"))],
  ["base64url for base64", allOf(Buffer.from(JSON.stringify(principal("ada"))).toString("base64url"))],
  ["base64 without its padding", allOf(ADA.replace(/=+$/, ""))],
  ["base64 of base64", allOf(Buffer.from(ADA).toString("base64"))],
  ["a principal as plain JSON", allOf(JSON.stringify(principal("ada")))],
  [
    "a principal with a byte order mark",
    allOf(Buffer.from(`\uFEFF${JSON.stringify(principal("ada"))}`).toString("base64")),
  ],
  ["roles under the name that role_typ says", allOf(toBase64(principal("ada", "my-roles")))],
  ["roles under an inherited name", allOf(toBase64(principal("ada", "__proto__")))],
  [
    "the tokens of the token store",
    [
      ["X-MS-TOKEN-AAD-ID-TOKEN", idToken],
      ["X-MS-TOKEN-AAD-ACCESS-TOKEN", idToken],
      ["x-ms-token-aad-expires-on", "2099-01-01T00:00:00Z"],
    ],
  ],
  ["a bearer token that nobody signed", [["Authorization", `Bearer ${idToken}`]]],
  [
    "a bearer token that the forger signed",
    [["Authorization", `Bearer ${signHmac({ sub: "ada", roles: ROLES }, "mine")}`]],
  ],
  ["Ada's name and no password", [["Authorization", `Basic ${Buffer.from("ada:").toString("base64")}`]]],
  ["a session token of App Service's other kind", [["X-ZUMO-AUTH", idToken]]],
  ["the master key of the host", [["x-functions-key", KEYS.master]]],
  [
    "a client certificate",
    [
      ["X-ARR-ClientCert", readFileSync("test/fixtures/certificates/salesforce.txt", "utf8").trim()],
      ...allOf(ADA),
    ],
  ],
  [
    "another address to serve",
    [["X-Original-URL", "/api/health/live"], ["X-Rewrite-URL", "/app/"], ...allOf(ADA)],
  ],
  [
    "that it came from the machine itself",
    [["X-Forwarded-For", "127.0.0.1"], ["X-Real-IP", "127.0.0.1"], ...allOf(ADA)],
  ],
];

const get = (path: string, headers: readonly RawHeader[] = []) => sendRaw(app.url, { path, headers });

describe("a stranger who sends", () => {
  it.each(PRINCIPALS)("%s stays a stranger", async (_, headers) => {
    for (const path of ["/api/notifications", "/api/admin/dead-letters", "/api/audit/keys"]) {
      expect(await get(path, headers)).toEqual({ status: 401, text: "" });
    }
    expect(await sendRaw(app.url, { method: "POST", path: "/api/negotiate", headers })).toMatchObject({
      status: 401,
    });
  });
});

const connectionSchema = z.object({ url: z.url(), accessToken: z.string() });
async function negotiate(headers: readonly RawHeader[]): Promise<z.infer<typeof connectionSchema>> {
  const { text } = await sendRaw(app.url, { method: "POST", path: "/api/negotiate", headers });
  return connectionSchema.parse(JSON.parse(text));
}

/** Sees nothing of Ada's, has no role, and gets a SignalR token for themselves. */
async function expectGrace(headers: readonly RawHeader[]): Promise<void> {
  const own = await get("/api/subscriptions", headers);
  expect(own).toEqual({ status: 200, text: '{"items":[],"grants":[]}' });
  expect((await get("/api/notifications", headers)).text).not.toMatch(SECRETS_OF_ADA);
  expect((await get("/api/admin/dead-letters", headers)).status).toBe(403);
  expect((await get("/api/audit/keys", headers)).status).toBe(403);
  expect(readClaims((await negotiate(headers)).accessToken)["asrs.s.uid"]).toBe("grace");
}

describe("Grace, signed in, who sends", () => {
  it.each(PRINCIPALS)("%s stays Grace", async (_, headers) => {
    await expectGrace([["Cookie", people.otherUser.cookie], ...headers]);
    await expectGrace([...headers, ["Cookie", people.otherUser.cookie]]);
  });
});

const COOKIE = "AppServiceAuthSession";
const adasSession = people.user.cookie.slice(COOKIE.length + 1);
const gracesSession = people.otherUser.cookie.slice(COOKIE.length + 1);
const [adas, graces] = [splitToken(adasSession), splitToken(gracesSession)];
const sessionClaims = readClaims(adasSession);
const adasConnection = await negotiate([["Cookie", people.user.cookie]]);

describe("a session", () => {
  const cookie = (value: string): RawHeader => ["Cookie", `${COOKIE}=${value}`];
  const cases: [sentence: string, header: RawHeader][] = [
    ["without its last character", cookie(adasSession.slice(0, -1))],
    ["with one character more", cookie(`${adasSession}A`)],
    ["with padding", cookie(`${adasSession}=`)],
    ["with its signature in another spelling", cookie(respellSignature(adasSession))],
    ["without its signature", cookie(`${adas.header}.${adas.payload}.`)],
    ["of two parts", cookie(`${adas.header}.${adas.payload}`)],
    ["with a fourth part", cookie(`${adasSession}.${adas.signature}`)],
    ["of Ada under Grace's signature", cookie(`${adas.header}.${adas.payload}.${graces.signature}`)],
    ["of Grace, renamed to Ada", cookie(withClaims(gracesSession, { sub: "ada" }))],
    ["of Grace, with roles added", cookie(withClaims(gracesSession, { roles: ROLES }))],
    ["of Ada, made to last longer", cookie(withClaims(adasSession, { exp: 4_102_444_800 }))],
    ["that says it needs no signature", cookie(toUnsigned({ alg: "none" }, sessionClaims))],
    ["that says so in odd casing", cookie(toUnsigned({ alg: "nOnE" }, sessionClaims))],
    ["signed with another key", cookie(signHmac(sessionClaims, "another key of a good length, 32+ bytes"))],
    ["signed with an empty key", cookie(signHmac(sessionClaims, ""))],
    ["signed with the key of SignalR", cookie(signHmac(sessionClaims, SIGNALR_ACCESS_KEY))],
    ["signed with a key that it brings along", cookie(signWithOwnRsaKey(sessionClaims))],
    ["that is a SignalR token", cookie(adasConnection.accessToken)],
    ["that is a name", cookie("ada")],
    ["that is a principal", cookie(ADA)],
    ["that is empty", cookie("")],
    ["under a name in another casing", ["Cookie", `${COOKIE.toLowerCase()}=${adasSession}`]],
    ["sent as a bearer token", ["Authorization", `Bearer ${adasSession}`]],
    ["in another header", ["X-ZUMO-AUTH", adasSession]],
  ];

  it.each(cases)("%s is none", async (_, header) => {
    for (const path of ["/api/notifications", "/.auth/me", "/api/admin/dead-letters"]) {
      expect(await get(path, [header])).toEqual({ status: 401, text: "" });
    }
  });

  it("is none in the query", async () => {
    expect(
      (await get(`/api/notifications?${COOKIE}=${adasSession}&access_token=${adasSession}`)).status,
    ).toBe(401);
  });

  it("of Grace beside a forged one of Ada is Grace's or none, in either order", async () => {
    const forged = withClaims(gracesSession, { sub: "ada", roles: ROLES });
    for (const values of [
      [forged, gracesSession],
      [gracesSession, forged],
    ]) {
      const text = values.map((value) => `${COOKIE}=${value}`).join("; ");
      const answer = await get("/api/subscriptions", [["Cookie", text]]);
      expect([
        { status: 401, text: "" },
        { status: 200, text: '{"items":[],"grants":[]}' },
      ]).toContainEqual(answer);
    }
  });

  it("is none once it has expired", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 9 * 3_600_000 });
    try {
      expect((await get("/api/notifications", [cookie(adasSession)])).status).toBe(401);
    } finally {
      vi.useRealTimers();
    }
    expect((await get("/api/notifications", [cookie(adasSession)])).status).toBe(200);
  });
});

describe("a SignalR token", () => {
  const { url, accessToken: token } = adasConnection;
  const service = new URL(url).origin;
  const claims = readClaims(token);
  const { exp: _exp, ...endless } = claims;
  const now = Math.floor(Date.now() / 1_000);
  const sign = (changed: object, header?: object) =>
    signHmac({ ...claims, ...changed }, SIGNALR_ACCESS_KEY, header);
  const { header, payload, signature } = splitToken(token);
  const ask = async (given: string | null, query = "") => {
    const headers = given === null ? {} : { authorization: `Bearer ${given}` };
    const address = `${service}/client/negotiate?hub=orders&negotiateVersion=1${query}`;
    return (await fetch(address, { method: "POST", headers })).status;
  };

  const cases: [sentence: string, forged: string | null][] = [
    ["that is missing", null],
    ["that is no token", "ada"],
    ["that says it needs no signature", toUnsigned({ alg: "none", typ: "JWT" }, claims)],
    ["that says so in capitals", toUnsigned({ alg: "NONE" }, claims)],
    ["that says so and keeps a signature", toUnsigned({ alg: "none" }, claims) + signature],
    ["with the user id changed", withClaims(token, { "asrs.s.uid": "grace" })],
    ["with a claim added", withClaims(token, { roles: ROLES })],
    ["with its life prolonged", withClaims(token, { exp: now + 86_400 })],
    ["with its signature cut off", `${header}.${payload}.`],
    ["with its signature shortened", token.slice(0, -1)],
    ["with its signature lengthened", `${token}A`],
    ["with its signature in another spelling", respellSignature(token)],
    ["with its signature padded", `${token}=`],
    ["signed with another key", signHmac(claims, `${SIGNALR_ACCESS_KEY}x`)],
    ["signed with an empty key", signHmac(claims, "")],
    [
      "signed with the key as base64 says it",
      signHmac(claims, Buffer.from(SIGNALR_ACCESS_KEY, "base64").toString("latin1")),
    ],
    ["signed by another algorithm with the right key", sign({}, { alg: "HS512", typ: "JWT" })],
    ["signed with an RSA key that it brings along", signWithOwnRsaKey(claims)],
    ["that says RS256 and is signed with the shared key", sign({}, { alg: "RS256", typ: "JWT" })],
    ["that names a critical extension nobody knows", sign({}, { alg: "HS256", crit: ["x"], x: 1 })],
    ["that has expired", sign({ exp: now - 600, nbf: now - 1_200 })],
    ["that never expires", signHmac(endless, SIGNALR_ACCESS_KEY)],
    ["that is not valid yet", sign({ nbf: now + 600 })],
    ["made for the REST API", sign({ aud: `${service}/api/hubs/orders` })],
    ["whose user id is no text", sign({ "asrs.s.uid": { $ne: null } })],
    ["that is a session of the app", adasSession],
  ];

  it("as negotiate gives it is taken: what is refused below is refused for its fault", async () => {
    expect(await ask(token)).toBe(200);
    expect(await ask(null, `&access_token=${token}`)).toBe(200);
    expect(await ask(sign({}))).toBe(200);
  });

  it.each(cases)("%s opens nothing", async (_, forged) => {
    expect(await ask(forged)).toBe(401);
    expect(await ask(null, `&access_token=${encodeURIComponent(forged ?? "")}`)).toBe(401);
    expect(await openSocket(`&access_token=${encodeURIComponent(forged ?? "")}`)).toBe(401);
  });

  it("of a client does not send messages", async () => {
    const response = await fetch(`${service}/api/hubs/orders/users/ada/:send?api-version=2022-06-01`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ target: "notification", arguments: [] }),
    });
    expect(response.status).toBe(401);
  });

  it("of Grace does not take over a connection that Ada negotiated", async () => {
    const promised = await fetch(`${service}/client/negotiate?hub=orders&negotiateVersion=1`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
    });
    const { connectionToken } = z.object({ connectionToken: z.string() }).parse(await promised.json());
    const { accessToken } = await negotiate([["Cookie", people.otherUser.cookie]]);
    expect(await openSocket(`&id=${connectionToken}&access_token=${accessToken}`)).toBe(404);
  });

  it("is made for who is signed in, whomever they ask for", async () => {
    const grace: RawHeader = ["Cookie", people.otherUser.cookie];
    for (const path of ["/api/negotiate?userId=ada", "/api/negotiate?user=ada&asrs.s.uid=ada"]) {
      const { text } = await sendRaw(app.url, { method: "POST", path, headers: [grace] });
      const { accessToken } = connectionSchema.parse(JSON.parse(text));
      expect(readClaims(accessToken)["asrs.s.uid"]).toBe("grace");
    }
  });

  /** The status with which the upgrade is refused. */
  function openSocket(query: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(`${service.replace("http", "ws")}/client/?hub=orders${query}`);
      socket.on("unexpected-response", (request, response) => {
        resolve(response.statusCode ?? 0);
        request.destroy();
      });
      socket.on("open", () => {
        socket.terminate();
        reject(new Error("the socket was opened"));
      });
      socket.on("error", () => {});
    });
  }
});

describe("Salesforce's door", () => {
  const body = toOutboundMessageXml({ orders: [{ Id: "801000000000066AAA", AccountId: ACCOUNT_ID }] });
  const path = "/api/salesforce/outbound-messages";
  const certificate = readFileSync("test/fixtures/certificates/salesforce.txt", "utf8").trim();
  const key = (value: string): RawHeader[] => [["x-functions-key", value]];
  const cases: [sentence: string, path: string, headers: RawHeader[]][] = [
    ["no key", path, []],
    ["an empty key in the query", `${path}?code=`, []],
    ["an empty key in the header", path, key("")],
    ["the first half of the key", `${path}?code=${KEYS.salesforce.slice(0, 12)}`, []],
    ["the key without its last character", path, key(KEYS.salesforce.slice(0, -1))],
    ["the key and one character more", `${path}?code=${KEYS.salesforce}x`, []],
    ["the key in capitals", path, key(KEYS.salesforce.toUpperCase())],
    ["the name of the key", `${path}?code=salesforce`, []],
    ["the key of every developer's machine", `${path}?code=local`, []],
    ["the key of another door: the system key", path, key(KEYS.system)],
    [
      "a wrong key in the header before the right one in the query",
      `${path}?code=${KEYS.salesforce}`,
      key("x"),
    ],
    ["a wrong key before the right one", `${path}?code=x&code=${KEYS.salesforce}`, []],
    ["two keys in one", path, key(`${KEYS.salesforce}, ${KEYS.salesforce}`)],
    ["the key as a bearer token", path, [["Authorization", `Bearer ${KEYS.salesforce}`]]],
    [
      "the key as a cookie",
      path,
      [["Cookie", `code=${KEYS.salesforce}; x-functions-key=${KEYS.salesforce}`]],
    ],
    ["a client certificate in the place of the key", path, [["X-ARR-ClientCert", certificate]]],
    ["an administrator's session", path, [["Cookie", people.admin.cookie]]],
    ["the principal of an administrator", path, allOf(ADA)],
  ];

  it.each(cases)("is not opened by %s", async (_, address, headers) => {
    const before = await dumpTables(app.storage);
    const type: RawHeader = ["Content-Type", "text/xml; charset=UTF-8"];
    const answer = await sendRaw(app.url, {
      method: "POST",
      path: address,
      headers: [type, ...headers],
      body,
    });
    expect(answer).toEqual({ status: 401, text: "" });
    expect(await dumpTables(app.storage)).toEqual(before);
  });
});

describe("a page of another site", () => {
  const evil = "https://evil.example";
  const json: RawHeader = ["Content-Type", "application/json"];
  const from = (value: string): RawHeader => ["Origin", value];
  const cases: [sentence: string, status: number, headers: RawHeader[]][] = [
    ["that says where it is", 403, [from(evil), json]],
    ["without an origin to name", 403, [from("null"), json]],
    ["on another port", 403, [from(`http://127.0.0.1:${Number(port) + 1}`), json]],
    ["under another name of this machine", 403, [from(`http://localhost:${port}`), json]],
    ["whose name begins like ours", 403, [from(`${origin}.evil.example`), json]],
    ["whose name has ours as a user", 403, [from(`http://${host}@evil.example`), json]],
    ["that names two origins", 403, [from(`${origin}, ${evil}`), json]],
    ["that sends two origins", 403, [from(origin), from(evil), json]],
    ["of our host by another protocol", 403, [from(`ftp://${host}`), json]],
    ["of our host under a user's name", 403, [from(`http://user@${host}`), json]],
    ["that names a file", 403, [from("file://"), json]],
    ["that says it was forwarded from itself", 403, [from(evil), json, ["X-Forwarded-Host", "evil.example"]]],
    ["that names an original host", 403, [from(evil), json, ["X-Original-Host", "evil.example"]]],
    ["that lets a form send text", 415, [["Content-Type", "text/plain"]]],
    ["that lets a form send fields", 415, [["Content-Type", "application/x-www-form-urlencoded"]]],
    ["that lets a form send files", 415, [["Content-Type", "multipart/form-data; boundary=x"]]],
    ["that hides the type behind another", 415, [["Content-Type", "text/plain; application/json"]]],
    ["that sends a type of a similar name", 415, [["Content-Type", "application/jsonp"]]],
    ["that sends no type", 415, []],
  ];

  it.each(cases)("%s changes nothing with the session of who looks at it", async (_, status, headers) => {
    const before = await dumpTables(app.storage);
    const session: RawHeader = ["Cookie", people.admin.cookie];
    const ask = (method: string, path: string, body: object) =>
      sendRaw(app.url, { method, path, headers: [session, ...headers], body: JSON.stringify(body) });
    const answers = [
      await ask("POST", "/api/notifications/receipts", { ids: [notification.id], state: "archived" }),
      await ask("PUT", `/api/admin/grants/mallory/${SCOPE}`, { label: "x" }),
      await ask("PUT", "/api/preferences", { mutedScopes: ["all"] }),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([status, status, status]);
    expect(await dumpTables(app.storage)).toEqual(before);
  });

  it("is refused by this machine under a name that leads here", async () => {
    const headers: RawHeader[] = [
      ["Host", "evil.example"],
      from("http://evil.example"),
      ["Cookie", people.admin.cookie],
    ];
    const { status, text } = await get("/api/admin/dead-letters", headers);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(text).not.toContain("items");
  });

  it("does not sign anybody in", async () => {
    const body = JSON.stringify({ userId: "mallory" });
    const headers = [from(evil), json];
    expect(
      (await sendRaw(app.url, { method: "POST", path: "/.auth/login/local", headers, body })).status,
    ).toBe(403);
  });
});

describe("a path", () => {
  const forged = allOf(ADA);
  const cases: [sentence: string, path: string][] = [
    ["that climbs out of Salesforce's", "/api/salesforce/../notifications"],
    ["that climbs with encoded dots", "/api/salesforce/%2e%2e/notifications"],
    ["that climbs with half encoded dots", "/api/salesforce/.%2E/notifications"],
    ["that climbs with an encoded slash", "/api/salesforce/..%2fnotifications"],
    ["that climbs with an encoded slash in capitals", "/api/salesforce%2F..%2Fnotifications"],
    ["that climbs with backslashes", "/api/salesforce\\..\\notifications"],
    ["that climbs with encoded backslashes", "/api/salesforce/..%5c..%5capi%5cnotifications"],
    ["that climbs encoded twice", "/api/salesforce/%252e%252e/notifications"],
    ["that climbs over a double slash", "/api/salesforce//../../notifications"],
    ["that climbs with a parameter", "/api/salesforce/..;/notifications"],
    ["that climbs out of the pages", "/app/../api/notifications"],
    ["that climbs out of the pages, all encoded", "/app/%2e%2e%2fapi%2fnotifications"],
    ["that climbs out of the webhooks", "/runtime/webhooks/../../api/notifications"],
    ["that climbs out of health", "/api/health/../notifications"],
    ["that climbs above the root", "/../../api/notifications"],
    ["that begins with a double slash", "//api/notifications"],
    ["that has a double slash", "/api//notifications"],
    ["in capitals", "/API/NOTIFICATIONS"],
    ["with a trailing dot", "/api/notifications."],
    ["with a trailing slash", "/api/notifications/"],
    ["with an encoded letter", "/api/%6eotifications"],
    ["with an encoded end", "/api/notifications%00"],
    ["with an excluded path in the query", "/api/notifications?path=/api/salesforce/"],
    ["with an excluded path in the fragment", "/api/notifications#/api/salesforce/"],
    ["with an excluded path as a parameter", "/api/notifications;/app/"],
    ["that names another host", "http://127.0.0.1/api/notifications"],
    ["of Salesforce in capitals, which is not excluded", "/API/SALESFORCE/outbound-messages"],
  ];

  it.each(cases)("%s shows a stranger nothing, whatever principal they claim", async (_, path) => {
    for (const headers of [[], forged]) {
      const { status, text } = await get(path, headers);
      expect([400, 401, 404]).toContain(status);
      expect(text).not.toMatch(SECRETS_OF_ADA);
      expect(text).not.toContain("nextSince");
    }
  });
});
