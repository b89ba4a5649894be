import { describe, expect, it } from "vitest";
import type { Preferences } from "../../../web/client/api-schemas.ts";
import { createApi } from "../../../web/client/create-api.ts";
import { createOwnPreferences, type OwnPreferences } from "../../../web/client/create-own-preferences.ts";
import { makeNotification } from "./fake-site.ts";

const NIGHT = { timeZone: "Europe/Berlin", from: "22:00", to: "07:00" };
const { signal } = new AbortController();

async function knowing(some: Partial<Preferences>): Promise<OwnPreferences> {
  const preferences = { quietHours: null, mutedScopes: [], mutedTransitions: [], ...some };
  const api = createApi({ fetch: async () => Response.json(preferences) });
  const own = createOwnPreferences({ api, onError: () => {} });
  await own.read(signal);
  return own;
}

describe("quiet hours", () => {
  it("hold for nobody who set none", async () => {
    expect((await knowing({})).isQuietAt("2026-01-01T02:00:00.000Z")).toBe(false);
  });

  it.each([
    ["2026-01-10T20:59:59.000Z", false],
    ["2026-01-10T21:00:00.000Z", true],
    ["2026-01-11T05:59:59.000Z", true],
    ["2026-01-11T06:00:00.000Z", false],
    ["2026-07-10T19:59:00.000Z", false],
    ["2026-07-10T20:00:00.000Z", true],
    ["2026-07-11T05:00:00.000Z", false],
    // The clock was set forward, and back, at 01:00 UTC of that night.
    ["2026-03-29T04:59:00.000Z", true],
    ["2026-03-29T05:00:00.000Z", false],
    ["2026-10-25T05:59:00.000Z", true],
    ["2026-10-25T06:00:00.000Z", false],
  ])("from 22:00 to 07:00 on the clock of Berlin at %s: %s", async (instant, isQuiet) => {
    expect((await knowing({ quietHours: NIGHT })).isQuietAt(instant)).toBe(isQuiet);
  });

  it("never hold in a time zone that this browser does not know", async () => {
    const own = await knowing({ quietHours: { ...NIGHT, timeZone: "Mars/Olympus" } });
    expect(own.isQuietAt("2026-01-10T23:00:00.000Z")).toBe(false);
  });
});

describe("mutes", () => {
  const notification = makeNotification(1, "sales");
  const [reason = { scope: "" }] = notification.reasons;

  it("keep away what is told, or all that brought it", async () => {
    expect((await knowing({})).isMuted(notification)).toBe(false);
    expect((await knowing({ mutedTransitions: ["statusChanged"] })).isMuted(notification)).toBe(true);
    expect((await knowing({ mutedScopes: [reason.scope] })).isMuted(notification)).toBe(true);
  });

  it("let through what another scope brought too", async () => {
    const both = { ...notification, reasons: [reason, { scope: "all", group: "sales" }] };
    expect((await knowing({ mutedScopes: [reason.scope] })).isMuted(both)).toBe(false);
  });
});

it("asks once until it is told that the answer has expired", async () => {
  let asked = 0;
  const api = createApi({
    fetch: async () => {
      asked += 1;
      return Response.json({ quietHours: null, mutedScopes: [], mutedTransitions: [] });
    },
  });
  const own = createOwnPreferences({ api, onError: () => {} });
  await Promise.all([own.read(signal), own.read(signal)]);
  expect(asked).toBe(1);
  own.expire();
  await own.read(signal);
  expect(asked).toBe(2);
});

it("does not let an answer that was asked for before saving undo what was saved", async () => {
  let answer = (_response: Response): void => {};
  const api = createApi({
    fetch: (_input, init) =>
      init?.method === "PUT" && typeof init.body === "string"
        ? Promise.resolve(new Response(init.body))
        : new Promise((resolve) => (answer = resolve)),
  });
  const own = createOwnPreferences({ api, onError: () => {} });
  const reading = own.read(signal);
  await own.save({ quietHours: null, mutedScopes: [], mutedTransitions: ["statusChanged"] });
  answer(Response.json({ quietHours: null, mutedScopes: [], mutedTransitions: [] }));
  await reading;
  expect(own.isMuted(makeNotification(1))).toBe(true);
});
