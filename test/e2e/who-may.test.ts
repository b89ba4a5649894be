import { describe, expect, it } from "vitest";
import { startApp } from "../support/start-app.ts";
import { ACCOUNT_ID, ORDER_ID, OWNER_ID } from "../support/order-change.ts";

const app = await startApp();
const admin = await app.signIn("admin", ["OrderBell.Admin"]);

const SCOPES = [
  "all",
  `order:${ORDER_ID}`,
  `account:${ACCOUNT_ID}`,
  `owner:${OWNER_ID}`,
  "field:Region__c=EMEA & Süd #1?",
];

const toPath = (scope: string) => `/api/subscriptions/${encodeURIComponent(scope)}`;
const toGrantPath = (userId: string, scope: string) =>
  `/api/admin/grants/${encodeURIComponent(userId)}/${encodeURIComponent(scope)}`;

async function change(method: "PUT" | "DELETE", path: string): Promise<void> {
  const response = await admin.call(method, path);
  if (response.status !== 204) throw new Error(`${path} was answered ${response.status}`);
}

async function listFollowed(userId: string): Promise<unknown> {
  return (await (await app.signIn(userId)).call("GET", "/api/subscriptions")).json();
}

let count = 0;
/** Somebody of whom nothing is stored. */
function nextPerson(): string {
  count += 1;
  return `person|${count}`;
}

describe.each(SCOPES)("the scope %s", (scope) => {
  it("may be followed by who was granted it, and listed, and left", async () => {
    const userId = nextPerson();
    await change("PUT", toGrantPath(userId, scope));
    const person = await app.signIn(userId);
    expect((await person.call("PUT", toPath(scope), { priority: "high" })).status).toBe(200);
    expect(await listFollowed(userId)).toEqual({
      items: [{ scope, priority: "high" }],
      grants: [{ scope, label: null }],
    });
    expect((await person.call("DELETE", toPath(scope))).status).toBe(204);
    expect(await listFollowed(userId)).toMatchObject({ items: [] });
  });

  it.each([
    ["nobody granted it", async () => {}],
    ["it was granted to somebody else", () => change("PUT", toGrantPath("somebody else", scope))],
    [
      "its grant was revoked",
      async (userId: string) => {
        await change("PUT", toGrantPath(userId, scope));
        await change("DELETE", toGrantPath(userId, scope));
      },
    ],
  ])("is refused with a reason, and nothing is written, when %s", async (_, prepare) => {
    const userId = nextPerson();
    await prepare(userId);
    const response = await (await app.signIn(userId)).call("PUT", toPath(scope), {});
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({
      detail: expect.stringMatching(/administrator/),
    });
    expect(await listFollowed(userId)).toEqual({ items: [], grants: [] });
  });

  it("is refused to an administrator too who has no grant of it", async () => {
    const person = await app.signIn(nextPerson(), ["OrderBell.Admin"]);
    expect((await person.call("PUT", toPath(scope), {})).status).toBe(403);
  });

  it("is followed no longer when its grant is revoked", async () => {
    const userId = nextPerson();
    const person = await app.signIn(userId);
    await change("PUT", toGrantPath(userId, scope));
    expect((await person.call("PUT", toPath(scope), {})).status).toBe(200);
    await change("DELETE", toGrantPath(userId, scope));
    expect(await listFollowed(userId)).toMatchObject({ items: [] });
  });
});

