import { describe, expect, it, vi } from "vitest";
import { createOrderBell } from "../../../web/client/create-order-bell.ts";
import { makeNotification } from "./fake-site.ts";
import { bell, errors, pass, problem, shownIds, site, startLive, useBell } from "./live-bell.ts";

useBell();

describe("loading", () => {
  it("shows the inbox newest first with the server's counts", async () => {
    const ids = [1, 2, 3].map((n) => site.notify(n));
    site.setState([ids[0] ?? ""], "read");
    await startLive();
    expect(shownIds()).toEqual(ids.toReversed());
    expect(bell.state).toMatchObject({ unseen: 2, unread: 2, loaded: true });
  });

  it("goes from idle through loading to live", async () => {
    const seen = [bell.state.status];
    bell.subscribe((state) => seen.push(state.status));
    await startLive();
    expect([...new Set(seen)]).toEqual(["idle", "loading", "live"]);
  });

  it("reads the inbox again after the line is open, so that nothing falls between", async () => {
    let missed = "";
    site.afterRead = () => {
      site.afterRead = () => {};
      missed = site.notify(1, { push: false });
    };
    await startLive();
    expect(site.calls.slice(0, 4)).toEqual([
      "GET /api/notifications?limit=50",
      "connect",
      "GET /api/preferences",
      expect.stringMatching(/^GET \/api\/notifications\?limit=50&since=2026/),
    ]);
    expect(shownIds()).toEqual([missed]);
  });

  it("says what is wrong when nothing can be loaded, and loads by itself once it can", async () => {
    site.intercept = () => problem(503, "Sign-in is not set up");
    bell.start();
    await pass();
    expect(bell.state).toMatchObject({
      status: "failed",
      loaded: false,
      problem: { title: "Sign-in is not set up", status: 503 },
    });
    site.intercept = () => undefined;
    await pass(1_000);
    expect(bell.state.status).toBe("live");
    expect(bell.state).not.toHaveProperty("problem");
  });

  it("tries at once when it is started again while waiting", async () => {
    site.intercept = () => problem(500, "Broken");
    bell.start();
    await pass(60_000);
    site.intercept = () => undefined;
    bell.start();
    await pass();
    expect(bell.state.status).toBe("live");
  });

  it("fails with words of its own when the answer is not what was agreed", async () => {
    site.intercept = () => Response.json({ items: "none" });
    bell.start();
    await pass();
    expect(bell.state.problem?.title).toBe("The server's answer could not be understood");
  });

  it("shows a notification whose transition is newer than this client", async () => {
    const notification = { ...makeNotification(1), transition: "teleported" };
    const page = {
      items: [{ ...notification, state: "stored" }],
      nextSince: notification.createdAt,
      unseen: 1,
      unread: 1,
    };
    site.intercept = (method) => (method === "GET" ? Response.json(page) : undefined);
    await startLive();
    expect(bell.state.items[0]?.transition).toBe("teleported");
  });
});

it("says when the server has not counted everything", async () => {
  const { createdAt } = makeNotification(1);
  const page = { items: [], nextSince: createdAt, unseen: 7, unread: 9, isCountCapped: true };
  site.intercept = (_method, path) =>
    path.startsWith("/api/notifications?") ? Response.json(page) : undefined;
  await startLive();
  expect(bell.state).toMatchObject({ unseen: 7, unread: 9, isCountCapped: true });
});

describe("pushes", () => {
  it("adds a push at once and counts it", async () => {
    await startLive();
    const id = site.notify(1);
    expect(shownIds()).toEqual([id]);
    expect(bell.state).toMatchObject({ unseen: 1, unread: 1 });
  });

  it("shows and counts a notification once however often it comes", async () => {
    site.notify(1);
    await startLive();
    site.push(1);
    site.notify(2);
    site.push(2);
    site.push(2);
    expect(bell.state.items).toHaveLength(2);
    expect(bell.state.unseen).toBe(2);
  });

  it("counts a push that overtakes the page being read", async () => {
    await startLive();
    site.afterRead = async () => {
      site.afterRead = () => {};
      site.notify(2);
    };
    site.notify(1);
    site.openLine?.drop();
    await pass(1_000);
    expect(bell.state).toMatchObject({ unseen: 2, unread: 2 });
    expect(bell.state.items).toHaveLength(2);
  });

  it("reports a push that is no notification and goes on", async () => {
    await startLive();
    site.openLine?.push({ id: 7 });
    expect(bell.state).toMatchObject({ status: "live", items: [] });
    expect(errors).toHaveLength(1);
  });
});

