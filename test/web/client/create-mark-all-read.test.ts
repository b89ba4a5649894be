import { describe, expect, it } from "vitest";
import { bell, pass, problem, site, startLive, useBell } from "./live-bell.ts";

useBell();

describe("marking everything as read", () => {
  function fill(count: number): void {
    for (let n = 1; n <= count; n += 1) site.notify(n, { push: false });
  }

  it("marks what is not loaded too, at most 100 in one call, without showing it", async () => {
    fill(330);
    await startLive();
    expect(await bell.markAllRead()).toBe("done");
    expect(site.counts.unread).toBe(0);
    expect(bell.state).toMatchObject({ unseen: 0, unread: 0, hasOlder: true, isMarkingAll: false });
    expect(bell.state.items).toHaveLength(50);
    const sizes = site.receipts.filter(({ state }) => state === "read").map(({ ids }) => ids.length);
    expect(sizes).toEqual([50, 100, 100, 80]);
    await bell.loadOlder();
    expect(bell.state.items.filter((item) => item.state !== "read")).toEqual([]);
  });

  it("says while it is at it how many are left", async () => {
    fill(260);
    await startLive();
    const left = new Set<number>();
    bell.subscribe(({ isMarkingAll, unread }) => void (isMarkingAll && left.add(unread)));
    await bell.markAllRead();
    expect([...left]).toEqual([260, 210, 110, 10, 0]);
  });

  it("reads no older page once nothing is unread", async () => {
    fill(200);
    site.setState(
      site.newestFirst.slice(120).map((item) => item.id),
      "read",
    );
    await startLive();
    expect(await bell.markAllRead()).toBe("done");
    expect(site.calls.filter((call) => call.includes("before="))).toHaveLength(1);
  });

  it("stops after 1,000 older ones, says so, and goes on from there the next time", async () => {
    fill(1_200);
    await startLive();
    expect(await bell.markAllRead()).toBe("unfinished");
    expect(bell.state.unread).toBe(150);
    expect(site.counts.unread).toBe(150);
    const before = site.calls.length;
    expect(await bell.markAllRead()).toBe("done");
    expect(bell.state.unread).toBe(0);
    expect(site.calls.slice(before).filter((call) => call.includes("before="))).toHaveLength(2);
  });

  it("undoes what the server refuses and keeps what it took", async () => {
    fill(260);
    await startLive();
    let marks = 0;
    site.intercept = (method) => {
      if (method === "POST") marks += 1;
      return method === "POST" && marks === 3 ? problem(503, "Busy") : undefined;
    };
    expect(await bell.markAllRead()).toBe("refused");
    expect(bell.state).toMatchObject({ unread: 110, isMarkingAll: false });
    expect(site.counts.unread).toBe(110);
    expect(await bell.markAllRead()).toBe("done");
    expect(bell.state.unread).toBe(0);
  });

  it("corrects the count when another device was faster", async () => {
    fill(60);
    await startLive();
    site.setState(
      site.newestFirst.slice(50).map((item) => item.id),
      "read",
    );
    expect(await bell.markAllRead()).toBe("done");
    expect(bell.state.unread).toBe(0);
  });

  it("does not let the counts of a slow answer replace newer ones", async () => {
    fill(60);
    await startLive();
    await pass(300);
    site.setState(
      site.newestFirst.slice(50).map((item) => item.id),
      "read",
    );
    site.afterRead = () =>
      site.calls.at(-1) === "GET /api/notifications?limit=50"
        ? new Promise((resolve) => setTimeout(resolve, 5_000))
        : undefined;
    const answer = bell.markAllRead();
    await pass();
    expect(site.calls.at(-1)).toBe("GET /api/notifications?limit=50");
    site.afterRead = () => {};
    site.notify(1_000, { push: false });
    site.openLine?.drop();
    await pass(10_000);
    await answer;
    expect(site.counts.unread).toBe(1);
    expect(bell.state).toMatchObject({ unread: 1, unseen: 1 });
  });

  it("leaves alone what comes meanwhile", async () => {
    fill(60);
    await startLive();
    site.afterRead = () => {
      site.afterRead = () => {};
      site.notify(1_000);
    };
    expect(await bell.markAllRead()).toBe("done");
    expect(bell.state).toMatchObject({ unread: 1, unseen: 1 });
  });

  it("ends with the sign-in", async () => {
    fill(120);
    await startLive();
    site.intercept = (_method, path) =>
      path.includes("before=") ? new Response(null, { status: 401 }) : undefined;
    expect(await bell.markAllRead()).toBe("refused");
    expect(bell.state).toMatchObject({ status: "signedOut", isMarkingAll: false, items: [] });
  });
});
