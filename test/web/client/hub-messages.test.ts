import { describe, expect, it, vi } from "vitest";
import { bell, errors, pass, problem, shownIds, site, startLive, useBell } from "./live-bell.ts";
import { makeNotification } from "./fake-site.ts";

useBell();

const NIGHT = { timeZone: "UTC", from: "22:00", to: "07:00" };
const SCOPE = "account:001000000000001AAA";
const refreshed = () => pass(1_000);
const reads = () => site.calls.filter((call) => call.startsWith("GET /api/notifications")).length;
const isSilent = (id: string) => bell.state.silent.has(id);

describe("receipts of another device", () => {
  it("change what is on show and the counts at once, without a question", async () => {
    const [first, second] = [site.notify(1), site.notify(2)];
    await startLive();
    const before = reads();
    site.openLine?.push({ ids: [first], state: "read" }, "receipts");
    expect(bell.state).toMatchObject({ unseen: 1, unread: 1, items: [{ id: second }, { state: "read" }] });
    site.openLine?.push({ ids: [first, second], state: "archived" }, "receipts");
    expect(bell.state).toMatchObject({ unseen: 0, unread: 0, items: [] });
    await refreshed();
    expect(reads()).toBe(before);
  });

  it("never take a state back", async () => {
    const id = site.notify(1);
    await startLive();
    await bell.markRead([id]);
    site.openLine?.push({ ids: [id], state: "seen" }, "receipts");
    expect(bell.state).toMatchObject({ unread: 0, items: [{ state: "read" }] });
  });

  it("survive a page that was asked for before them", async () => {
    const id = site.notify(1);
    await startLive();
    site.afterRead = () => new Promise((resolve) => setTimeout(resolve, 5_000));
    site.openLine?.drop();
    await pass(1_000);
    site.setState([id], "read");
    site.openLine?.push({ ids: [id], state: "read" }, "receipts");
    await pass(10_000);
    expect(bell.state).toMatchObject({ status: "live", unread: 0, items: [{ state: "read" }] });
  });

  it("about what is not loaded here correct the counts, once for many", async () => {
    for (let n = 1; n <= 80; n += 1) site.notify(n);
    await startLive();
    const before = reads();
    const ids = site.newestFirst.slice(60).map((item) => item.id);
    site.setState(ids, "read");
    for (const id of ids) site.openLine?.push({ ids: [id], state: "read" }, "receipts");
    await refreshed();
    expect(bell.state).toMatchObject({ unseen: 60, unread: 60 });
    expect(bell.state.items).toHaveLength(50);
    // What has changed since does not fit into a page, so the newest are read too.
    expect(reads() - before).toBe(2);
  });

  it("that make no sense are reported and change nothing", async () => {
    await startLive();
    site.openLine?.push({ ids: [7], state: "gone" }, "receipts");
    expect(errors).toHaveLength(1);
    expect(bell.state.status).toBe("live");
  });
});

describe("the summary after quiet hours", () => {
  it("is told, and what it speaks for comes into the list without a sound", async () => {
    site.preferences = { ...site.preferences, quietHours: NIGHT };
    vi.setSystemTime("2026-01-01T06:59:00Z");
    await startLive();
    const withheld = [1, 2, 3].map((n) => site.notify(n, { push: false }));
    vi.setSystemTime("2026-01-01T07:00:10Z");
    const digest = { count: 3, since: makeNotification(1).createdAt };
    site.openLine?.push(digest, "digest");
    expect(bell.state.digest).toEqual(digest);
    await refreshed();
    expect(shownIds()).toEqual(withheld.toReversed());
    expect(bell.state.unseen).toBe(3);
    expect(withheld.every(isSilent)).toBe(true);
    expect(isSilent(site.notify(8 * 3_600_000))).toBe(false);
  });

  it("waits for the server when the inbox cannot be read just then", async () => {
    await startLive();
    site.notify(1, { push: false });
    site.intercept = () => problem(503, "Busy");
    site.openLine?.push({ count: 1, since: makeNotification(1).createdAt }, "digest");
    await pass(3_000);
    expect(bell.state.items).toEqual([]);
    site.intercept = () => undefined;
    await pass(30_000);
    expect(bell.state.items).toHaveLength(1);
  });

  it("of nothing is not told", async () => {
    await startLive();
    site.openLine?.push({ count: 0, since: makeNotification(1).createdAt }, "digest");
    expect(bell.state).not.toHaveProperty("digest");
  });

  it("is told once however often it is pushed, and anew after the next quiet hours", async () => {
    await startLive();
    const [first, second] = [1, 2].map((n) => ({ count: n, since: makeNotification(n).createdAt }));
    site.openLine?.push(first, "digest");
    const told = bell.state.digest;
    site.openLine?.push({ ...first }, "digest");
    expect(bell.state.digest).toBe(told);
    site.openLine?.push(second, "digest");
    expect(bell.state.digest).toEqual(second);
  });

  it("is forgotten with the sign-in", async () => {
    await startLive();
    site.openLine?.push({ count: 1, since: makeNotification(1).createdAt }, "digest");
    site.intercept = () => new Response(null, { status: 401 });
    await refreshed();
    expect(bell.state.status).toBe("signedOut");
    expect(bell.state).not.toHaveProperty("digest");
  });
});

