import { describe, expect, it } from "vitest";
import { bell, errors, pass, problem, site, startLive, useBell } from "./live-bell.ts";

useBell();

const READ_ALL = "POST /api/notifications/read-all";

describe("marking everything as read", () => {
  function fill(count: number): void {
    for (let n = 1; n <= count; n += 1) site.notify(n, { push: false });
  }

  it("marks what is not loaded too, in one call, without showing it", async () => {
    fill(330);
    await startLive();
    expect(await bell.markAllRead()).toBe("done");
    expect(site.counts.unread).toBe(0);
    expect(bell.state).toMatchObject({ unseen: 0, unread: 0, hasOlder: true, isMarkingAll: false });
    expect(bell.state.items).toHaveLength(50);
    expect(site.calls.filter((call) => call.startsWith("POST"))).toEqual([READ_ALL]);
    await bell.loadOlder();
    expect(bell.state.items.filter((item) => item.state !== "read")).toEqual([]);
  });

  it("shows its effect before the server has answered", async () => {
    fill(10);
    await startLive();
    site.intercept = () => new Promise(() => {});
    void bell.markAllRead();
    expect(bell.state).toMatchObject({ unseen: 0, unread: 0, isMarkingAll: true });
    site.intercept = () => undefined;
  });

  it("goes on while some are left, and says how many", async () => {
    site.readAllItems = 100;
    fill(260);
    await startLive();
    const left = new Set<number>();
    bell.subscribe(({ isMarkingAll, unread }) => void (isMarkingAll && left.add(unread)));
    expect(await bell.markAllRead()).toBe("done");
    expect([...left]).toEqual([210, 160, 60, 0]);
    expect(site.calls.filter((call) => call === READ_ALL)).toHaveLength(3);
  });

  it("asks again after 50 calls, and goes on from there", async () => {
    site.readAllItems = 2;
    fill(120);
    await startLive();
    expect(await bell.markAllRead()).toBe("unfinished");
    expect(site.counts.unread).toBe(20);
    expect(bell.state.unread).toBe(20);
    expect(await bell.markAllRead()).toBe("done");
    expect(bell.state.unread).toBe(0);
  });

  it("undoes everything when the server refuses at once", async () => {
    fill(60);
    await startLive();
    site.intercept = (method) => (method === "POST" ? problem(503, "Busy") : undefined);
    expect(await bell.markAllRead()).toBe("refused");
    expect(bell.state).toMatchObject({ unread: 60, unseen: 60, isMarkingAll: false });
    expect(String(errors[0])).toContain("Busy");
  });

  it("undoes what the server refuses and keeps what it took", async () => {
    site.readAllItems = 100;
    fill(260);
    await startLive();
    let calls = 0;
    site.intercept = (method) => {
      if (method === "POST") calls += 1;
      return method === "POST" && calls === 2 ? problem(503, "Busy") : undefined;
    };
    expect(await bell.markAllRead()).toBe("refused");
    expect(bell.state).toMatchObject({ unread: 160, isMarkingAll: false });
    expect(site.counts.unread).toBe(160);
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

  it("leaves alone what comes after it", async () => {
    fill(60);
    await startLive();
    site.afterRead = () => {
      site.afterRead = () => {};
      site.notify(1_000);
    };
    expect(await bell.markAllRead()).toBe("done");
    expect(bell.state).toMatchObject({ unread: 1, unseen: 1 });
  });

  it("is one call however often it is asked for meanwhile", async () => {
    fill(5);
    await startLive();
    await Promise.all([bell.markAllRead(), bell.markAllRead()]);
    expect(site.calls.filter((call) => call === READ_ALL)).toHaveLength(1);
  });

  it("ends with the sign-in", async () => {
    fill(120);
    await startLive();
    site.intercept = (method) => (method === "POST" ? new Response(null, { status: 401 }) : undefined);
    expect(await bell.markAllRead()).toBe("refused");
    expect(bell.state).toMatchObject({ status: "signedOut", isMarkingAll: false, items: [] });
    const before = site.calls.length;
    await pass(60_000);
    expect(site.calls).toHaveLength(before);
  });
});