describe("reconnecting", () => {
  it("asks for what it missed since its last cursor and merges it", async () => {
    const before = site.notify(1);
    await startLive();
    site.openLine?.drop();
    await pass();
    expect(bell.state.status).toBe("reconnecting");
    expect(shownIds()).toEqual([before]);
    const missed = site.notify(2, { push: false });
    await pass(1_000);
    expect(bell.state.status).toBe("live");
    expect(shownIds()).toEqual([missed, before]);
    expect(site.calls.filter((call) => call === "GET /api/notifications?limit=50")).toHaveLength(1);
  });

  it("takes over what another device did", async () => {
    const [first, second] = [site.notify(1), site.notify(2)];
    await startLive();
    site.setState([first], "archived");
    site.setState([second], "read");
    site.openLine?.drop();
    await pass(1_000);
    expect(bell.state).toMatchObject({ unseen: 0, unread: 0, items: [{ id: second, state: "read" }] });
  });

  it("starts afresh when a full page may hide a gap", async () => {
    site.notify(1);
    await startLive();
    site.openLine?.drop();
    for (let n = 2; n <= 80; n += 1) site.notify(n, { push: false });
    await pass(1_000);
    expect(shownIds()).toEqual(site.newestFirst.slice(0, 50).map((item) => item.id));
    expect(bell.state.unseen).toBe(80);
  });

  it("keeps trying for ever, at most 30 seconds apart, and reads the inbox meanwhile", async () => {
    await startLive();
    site.lineIsRefused = true;
    site.openLine?.drop();
    await pass(10 * 60_000);
    expect(bell.state.status).toBe("reconnecting");
    const late = site.notify(1);
    await pass(30_000);
    expect(shownIds()).toEqual([late]);
    site.lineIsRefused = false;
    await pass(30_000);
    expect(bell.state.status).toBe("live");
  });

  it("spreads its tries: fewer than 50 in the first ten minutes without a line", async () => {
    site.lineIsRefused = true;
    bell.start();
    await pass(10 * 60_000);
    const tries = site.calls.filter((call) => call === "connect").length;
    expect(tries).toBeGreaterThan(20);
    expect(tries).toBeLessThan(50);
  });

  it("does not try after it was stopped, and goes on from its cursor when started again", async () => {
    site.notify(1);
    await startLive();
    await bell.stop();
    expect(bell.state.status).toBe("idle");
    const before = site.calls.length;
    await pass(120_000);
    expect(site.calls).toHaveLength(before);
    site.notify(2);
    await startLive();
    expect(bell.state.items).toHaveLength(2);
    expect(site.calls[before]).toBe("connect");
  });

  it("stops while the first answer is still on its way", async () => {
    site.intercept = () => new Promise(() => {});
    const hanging: typeof fetch = (input, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener("abort", () => reject(new Error("aborted")));
        void site.fetch(input, init);
      });
    const other = createOrderBell({ fetch: hanging, createConnection: site.createConnection });
    other.start();
    await pass();
    await other.stop();
    expect(other.state.status).toBe("idle");
  });
});

describe("signing out", () => {
  it("stops at a 401 with an empty body, without asking for a line", async () => {
    site.intercept = () => new Response(null, { status: 401 });
    bell.start();
    await pass(120_000);
    expect(bell.state.status).toBe("signedOut");
    expect(site.calls).toHaveLength(1);
  });

  it("forgets the inbox and closes the line when the session ends", async () => {
    const id = site.notify(1);
    await startLive();
    site.intercept = () => new Response(null, { status: 401 });
    expect(await bell.markRead([id])).toBe(false);
    expect(bell.state).toMatchObject({ status: "signedOut", items: [], unseen: 0, unread: 0 });
    const before = site.calls.length;
    site.push(2);
    await pass(120_000);
    expect(bell.state.items).toEqual([]);
    expect(site.calls).toHaveLength(before);
  });

  it("notices the end of the session from a receipt", async () => {
    await startLive();
    site.intercept = () => new Response(null, { status: 401 });
    site.notify(1);
    await pass(300);
    expect(bell.state.status).toBe("signedOut");
  });
});

