import { describe, expect, it } from "vitest";
import { bell, errors, pass, problem, shownIds, site, startLive, useBell } from "./live-bell.ts";

useBell();

describe("older pages", () => {
  function fill(count: number): string[] {
    return Array.from({ length: count }, (_, index) => site.notify(index + 1, { push: false })).toReversed();
  }

  function olderCalls(): string[] {
    return site.calls.filter((call) => call.includes("before="));
  }

  it("says that there are older ones and adds them page by page", async () => {
    const ids = fill(120);
    await startLive();
    expect(bell.state.hasOlder).toBe(true);
    expect(await bell.loadOlder()).toBe(true);
    expect(shownIds()).toEqual(ids.slice(0, 100));
    expect(bell.state.hasOlder).toBe(true);
    expect(await bell.loadOlder()).toBe(true);
    expect(shownIds()).toEqual(ids);
    expect(bell.state).toMatchObject({ hasOlder: false, unseen: 120, unread: 120 });
    expect(olderCalls()).toEqual([
      `GET /api/notifications?limit=50&before=${ids[49]}`,
      `GET /api/notifications?limit=50&before=${ids[99]}`,
    ]);
  });

  it("asks for nothing when everything is on show", async () => {
    fill(49);
    await startLive();
    expect(bell.state.hasOlder).toBe(false);
    expect(await bell.loadOlder()).toBe(true);
    expect(olderCalls()).toEqual([]);
  });

  it("finds the end when the inbox is exactly one page long", async () => {
    fill(50);
    await startLive();
    expect(bell.state.hasOlder).toBe(true);
    expect(await bell.loadOlder()).toBe(true);
    expect(bell.state.hasOlder).toBe(false);
    expect(bell.state.items).toHaveLength(50);
  });

  it("asks once when it is called twice", async () => {
    fill(120);
    await startLive();
    expect(await Promise.all([bell.loadOlder(), bell.loadOlder()])).toEqual([true, true]);
    expect(bell.state.items).toHaveLength(100);
    expect(olderCalls()).toHaveLength(1);
  });

  it("says when it did not work, keeps what is on show, and works the next time", async () => {
    const ids = fill(60);
    await startLive();
    site.intercept = () => problem(503, "Busy");
    expect(await bell.loadOlder()).toBe(false);
    expect(bell.state).toMatchObject({ status: "live", hasOlder: true });
    expect(shownIds()).toEqual(ids.slice(0, 50));
    expect(String(errors.at(-1))).toContain("Busy");
    site.intercept = () => undefined;
    expect(await bell.loadOlder()).toBe(true);
    expect(shownIds()).toEqual(ids);
  });

  it("does not go round in circles when the server answers with newer ones", async () => {
    fill(60);
    await startLive();
    const circle = await site.fetch("/api/notifications?limit=50");
    site.intercept = () => circle;
    expect(await bell.loadOlder()).toBe(false);
    expect(bell.state.items).toHaveLength(50);
  });

  it("keeps what it loaded when it catches up, and does not let an older page move the cursor", async () => {
    const ids = fill(70);
    await startLive();
    await bell.loadOlder();
    site.openLine?.drop();
    const missed = [101, 102].map((n) => site.notify(n, { push: false })).toReversed();
    await pass(1_000);
    expect(shownIds()).toEqual([...missed, ...ids]);
    expect(bell.state).toMatchObject({ hasOlder: false, unread: 72 });
  });

  it("learns what another device did to an item of an older page", async () => {
    const ids = fill(70);
    await startLive();
    await bell.loadOlder();
    site.setState([ids[60] ?? ""], "archived");
    site.setState([ids[65] ?? ""], "read");
    site.openLine?.drop();
    await pass(1_000);
    expect(shownIds()).toEqual(ids.toSpliced(60, 1));
    expect(bell.state.items.find((item) => item.id === ids[65])?.state).toBe("read");
    expect(bell.state.unread).toBe(68);
  });

  it("leaves no hole: what lies beyond a gap is loaded again in its turn", async () => {
    fill(60);
    await startLive();
    await bell.loadOlder();
    site.openLine?.drop();
    for (let n = 101; n <= 300; n += 1) site.notify(n, { push: false });
    await pass(1_000);
    const all = site.newestFirst.map((item) => item.id);
    expect(shownIds()).toEqual(all.slice(0, shownIds().length));
    while (bell.state.hasOlder) expect(await bell.loadOlder()).toBe(true);
    expect(shownIds()).toEqual(all);
  });

  it("asks again when the list began afresh meanwhile", async () => {
    fill(60);
    await startLive();
    site.intercept = async (_method, path) => {
      if (!path.includes("before=")) return undefined;
      site.intercept = () => undefined;
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      return undefined;
    };
    const answer = bell.loadOlder();
    for (let n = 101; n <= 300; n += 1) site.notify(n, { push: false });
    site.openLine?.drop();
    await pass(10_000);
    expect(await answer).toBe(true);
    expect(shownIds()).toEqual(site.newestFirst.slice(0, 100).map((item) => item.id));
    expect(bell.state.hasOlder).toBe(true);
  });

  it("shows a push that comes late wherever it belongs, and counts it once when its page is loaded", async () => {
    for (let n = 1; n <= 60; n += 1) site.notify(n * 10, { push: false });
    await startLive();
    const late = site.notify(15);
    expect(shownIds().at(-1)).toBe(late);
    expect(bell.state.unread).toBe(61);
    await bell.loadOlder();
    expect(shownIds()).toEqual(site.newestFirst.map((item) => item.id));
    expect(bell.state.unread).toBe(61);
  });

  it("finds what was lost below a push that overtook the page", async () => {
    await startLive();
    site.afterRead = () => {
      site.afterRead = () => {};
      for (let n = 1; n <= 70; n += 1) site.notify(n, { push: n > 10 });
    };
    site.openLine?.drop();
    await pass(1_000);
    expect(bell.state.items).toHaveLength(60);
    site.openLine?.drop();
    await pass(60_000);
    while (bell.state.hasOlder) expect(await bell.loadOlder()).toBe(true);
    expect(bell.state.items).toHaveLength(70);
  });

  it("shows nothing of a page that arrives after the sign-in ended", async () => {
    const ids = fill(60);
    await startLive();
    site.afterRead = () => pass(1_000);
    const answer = bell.loadOlder();
    site.intercept = () => new Response(null, { status: 401 });
    await bell.markRead(ids.slice(0, 1));
    expect(await answer).toBe(false);
    expect(bell.state).toMatchObject({ status: "signedOut", items: [], hasOlder: false });
  });

  it("tells that what it loaded was received", async () => {
    const ids = fill(60);
    await startLive();
    await pass(300);
    await bell.loadOlder();
    await pass(300);
    expect(site.receipts.at(-1)).toEqual({ ids: ids.slice(50), state: "received" });
  });
});