describe("the orders of a Salesforce user", () => {
  const scope = `owner:${OWNER_ID}`;
  const toLinkPath = (userId: string, salesforceUserId = OWNER_ID) =>
    `/api/admin/owner-links/${salesforceUserId}/${encodeURIComponent(userId)}`;

  it("may be followed by each person who is that user, until the link ends", async () => {
    const [one, two] = [nextPerson(), nextPerson()];
    await change("PUT", toLinkPath(one, OWNER_ID.slice(0, 15)));
    await change("PUT", toLinkPath(two));
    for (const userId of [one, two]) {
      expect(await listFollowed(userId)).toEqual({ items: [], grants: [{ scope, label: "My orders" }] });
      expect((await (await app.signIn(userId)).call("PUT", toPath(scope), {})).status).toBe(200);
    }
    await change("DELETE", toLinkPath(one));
    expect(await listFollowed(one)).toEqual({ items: [], grants: [] });
    expect(await listFollowed(two)).toMatchObject({ items: [{ scope }] });
    expect((await (await app.signIn(one)).call("PUT", toPath(scope), {})).status).toBe(403);
  });

  it("open nothing else to who is that user", async () => {
    const userId = nextPerson();
    await change("PUT", toLinkPath(userId));
    const person = await app.signIn(userId);
    for (const other of ["all", "owner:005000000000002AAA", `account:${ACCOUNT_ID}`]) {
      expect((await person.call("PUT", toPath(other), {})).status).toBe(403);
    }
  });

  it.each(["00500000000000", "001000000000001AAA", "005000000000001AAB", "005%2F00000000001"])(
    "are not linked to the id %s",
    async (id) => {
      const response = await admin.call("PUT", toLinkPath("ada", id));
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        errors: [expect.stringMatching(/id of a Salesforce user/)],
      });
    },
  );

  it("are linked by administrators only", async () => {
    const ada = await app.signIn("ada", ["OrderBell.Auditor"]);
    expect((await ada.call("PUT", toLinkPath("ada"))).status).toBe(403);
    expect((await ada.call("DELETE", toLinkPath("ada"))).status).toBe(403);
    expect(await listFollowed("ada")).toEqual({ items: [], grants: [] });
  });
});

describe("what only administrators may do", () => {
  it.each([
    [{ group: "sales" }],
    [{ target: { kind: "group", group: "sales" } }],
    [{ userId: "grace" }],
    [{ priority: "high", escalate: { afterMinutes: 5, group: "leads" } }],
  ])("is refused to a person with a grant: %j", async (body) => {
    const ada = await app.follow("granted", "all");
    await ada.call("DELETE", "/api/subscriptions/all");
    const response = await ada.call("PUT", "/api/subscriptions/all", body);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ detail: expect.stringMatching(/^Only administrators/) });
    expect(await listFollowed("granted")).toMatchObject({ items: [] });
  });

  it("includes bulk import and export", async () => {
    const ada = await app.signIn("ada", ["OrderBell.Auditor"]);
    expect((await ada.call("PUT", "/api/admin/subscriptions?dryRun=true")).status).toBe(403);
    expect((await ada.call("GET", "/api/admin/subscriptions")).status).toBe(403);
  });
});

describe("what an administrator set", () => {
  it("stays when the person changes the rest of their subscription", async () => {
    const userId = nextPerson();
    const escalate = { afterMinutes: 5, group: "leads" };
    const line = { scope: "all", target: { kind: "user", userId }, priority: "high", escalate };
    await change("PUT", toGrantPath(userId, "all"));
    const imported = await fetch(`${app.url}/api/admin/subscriptions`, {
      method: "PUT",
      headers: { cookie: admin.cookie, "content-type": "application/x-ndjson" },
      body: JSON.stringify(line),
    });
    expect(imported.status).toBe(200);
    const person = await app.signIn(userId);
    const put = await person.call("PUT", toPath("all"), { statuses: ["Draft"] });
    const kept = { scope: "all", statuses: ["Draft"], priority: "high", escalate };
    expect(await put.json()).toEqual(kept);
    expect(await listFollowed(userId)).toMatchObject({ items: [kept] });
  });
});

describe("a value with a slash", () => {
  const path = "field:Region__c=a%2Fb";

  it("is refused in a path, in words that name the import", async () => {
    const ada = await app.signIn("ada");
    const responses = [
      await ada.call("PUT", `/api/subscriptions/${path}`, {}),
      await ada.call("DELETE", `/api/subscriptions/${path}`),
      await admin.call("PUT", `/api/admin/grants/ada/${path}`),
      await admin.call("DELETE", `/api/admin/grants/ada/${path}`),
    ];
    for (const response of responses) {
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        errors: [expect.stringMatching(/PUT \/api\/admin\/subscriptions/)],
      });
    }
  });
});
