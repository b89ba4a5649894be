import { HttpRequest, InvocationContext } from "@azure/functions";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { getPreferences, putOwnPreferences } from "../../../src/functions/preferences.ts";
import { claimStorage } from "../../support/claim-storage.ts";

beforeAll(() => {
  vi.stubEnv("AzureWebJobsStorage", claimStorage());
  vi.stubEnv("SALESFORCE_ORG_IDS", "00D000000000001");
  vi.stubEnv("WEBSITE_AUTH_ENABLED", "true");
  return () => vi.unstubAllEnvs();
});

const context = new InvocationContext({ functionName: "preferences" });

function ask(userId: string | null, body?: unknown): HttpRequest {
  const principal = Buffer.from(JSON.stringify({ claims: [] })).toString("base64");
  return new HttpRequest({
    url: "http://127.0.0.1/api/preferences",
    method: body === undefined ? "GET" : "PUT",
    headers: {
      "content-type": "application/json",
      ...(userId ? { "x-ms-client-principal-id": userId, "x-ms-client-principal": principal } : {}),
    },
    ...(body === undefined ? {} : { body: { string: JSON.stringify(body) } }),
  });
}
const get = (userId: string | null) => getPreferences(ask(userId), context);
const put = (userId: string | null, body: unknown) => putOwnPreferences(ask(userId, body), context);
const NOTHING = { quietHours: null, mutedScopes: [], mutedTransitions: [] };

describe("/api/preferences", () => {
  it("answers with what a person said last, and nobody else's", async () => {
    const said = {
      quietHours: { timeZone: "Asia/Kathmandu", from: "22:00", to: "07:00" },
      mutedScopes: ["all"],
      mutedTransitions: ["deleted"],
    };
    expect(await get("ada")).toMatchObject({ jsonBody: NOTHING });
    expect(await put("ada", said)).toMatchObject({ jsonBody: said });
    expect(await get("ada")).toMatchObject({ jsonBody: said });
    expect(await get("grace")).toMatchObject({ jsonBody: NOTHING });
    expect(await put("ada", {})).toMatchObject({ jsonBody: NOTHING });
    expect(await get("ada")).toMatchObject({ jsonBody: NOTHING });
  });

  it.each([
    [
      "an unknown time zone",
      { quietHours: { timeZone: "Mars/Olympus", from: "22:00", to: "07:00" } },
      "quietHours.timeZone: must be a time zone such as Europe/Berlin",
    ],
    [
      "no time of day",
      { quietHours: { timeZone: "UTC", from: "24:00", to: "07:00" } },
      "quietHours.from: must be a time such as 22:00",
    ],
    [
      "hours without length",
      { quietHours: { timeZone: "UTC", from: "07:00", to: "07:00" } },
      "quietHours.to: must differ from the beginning",
    ],
    ["an unknown transition", { mutedTransitions: ["exploded"] }, "mutedTransitions.0:"],
    ["an unknown setting", { volume: 11 }, "volume"],
  ])("refuses %s and says where", async (_, body, place) => {
    const answer = await put("linus", body);
    expect(answer.status).toBe(400);
    expect(answer.body).toContain(place);
    expect(await get("linus")).toMatchObject({ jsonBody: NOTHING });
  });

  it("asks strangers to sign in", async () => {
    expect(await get(null)).toMatchObject({ status: 401 });
    expect(await put(null, {})).toMatchObject({ status: 401 });
  });
});
