import fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createOrderBell } from "../../../web/client/create-order-bell.ts";
import { FakeSite } from "./fake-site.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const number = fc.integer({ min: 1, max: 12 });
/** Between what was there at first and the bursts, so that some of what is pushed comes late. */
const NUMBERED_FROM = 200;
const BURSTS_FROM = 1_000;

const event = fc.oneof(
  fc.record({ kind: fc.constantFrom("notify", "storeOnly", "pushAgain", "markSeen", "markRead"), n: number }),
  fc.record({ kind: fc.constantFrom("drop", "slowRead", "refuseMarks", "allowAll"), n: number }),
  fc.record({
    kind: fc.constantFrom("loadOlder", "markAllRead", "archive", "elsewhere", "echoed", "digest", "burst"),
    n: number,
  }),
  fc.record({ kind: fc.constant("pass"), n: fc.integer({ min: 0, max: 2_000 }) }),
);

type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;
type Bell = ReturnType<typeof createOrderBell>;

const seen = new WeakMap<FakeSite, Map<number, string>>();

async function happen({ kind, n }: Event, site: FakeSite, bell: Bell): Promise<void> {
  const stored = seen.get(site) ?? new Map<number, string>();
  seen.set(site, stored);
  const id = stored.get(n);
  switch (kind) {
    case "notify":
    case "storeOnly":
      if (id === undefined) stored.set(n, site.notify(NUMBERED_FROM + n, { push: kind === "notify" }));
      break;
    case "pushAgain":
      if (id !== undefined) site.push(NUMBERED_FROM + n);
      break;
    case "markSeen":
      if (id !== undefined) void bell.markSeen([id]);
      break;
    case "markRead":
      if (id !== undefined) void bell.markRead([id]);
      break;
    case "archive":
      if (id !== undefined) void bell.archive([id]);
      break;
    case "elsewhere":
      site.setState(
        site.newestFirst.filter((_, index) => index % 12 === n).map((item) => item.id),
        n % 2 === 0 ? "read" : "archived",
      );
      break;
    case "echoed": {
      const ids = site.newestFirst.filter((_, index) => index % 12 === n).map((item) => item.id);
      const state = n % 2 === 0 ? "read" : "archived";
      site.setState(ids, state);
      site.openLine?.push({ ids, state }, "receipts");
      break;
    }
    case "digest":
      site.openLine?.push({ count: n, since: "2026-01-01T00:00:00.000Z" }, "digest");
      break;
    case "burst": {
      const first = BURSTS_FROM + site.newestFirst.length;
      for (let more = 0; more < n * 10; more += 1) site.notify(first + more, { push: n > 6 });
      break;
    }
    case "loadOlder":
      void bell.loadOlder();
      break;
    case "markAllRead":
      void bell.markAllRead();
      break;
    case "drop":
      site.openLine?.drop();
      break;
    case "slowRead":
      site.afterRead = () => new Promise((resolve) => setTimeout(resolve, n * 100));
      break;
    case "refuseMarks":
      site.intercept = (method) => (method === "POST" ? new Response(null, { status: 500 }) : undefined);
      break;
    case "allowAll":
      site.intercept = () => undefined;
      break;
    case "pass":
      await vi.advanceTimersByTimeAsync(n);
  }
}

const earlier = fc.constantFrom(0, 49, 50, 130);

/** Once found by chance: a row that is older than all on show, written late, when more has changed than one page holds. */
const lateBeyondAFullPage: Event[] = [
  { kind: "burst", n: 5 },
  { kind: "pass", n: 0 },
  { kind: "loadOlder", n: 1 },
  { kind: "storeOnly", n: 1 },
];

it("ends with each id once, newest first, and the server's counts, however pushes and pages interleave", async () => {
  await fc.assert(
    fc.asyncProperty(earlier, fc.array(event, { maxLength: 40 }), async (count, events) => {
      const site = new FakeSite();
      for (let n = 1; n <= count; n += 1) site.notify(n, { push: false });
      const bell = createOrderBell({
        fetch: site.fetch,
        createConnection: site.createConnection,
        onError: () => {},
      });
      bell.start();
      for (const each of events) {
        await happen(each, site, bell);
        const ids = bell.state.items.map((item) => item.id);
        expect(ids).toEqual([...new Set(ids)].sort());
      }
      site.intercept = () => undefined;
      site.afterRead = () => {};
      await vi.advanceTimersByTimeAsync(60_000);
      site.openLine?.drop();
      await vi.advanceTimersByTimeAsync(60_000);
      while (bell.state.hasOlder) expect(await bell.loadOlder()).toBe(true);
      await vi.advanceTimersByTimeAsync(60_000);
      site.openLine?.drop();
      await vi.advanceTimersByTimeAsync(60_000);
      expect(bell.state.items.map((item) => [item.id, item.state])).toEqual(
        site.newestFirst.filter(({ state }) => state !== "archived").map((item) => [item.id, item.state]),
      );
      expect({ unseen: bell.state.unseen, unread: bell.state.unread }).toEqual(site.counts);
      await bell.stop();
    }),
    { numRuns: 200, examples: [[0, lateBeyondAFullPage]] },
  );
});
