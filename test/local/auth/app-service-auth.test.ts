import { Hono } from "hono";
import { SignJWT } from "jose";
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { createAppServiceAuth } from "../../../local/auth/app-service-auth.ts";
import { type AuthConfig, readAuthConfig } from "../../../local/auth/auth-config.ts";

const ORIGIN = "http://127.0.0.1:7071";
const KEY = new TextEncoder().encode("a key of at least thirty-two bytes.");
const config = readAuthConfig(new URL("../../..", import.meta.url).pathname);
if (config === undefined) throw new Error("The app has an auth.json.");

const principalSchema = z.object({
  auth_typ: z.string(),
  claims: z.array(z.object({ typ: z.string(), val: z.string() })),
  name_typ: z.string(),
  role_typ: z.string(),
});

describe("createAppServiceAuth", () => {
  let app: Hono;
  let messages: string[];

  beforeEach(() => {
    messages = [];
    app = createApp(config);
  });

  function createApp(forConfig: AuthConfig): Hono {
    const hono = new Hono();
    const people = [
      {
        userId: "ada",
        name: "Ada Lovelace",
        roles: ["OrderBell.Admin"],
        description: "Looks after everything",
      },
      { userId: 'x"><script>', name: "<b>Bo</b>", roles: [] },
    ];
    const log = (level: string, message: string): void => void messages.push(`${level}: ${message}`);
    hono.use(createAppServiceAuth({ config: forConfig, signingKey: KEY, people, log }));
    hono.all("*", async (c) => c.json({ headers: c.req.header(), body: await c.req.text() }));
    return hono;
  }

  const request = (path: string, init?: RequestInit): Promise<Response> =>
    Promise.resolve(app.request(`${ORIGIN}${path}`, init));

  const postJson = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    request(path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });

  const postForm = (path: string, fields: Record<string, string>): Promise<Response> =>
    request(path, { method: "POST", headers: { origin: ORIGIN }, body: new URLSearchParams(fields) });

  async function signIn(who: object): Promise<Record<string, string>> {
    const response = await postJson("/.auth/login/local", who);
    expect(response.status).toBe(204);
    return { cookie: cookieOf(response) };
  }

  async function seenBy(path: string, init?: RequestInit): Promise<Record<string, string>> {
    const response = await request(path, init);
    return z.object({ headers: z.record(z.string(), z.string()) }).parse(await response.json()).headers;
  }

  describe("a request without a session", () => {
    it("is answered with an empty 401 and a challenge, never a redirect", async () => {
      const response = await request("/api/notifications");
      expect(response.status).toBe(401);
      expect(await response.text()).toBe("");
      expect(response.headers.get("www-authenticate")).toBe('Bearer realm="127.0.0.1:7071"');
    });

    it.each(["/app", "/app/", "/app/operator", "/client/orderbell.js", "/api/salesforce/outbound-messages"])(
      "passes on the excluded path %s",
      async (path) => expect((await request(path)).status).toBe(200),
    );

    it.each([
      "/",
      "/api/negotiate",
      "/apps/x",
      "/APP/x",
      "/app/..%2fapi/negotiate",
      "/app/%2e%2e/api/negotiate",
    ])("does not pass on %s", async (path) => expect((await request(path)).status).toBe(401));

    it("is answered with 403 when the app says so", async () => {
      app = createApp({
        ...config,
        globalValidation: { excludedPaths: [], unauthenticatedClientAction: "Return403" },
      });
      expect((await request("/")).status).toBe(403);
    });

    it("passes everywhere when the app lets strangers in", async () => {
      app = createApp({
        ...config,
        globalValidation: { ...config.globalValidation, unauthenticatedClientAction: "AllowAnonymous" },
      });
      expect(await seenBy("/api/x")).not.toHaveProperty("x-ms-client-principal");
    });

    it("is sent to the sign-in form and back when the app says so", async () => {
      app = createApp({
        ...config,
        globalValidation: { excludedPaths: [], unauthenticatedClientAction: "RedirectToLoginPage" },
      });
      const location = (await request("/page?a=1&b=2")).headers.get("location") ?? "";
      expect(location).toBe("/.auth/login/local?post_login_redirect_uri=%2Fpage%3Fa%3D1%26b%3D2");
      expect(await (await request(location)).text()).toContain('value="/page?a=1&amp;b=2"');
    });
  });

  it.each(["/app/x", "/api/x"])("removes principal and token headers a client sends to %s", async (path) => {
    const headers = await seenBy(path, {
      headers: {
        ...(await signIn({ userId: "ada" })),
        "X-MS-CLIENT-PRINCIPAL-ID": "root",
        "x-ms-client-principal": "e30=",
        "x-ms-client-principal-extra": "1",
        "X-MS-TOKEN-AAD-ACCESS-TOKEN": "t",
        "x-other": "kept",
      },
    });
    expect(headers["x-other"]).toBe("kept");
    expect(JSON.stringify(headers)).not.toMatch(/root|e30=|extra|x-ms-token/);
  });

  describe("a request with a session", () => {
    it("carries the principal in App Service's form", async () => {
      const cookie = await signIn({
        userId: "auth0|7f",
        name: "Zoë Müller",
        roles: ["OrderBell.Admin", "Sales"],
      });
      const headers = await seenBy("/api/x", { headers: cookie });
      const principal = principalSchema.parse(
        JSON.parse(Buffer.from(headers["x-ms-client-principal"] ?? "", "base64").toString("utf8")),
      );

      expect(headers["x-ms-client-principal-id"]).toBe("auth0|7f");
      expect(headers["x-ms-client-principal-idp"]).toBe("local");
      expect(decodeURIComponent(headers["x-ms-client-principal-name"] ?? "")).toBe("Zoë Müller");
      expect(principal.auth_typ).toBe("local");
      expect(principal.claims).toContainEqual({ typ: principal.name_typ, val: "Zoë Müller" });
      expect(principal.claims.filter(({ typ }) => typ === "roles").map(({ val }) => val)).toEqual([
        "OrderBell.Admin",
        "Sales",
      ]);
      expect(principal.role_typ).toBe("http://schemas.microsoft.com/ws/2008/06/identity/claims/role");
    });

    it("carries no principal on an excluded path", async () => {
      expect(await seenBy("/app/x", { headers: await signIn({ userId: "ada" }) })).not.toHaveProperty(
        "x-ms-client-principal",
      );
    });

    it("hands its body on as a stream", async () => {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          for (const part of ["one ", "two"]) controller.enqueue(new TextEncoder().encode(part));
          controller.close();
        },
      });
      const headers = await signIn({ userId: "ada" });
      const response = await request("/api/x", { method: "POST", headers, body, duplex: "half" });
      expect(await response.json()).toMatchObject({ body: "one two" });
    });

    it.each([
      [
        "another key",
        async () => sign(new TextEncoder().encode("another key of thirty-two bytes or more"), "8h"),
      ],
      ["an end in the past", async () => sign(KEY, "-1s")],
      ["no signature", async () => `${(await sign(KEY, "8h")).split(".").slice(0, 2).join(".")}.`],
    ])("is refused when its cookie has %s", async (_, token) => {
      const headers = { cookie: `AppServiceAuthSession=${await token()}` };
      expect((await request("/api/x", { headers })).status).toBe(401);
    });
  });

  describe("POST /.auth/login/local", () => {
    it("sets a cookie that scripts cannot read, and logs who it was", async () => {
      const response = await postJson("/.auth/login/local", { userId: "ada" });
      expect(response.headers.get("set-cookie")).toMatch(
        /^AppServiceAuthSession=[^;]+; Max-Age=28800; Path=\/; HttpOnly; SameSite=Lax$/,
      );
      expect(messages).toEqual(["info: ada signed in by local."]);
    });

    it.each([["ada@example.com"], ["a".repeat(256)], ["auth0|7f"], ["s p a c e"]])(
      "takes the user id %s",
      async (userId) => {
        const headers = await seenBy("/api/x", { headers: await signIn({ userId }) });
        expect(headers["x-ms-client-principal-id"]).toBe(userId);
      },
    );

    it("keeps the largest allowed session below what browsers take as a cookie", async () => {
      const roles = Array.from({ length: 16 }, (_, i) => `${i}`.padEnd(64, "x"));
      const { cookie } = await signIn({ userId: "u".repeat(256), name: "名".repeat(128), roles });
      expect(cookie?.length).toBeLessThan(4_096);
    });

    it.each([
      [{}],
      [{ userId: "" }],
      [{ userId: " " }],
      [{ userId: "a\nb" }],
      [{ userId: "é" }],
      [{ userId: "a".repeat(257) }],
      [{ userId: "a", name: "a\u0000b" }],
      [{ userId: "a", name: "\ud800" }],
      [{ userId: "a", roles: "Admin" }],
      [{ userId: "a", roles: [""] }],
      ["text"],
    ])("answers 400 with a reason to %j", async (body) => {
      const response = await postJson("/.auth/login/local", body);
      expect(response.status).toBe(400);
      expect(await response.text()).not.toBe("");
      expect(response.headers.has("set-cookie")).toBe(false);
    });

    it.each(["http://evil.example", "null", "http://127.0.0.1:7072"])(
      "answers 403 to origin %s",
      async (origin) => {
        const response = await postJson("/.auth/login/local", { userId: "ada" }, { origin });
        expect(response.status).toBe(403);
        expect(response.headers.has("set-cookie")).toBe(false);
      },
    );
  });

  describe("the sign-in form", () => {
    it.each(["local", "aad"])("is there for the provider %s", async (provider) => {
      const response = await request(`/.auth/login/${provider}`);
      expect(response.status).toBe(200);
      expect(await response.text()).toContain("It exists only in the local runtime.");
    });

    it("is not there for a provider the app does not name", async () => {
      expect((await request("/.auth/login/facebook")).status).toBe(404);
      expect((await postJson("/.auth/login/facebook", { userId: "ada" })).status).toBe(404);
    });

    it("escapes what it shows, and lets only its own style through", async () => {
      const response = await request('/.auth/login/local?post_login_redirect_uri="><script>');
      const page = await response.text();
      expect(page).not.toMatch(/<script|<b>Bo/);
      expect(page).toContain("&lt;b&gt;Bo&lt;/b&gt;");
      const policy = response.headers.get("content-security-policy");
      const style = new TextEncoder().encode(/<style>([^]*)<\/style>/.exec(page)?.[1]);
      const hash = Buffer.from(await crypto.subtle.digest("SHA-256", style)).toString("base64");
      expect(policy).toContain(`default-src 'none'; style-src 'sha256-${hash}'`);
      expect(policy).toContain("form-action 'self'");
    });

    it("signs a person in with one click and goes where the app wanted", async () => {
      const response = await postForm("/.auth/login/aad", {
        person: "ada",
        post_login_redirect_uri: "/app/?x=1#y",
      });
      expect(response.status).toBe(302);
      expect(response.headers.get("location")).toBe("/app/?x=1#y");
      const headers = await seenBy("/api/x", { headers: { cookie: cookieOf(response) } });
      expect(headers).toMatchObject({
        "x-ms-client-principal-id": "ada",
        "x-ms-client-principal-name": "Ada Lovelace",
        "x-ms-client-principal-idp": "aad",
      });
    });

    it("signs someone else in, with roles separated by commas or spaces", async () => {
      const response = await postForm("/.auth/login/local", { userId: " sue ", name: "", roles: "A, B C" });
      expect(response.headers.get("location")).toBe("/");
      const me = await (await request("/.auth/me", { headers: { cookie: cookieOf(response) } })).json();
      expect(me).toMatchObject([{ user_id: "sue" }]);
      expect(JSON.stringify(me)).toContain('{"typ":"roles","val":"C"}');
    });

    it("says what is wrong and keeps what was typed", async () => {
      const response = await postForm("/.auth/login/local", { userId: "é", name: "Sue", roles: "A" });
      expect(response.status).toBe(400);
      const page = await response.text();
      expect(page).toContain("User id: printable ASCII characters only");
      expect(page).toContain('value="Sue"');
    });

    it.each([
      "https://evil.example/",
      "//evil.example",
      "/\\evil.example",
      "/\t/evil.example",
      "/.//evil.example",
      "x",
    ])("never redirects to %j", async (target) => {
      const response = await postForm("/.auth/login/local", {
        person: "ada",
        post_login_redirect_uri: target,
      });
      expect(response.headers.get("location")).toBe("/");
    });
  });

  describe("GET /.auth/me", () => {
    it("answers an array with the provider, the user and the claims", async () => {
      const headers = await signIn({ userId: "ada", name: "Ada", roles: ["R"] });
      const response = await request("/.auth/me", { headers });
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect(await response.json()).toEqual([
        {
          provider_name: "local",
          user_id: "ada",
          user_claims: expect.arrayContaining([{ typ: "roles", val: "R" }]),
          expires_on: expect.stringMatching(/^\d{4}-.*Z$/),
        },
      ]);
    });

    it("answers 401 to a stranger", async () => expect((await request("/.auth/me")).status).toBe(401));
  });

  describe("GET /.auth/logout", () => {
    it("clears the cookie and goes where the app wanted", async () => {
      const response = await request("/.auth/logout?post_logout_redirect_uri=/app/");
      expect(response.headers.get("location")).toBe("/app/");
      expect(response.headers.get("set-cookie")).toMatch(/^AppServiceAuthSession=; Max-Age=0; Path=\//);
    });

    it("shows a page of its own otherwise, and never leaves the site", async () => {
      const response = await request("/.auth/logout?post_logout_redirect_uri=https://evil.example");
      expect(response.headers.get("location")).toBe("/.auth/logout/complete");
      expect(await (await request("/.auth/logout/complete")).text()).toContain("You are signed out");
    });
  });

  const sign = (key: Uint8Array, end: string): Promise<string> =>
    new SignJWT({ name: "Ada", roles: [], provider: "local" })
      .setProtectedHeader({ alg: "HS256" })
      .setSubject("ada")
      .setExpirationTime(end)
      .sign(key);
});

function cookieOf(response: Response): string {
  return (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
}