describe("receipts", () => {
  it("tells in one batch, a moment later, what was received by push and by page", async () => {
    const paged = [site.notify(1), site.notify(2)];
    await startLive();
    const pushed = site.notify(3);
    await pass(200);
    expect(site.receipts).toEqual([]);
    await pass(100);
    expect(site.receipts).toEqual([{ ids: [...paged.toReversed(), pushed], state: "received" }]);
  });

  it("sends at most 100 ids at once", async () => {
    await startLive();
    for (let n = 1; n <= 230; n += 1) site.notify(n);
    await pass(1_000);
    expect(site.receipts.map((receipt) => receipt.ids.length)).toEqual([100, 100, 30]);
  });

  it("tries a receipt again until the server takes it, and shows the notification meanwhile", async () => {
    await startLive();
    site.intercept = () => problem(503, "Busy");
    const id = site.notify(1);
    await pass(5_000);
    expect(shownIds()).toEqual([id]);
    expect(site.receipts).toEqual([]);
    site.intercept = () => undefined;
    await pass(30_000);
    expect(site.receipts).toEqual([{ ids: [id], state: "received" }]);
  });

  it("gives up a receipt that the server calls wrong", async () => {
    await startLive();
    site.intercept = (method) => (method === "POST" ? problem(400, "Not yours") : undefined);
    site.notify(1);
    await pass(120_000);
    expect(site.calls.filter((call) => call.startsWith("POST"))).toHaveLength(1);
    expect(errors).toHaveLength(1);
  });
});

describe("marking", () => {
  it("shows seen, read and archived before the server has answered", async () => {
    const [first, second] = [site.notify(1), site.notify(2)];
    await startLive();
    await pass(300);
    site.intercept = () => new Promise(() => {});
    void bell.markSeen([first, second]);
    expect(bell.state).toMatchObject({ unseen: 0, unread: 2 });
    void bell.markRead([first]);
    expect(bell.state).toMatchObject({ unseen: 0, unread: 1 });
    void bell.archive([second]);
    expect(bell.state).toMatchObject({ unread: 0, items: [{ id: first, state: "read" }] });
  });

  it("takes it back when the server refuses, and says so", async () => {
    const id = site.notify(1);
    await startLive();
    await pass(300);
    site.intercept = () => problem(500, "No luck");
    const answer = bell.archive([id]);
    expect(bell.state.items).toEqual([]);
    expect(await answer).toBe(false);
    expect(bell.state).toMatchObject({ unseen: 1, unread: 1, items: [{ id }] });
    expect(String(errors[0])).toContain("No luck");
  });

  it("undoes only the mark that was refused", async () => {
    const id = site.notify(1);
    await startLive();
    expect(await bell.markSeen([id])).toBe(true);
    site.intercept = () => problem(500, "No luck");
    expect(await bell.markRead([id])).toBe(false);
    expect(bell.state).toMatchObject({ unseen: 0, unread: 1, items: [{ state: "seen" }] });
  });

  it("does not let a page that was read before the mark undo it", async () => {
    const id = site.notify(1);
    await startLive();
    await pass(300);
    site.notify(2, { push: false });
    site.setState([id], "received");
    site.afterRead = async () => {
      site.afterRead = () => {};
      expect(await bell.markRead([id])).toBe(true);
    };
    site.openLine?.drop();
    await pass(1_000);
    expect(bell.state.items.map((item) => item.state)).toEqual(["received", "read"]);
    expect(bell.state).toMatchObject({ unseen: 1, unread: 1 });
  });

  it("sends nothing for what is marked already", async () => {
    const id = site.notify(1);
    await startLive();
    await bell.markRead([id]);
    const before = site.calls.length;
    expect(await bell.markSeen([id, id])).toBe(true);
    expect(site.calls).toHaveLength(before);
  });
});

describe("listeners", () => {
  it("hears no more after unsubscribing", async () => {
    const listener = vi.fn();
    bell.subscribe(listener)();
    await startLive();
    expect(listener).not.toHaveBeenCalled();
  });

  it("does not let one listener's error reach the others", async () => {
    bell.subscribe(() => {
      throw new Error("mine");
    });
    const listener = vi.fn();
    bell.subscribe(listener);
    await startLive();
    expect(listener).toHaveBeenCalled();
    expect(String(errors[0])).toContain("mine");
  });
});