describe("a group's notification", () => {
  it("comes as any other to whom nothing keeps from it", async () => {
    await startLive();
    const id = site.notify(1, { group: "sales" });
    await pass(300);
    expect(shownIds()).toEqual([id]);
    expect(isSilent(id)).toBe(false);
    expect(site.receipts).toEqual([{ ids: [id], state: "received" }]);
  });

  it("comes without a sound in the member's quiet hours, and rings after them", async () => {
    vi.setSystemTime("2026-01-01T23:00:00Z");
    site.preferences = { ...site.preferences, quietHours: NIGHT };
    await startLive();
    const quiet = site.notify(1, { group: "sales" });
    await pass();
    vi.setSystemTime("2026-01-02T07:00:00Z");
    const loud = site.notify(2, { group: "sales" });
    await pass();
    expect(shownIds()).toEqual([loud, quiet]);
    expect([quiet, loud].map(isSilent)).toEqual([true, false]);
    expect(bell.state.unseen).toBe(2);
  });

  it("is not shown to a member who muted its scope or its kind, nor receipted", async () => {
    site.preferences = { ...site.preferences, mutedScopes: [SCOPE] };
    await startLive();
    site.notify(1, { group: "sales" });
    await pass(1_000);
    await bell.savePreferences({ ...site.preferences, mutedScopes: [], mutedTransitions: ["statusChanged"] });
    site.openLine?.push(makeNotification(2, "sales"));
    await pass(200);
    expect(site.receipts).toEqual([]);
    expect(shownIds()).not.toContain(makeNotification(2).id);
  });

  it("waits until this device knows the preferences", async () => {
    let answer = (): void => {};
    site.preferences = { ...site.preferences, mutedScopes: [SCOPE] };
    site.intercept = (_method, path) =>
      path === "/api/preferences" ? new Promise((resolve) => (answer = () => resolve(undefined))) : undefined;
    await startLive();
    site.openLine?.push(makeNotification(1, "sales"));
    await pass();
    expect(shownIds()).toEqual([]);
    const own = site.notify(2);
    expect(shownIds()).toEqual([own]);
    answer();
    await pass();
    expect(shownIds()).toEqual([own]);
  });

  it("is shown when the preferences cannot be read", async () => {
    site.intercept = (_method, path) => (path === "/api/preferences" ? problem(500, "Broken") : undefined);
    await startLive();
    const id = site.notify(1, { group: "sales" });
    await pass();
    expect(shownIds()).toEqual([id]);
    expect(errors).toHaveLength(1);
  });

  it("does not bend to the device's quiet hours when it names the person too", async () => {
    vi.setSystemTime("2026-01-01T23:00:00Z");
    site.preferences = { quietHours: NIGHT, mutedScopes: [SCOPE], mutedTransitions: [] };
    await startLive();
    const { reasons, ...rest } = makeNotification(1, "sales");
    site.openLine?.push({ ...rest, reasons: [...reasons, { scope: SCOPE }] });
    expect(isSilent(rest.id)).toBe(false);
    expect(shownIds()).toEqual([rest.id]);
  });
});

describe("preferences", () => {
  it("are read once per connection, and not while there is none", async () => {
    const count = () => site.calls.filter((call) => call === "GET /api/preferences").length;
    await startLive();
    for (let n = 1; n <= 3; n += 1) site.notify(n, { group: "sales" });
    await pass();
    expect(count()).toBe(1);
    site.lineIsRefused = true;
    site.openLine?.drop();
    await pass(120_000);
    expect(count()).toBe(1);
    site.lineIsRefused = false;
    await pass(60_000);
    expect(count()).toBe(2);
  });

  it("hold from the moment they are saved, and the list is read afresh without a sound", async () => {
    vi.setSystemTime("2026-01-01T12:00:00Z");
    await startLive();
    const reappeared = site.notify(1, { push: false });
    await bell.savePreferences({ ...site.preferences, mutedTransitions: ["statusChanged"] });
    await refreshed();
    expect(site.calls.filter((call) => call === "GET /api/notifications?limit=50")).toHaveLength(2);
    expect(isSilent(reappeared)).toBe(true);
    site.openLine?.push(makeNotification(2, "sales"));
    await pass();
    expect(shownIds()).toEqual([reappeared]);
  });

  it("stay as they were when the server refuses new ones", async () => {
    await startLive();
    site.intercept = (method) => (method === "PUT" ? problem(400, "Bad request") : undefined);
    await expect(bell.savePreferences({ ...site.preferences, mutedScopes: [SCOPE] })).rejects.toThrow(
      "Bad request",
    );
    const id = site.notify(1, { group: "sales" });
    await pass();
    expect(shownIds()).toEqual([id]);
  });

  it("cannot be saved without a session, which then ends here too", async () => {
    await startLive();
    site.intercept = () => new Response(null, { status: 401 });
    await expect(bell.savePreferences(site.preferences)).rejects.toThrow("Not signed in");
    expect(bell.state.status).toBe("signedOut");
  });
});
