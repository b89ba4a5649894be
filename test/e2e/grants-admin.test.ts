import { describe, expect, it } from "vitest";
import { ORDER_ID, OWNER_ID } from "../support/order-change.ts";
import { startApp } from "../support/start-app.ts";

const app = await startApp();
const admin = await app.signIn("admin", ["OrderBell.Admin"]);
const TYPES = { csv: "text/csv; charset=utf-8", ndjson: "application/x-ndjson" } as const;
const GRANTS = "/api/admin/grants";
const LINKS = "/api/admin/owner-links";
const SLASH = "field:Region__c=EMEA / North";

function put(path: string, body: string, o: { type?: string; cookie?: string } = {}): Promise<Response> {
  return fetch(app.url + path, {
    method: "PUT",
    headers: { cookie: o.cookie ?? admin.cookie, "content-type": o.type ?? TYPES.csv },
    body,
  });
}

async function putOk(path: string, body: string, type?: string): Promise<unknown> {
  const response = await put(path, body, type === undefined ? {} : { type });
  expect(response.status).toBe(200);
  return response.json();
}

async function listFollowed(userId: string): Promise<unknown> {
  return (await (await app.signIn(userId)).call("GET", "/api/subscriptions")).json();
}

describe("grants in bulk", () => {
  it("let people follow what they name, a value with a slash too, and end what they revoke", async () => {
    const csv = `userId,scope,label\r\nada|1,order:${ORDER_ID},\r\nada|1,${SLASH},North\r\n`;
    expect(await putOk(`${GRANTS}?dryRun=true`, csv)).toEqual({ new: 2, changed: 0, same: 0, removed: 0 });
    expect(await listFollowed("ada|1")).toEqual({ items: [], grants: [] });
    expect(await putOk(GRANTS, csv)).toEqual({ imported: 2, removed: 0 });
    const ada = await app.signIn("ada|1");
    expect((await ada.call("PUT", `/api/subscriptions/order:${ORDER_ID}`, {})).status).toBe(200);
    expect(await listFollowed("ada|1")).toMatchObject({ items: [{ scope: `order:${ORDER_ID}` }] });

    const revoking = JSON.stringify({ userId: "ada|1", scope: `order:${ORDER_ID}`, remove: true });
    expect(await putOk(GRANTS, revoking, TYPES.ndjson)).toEqual({ imported: 0, removed: 1 });
    expect(await listFollowed("ada|1")).toEqual({ items: [], grants: [{ scope: SLASH, label: "North" }] });
    expect((await ada.call("PUT", `/api/subscriptions/order:${ORDER_ID}`, {})).status).toBe(403);
  });
});

describe("owner links in bulk", () => {
  it("let people follow the orders of who they are, until their links end", async () => {
    const scope = `owner:${OWNER_ID}`;
    const csv = `salesforceUserId,userId\n${OWNER_ID.slice(0, 15)},lin\n${OWNER_ID},kim\n`;
    expect(await putOk(LINKS, csv)).toEqual({ imported: 2, removed: 0 });
    for (const userId of ["lin", "kim"]) {
      const person = await app.signIn(userId);
      expect((await person.call("PUT", `/api/subscriptions/${scope}`, {})).status).toBe(200);
    }
    const ending = JSON.stringify({ salesforceUserId: OWNER_ID, userId: "lin", remove: true });
    const rehearsed = await putOk(`${LINKS}?dryRun=true`, ending, TYPES.ndjson);
    expect(rehearsed).toEqual({ new: 0, changed: 0, same: 0, removed: 1 });
    expect(await putOk(LINKS, ending, TYPES.ndjson)).toEqual({ imported: 0, removed: 1 });
    expect(await listFollowed("lin")).toEqual({ items: [], grants: [] });
    expect(await listFollowed("kim")).toMatchObject({ items: [{ scope }] });
  });
});

describe.each([
  [GRANTS, "userId,scope", "eve,all", "eve,everything", /^line 3: scope must be/],
  [LINKS, "salesforceUserId,userId", `${OWNER_ID},eve`, "001,eve", /^line 3: salesforceUserId must be/],
])("a bulk for %s", (path, header, good, bad, problem) => {
  it.each(["", "?dryRun=true"])("is refused whole for one bad line, which is named%s", async (query) => {
    const response = await put(path + query, [header, good, bad].join("\n"));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      detail: "Nothing was imported.",
      errors: [expect.stringMatching(problem)],
    });
    expect(await listFollowed("eve")).toEqual({ items: [], grants: [] });
  });

  it("is refused to everyone but administrators", async () => {
    const { cookie } = await app.signIn("eve", ["OrderBell.Auditor"]);
    for (const query of ["", "?dryRun=true"]) {
      expect((await put(path + query, `${header}\n${good}`, { cookie })).status).toBe(403);
    }
    expect(await listFollowed("eve")).toEqual({ items: [], grants: [] });
  });

  it("is taken as NDJSON and CSV only", async () => {
    expect((await put(path, "[]", { type: "application/json" })).status).toBe(415);
  });
});
