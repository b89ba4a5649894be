/** The cases that are worth a test of their own, told in the world of the model. */
import { describe, expect, it, vi } from "vitest";
import { toOutboundMessageXml } from "../support/outbound-message.ts";
import { findViolations } from "./find-violations.ts";
import { type Edit, toMessageFields, type Version } from "./salesforce-orders.ts";
import { isAtRest } from "./story.ts";
import { createWorld, type World, type WorldSpec } from "./world.ts";

vi.mock("node:timers/promises", async () => {
  const { sleepVirtually } = await import("./virtual-time.ts");
  return { setTimeout: sleepVirtually };
});

const DAY_MS = 24 * 3_600_000;
const MINUTE_MS = 60_000;

/** A world in which nothing goes wrong by itself. */
function createQuietWorld(spec: Partial<WorldSpec> = {}): World {
  return createWorld({ seed: 0, throws: 0, faultRate: null, cursor: "asQueried", shortIds: false, ...spec });
}

const wait = ({ time }: World, ms: number) => time.runUntil(time.now() + ms);

/** Polls once and lets everything come to its end. */
async function poll(world: World): Promise<void> {
  void world.poll();
  await wait(world, MINUTE_MS);
}

/** Takes the silent first poll and goes on to the next minute. */
async function createPolledWorld(orders: number, spec: Partial<WorldSpec> = {}) {
  const world = createQuietWorld(spec);
  for (let n = 0; n < orders; n++) world.orders.create(DAY_MS, 0);
  await poll(world);
  return { world, ids: world.orders.ids() };
}

function toMessage(version: Version, shortIds = false): Uint8Array {
  const orders = [toMessageFields(version, { shortIds })];
  return new TextEncoder().encode(toOutboundMessageXml({ orders }));
}

/** Sends the order as it was in this version until it is acknowledged. */
async function tell(world: World, version: Version, shortIds?: boolean): Promise<void> {
  while (!(await world.post(toMessage(version, shortIds)))) await world.time.sleep(1_000);
}

function save({ orders }: World, orderId: string, edit: Edit, lateMs = 0): Version {
  const saved = orders.save(orderId, edit, lateMs);
  if (saved === undefined) throw new Error(`Nobody can ${edit} this order.`);
  return saved;
}

/** What one recipient was told, oldest first. */
function told({ storage }: World): string[] {
  return [...storage.inbox.get("user:ada")!.values()]
    .toSorted((a, b) => (a.id > b.id ? -1 : 1))
    .map(({ title, body }) => `${title}: ${body}`);
}

async function expectNoViolations(world: World): Promise<void> {
  expect(isAtRest(world)).toBe(true);
  expect(await findViolations(world)).toEqual([]);
}

describe("two changes of one order that overlap while the first claimant dies", () => {
  it("are both decided once, whenever it dies", async () => {
    let mostClaims = 0;
    const outcomes = new Set<number>();
    for (let dyingAfterMs = 0; dyingAfterMs <= 60; dyingAfterMs++) {
      const { world, ids } = await createPolledWorld(1);
      const first = save(world, ids[0]!, "status");
      void tell(world, first);
      await wait(world, 1_000);
      const second = save(world, ids[0]!, "amount");
      const third = save(world, ids[0]!, "status");
      void tell(world, second);
      void tell(world, third);
      world.time.in(dyingAfterMs, () => world.kill());
      await wait(world, 10 * MINUTE_MS);
      await expectNoViolations(world);
      const claims = world.executions.filter((name) => name === "claimChange").length;
      mostClaims = Math.max(mostClaims, claims);
      outcomes.add(told(world).length);
      expect((await world.storage.orders.readOrder(ids[0]!))?.coreFields).toEqual(third.core);
    }
    expect(mostClaims, "a claim was taken up again").toBeGreaterThan(3);
    expect(Math.max(...outcomes)).toBeLessThanOrEqual(3);
  });
});

describe("equal stamps across a page border", () => {
  it("lose and double no order, wherever the run ends", async () => {
    for (let dyingAfterMs = 0; dyingAfterMs <= 80; dyingAfterMs += 2) {
      const { world, ids } = await createPolledWorld(5);
      for (const id of ids) save(world, id, "status");
      await wait(world, MINUTE_MS);
      world.time.in(dyingAfterMs, () => world.kill());
      await poll(world);
      await poll(world);
      await poll(world);
      await expectNoViolations(world);
      expect(told(world)).toHaveLength(5);
    }
  });

  it("go on behind the last row that was taken when the next page is gone", async () => {
    let resumed = 0;
    for (let expiringAfterMs = 0; expiringAfterMs <= 120; expiringAfterMs += 4) {
      const { world, ids } = await createPolledWorld(5);
      for (const id of ids) save(world, id, "status");
      const { stamp } = world.orders.current(ids[0]!);
      await wait(world, MINUTE_MS);
      world.time.in(expiringAfterMs, () => world.salesforce.expireCursors());
      await poll(world);
      await poll(world);
      const isResumed = (soql: string) => soql.includes(`SystemModstamp = ${stamp} AND Id > `);
      if (world.salesforce.queries.some(isResumed)) resumed += 1;
      expect(told(world)).toHaveLength(5);
      await expectNoViolations(world);
    }
    expect(resumed).toBeGreaterThan(5);
  });

  it.each<WorldSpec["cursor"]>(["asQueried", "asRead"])(
    "are left behind by an edit between two pages %s, and hide no row",
    async (cursor) => {
      for (let savedAfterMs = 4; savedAfterMs <= 16; savedAfterMs += 2) {
        for (let dyingAfterMs = savedAfterMs; dyingAfterMs <= savedAfterMs + 20; dyingAfterMs += 2) {
          const world = createQuietWorld({ cursor });
          for (let n = 0; n < 4; n++) world.orders.create(DAY_MS, 0);
          const [, second] = world.orders.ids().toSorted();
          world.time.in(savedAfterMs, () => void save(world, second!, "status"));
          world.time.in(dyingAfterMs, () => world.kill());
          for (let minute = 0; minute < 3; minute++) await poll(world);
          await expectNoViolations(world);
        }
      }
    },
  );
});

describe("a change committed late behind the watermark", () => {
  it("is told once it can be seen", async () => {
    const { world, ids } = await createPolledWorld(2);
    save(world, ids[0]!, "status", 4 * MINUTE_MS);
    await wait(world, 5_000);
    save(world, ids[1]!, "status");
    await wait(world, 30_000);
    await poll(world);
    await poll(world);
    expect(told(world)).toHaveLength(1);
    expect(
      (await world.storage.watermarks.polling.read())!.state.upTo! > world.orders.current(ids[1]!).stamp,
    ).toBe(true);
    for (let minute = 0; minute < 4; minute++) await poll(world);
    expect(told(world)).toHaveLength(2);
    await expectNoViolations(world);
  });
});

describe("a leap second", () => {
  const midnight = Date.parse("2027-01-01T00:00:00.000Z");
  const spec = { startAt: midnight - 90_000, leapSecondAt: midnight };

  it("in a message and in a polled row is one change", async () => {
    const { world, ids } = await createPolledWorld(1, spec);
    await world.time.runUntil(midnight + 500);
    const version = save(world, ids[0]!, "status");
    expect(new TextDecoder().decode(toMessage(version))).toContain("2026-12-31T23:59:60.000Z");
    void tell(world, version);
    await wait(world, MINUTE_MS);
    await poll(world);
    expect(world.durable.starts).toHaveLength(1);
    expect(told(world)).toEqual(["Order 00000000 is now Approved: Status: Draft → Approved"]);
    await expectNoViolations(world);
  });

  it("stands in its order between the seconds around it", async () => {
    const { world, ids } = await createPolledWorld(1, spec);
    await world.time.runUntil(midnight - 500);
    const before = save(world, ids[0]!, "status");
    await world.time.runUntil(midnight + 500);
    const leap = save(world, ids[0]!, "status");
    await world.time.runUntil(midnight + 1_500);
    const after = save(world, ids[0]!, "status");
    for (const version of [leap, before, after]) {
      void tell(world, version);
      await wait(world, 1_000);
    }
    expect(told(world)).toHaveLength(2);
    await wait(world, MINUTE_MS);
    await poll(world);
    await expectNoViolations(world);
  });

  it("on a page border does not stop polling", async () => {
    for (let dyingAfterMs = 0; dyingAfterMs <= 40; dyingAfterMs++) {
      const { world, ids } = await createPolledWorld(3, spec);
      await world.time.runUntil(midnight + 500);
      for (const id of ids) save(world, id, "status");
      await wait(world, MINUTE_MS);
      world.time.in(dyingAfterMs, () => world.kill());
      await poll(world);
      await poll(world);
      await poll(world);
      expect(told(world)).toHaveLength(3);
      await expectNoViolations(world);
    }
  });

  it("that a clock repeats is two edits with one stamp, and the later one wins", async () => {
    const { world, ids } = await createPolledWorld(1);
    save(world, ids[0]!, "status");
    // 23:59:59 for the second time: the stamp is the same, a real second has passed.
    const again = save(world, ids[0]!, "amount");
    await wait(world, 1_000);
    void tell(world, again);
    await wait(world, MINUTE_MS);
    await poll(world);
    expect(told(world)).toEqual([
      "Order 00000000 is now Approved: Status: Draft → Approved · Amount: 100 → 150",
    ]);
    await expectNoViolations(world);
  });
});

describe("an id of 15 characters by one route and of 18 by the other", () => {
  it("is one order and one change", async () => {
    const { world, ids } = await createPolledWorld(1);
    const version = save(world, ids[0]!, "status");
    void tell(world, version, true);
    await wait(world, MINUTE_MS);
    await poll(world);
    void tell(world, version, false);
    await wait(world, MINUTE_MS);
    expect(world.durable.starts.map(({ change }) => change.orderId)).toEqual(ids);
    expect(told(world)).toHaveLength(1);
    await expectNoViolations(world);
  });
});

describe("two edits within one second", () => {
  it("are both told when they come in their order", async () => {
    const { world, ids } = await createPolledWorld(1);
    void tell(world, save(world, ids[0]!, "status"));
    await wait(world, 400);
    void tell(world, save(world, ids[0]!, "amount"));
    await wait(world, MINUTE_MS);
    await poll(world);
    expect(told(world)).toEqual([
      "Order 00000000 is now Approved: Status: Draft → Approved",
      "Order 00000000 has a new amount: Amount: 100 → 150",
    ]);
    await expectNoViolations(world);
  });

  it("end with the later one when the earlier one is overtaken", async () => {
    const { world, ids } = await createPolledWorld(1);
    const earlier = save(world, ids[0]!, "status");
    const later = save(world, ids[0]!, "amount");
    expect(earlier.stamp).toBe(later.stamp);
    void tell(world, later);
    await wait(world, 1_000);
    void tell(world, earlier);
    await wait(world, MINUTE_MS);
    await poll(world);
    expect(told(world)).toHaveLength(1);
    expect((await world.storage.orders.readOrder(ids[0]!))?.coreFields).toEqual(later.core);
    await expectNoViolations(world);
  });

  it("end with the later one when it leads back to what was known", async () => {
    const { world, ids } = await createPolledWorld(1);
    const there = save(world, ids[0]!, "status");
    const back = save(world, ids[0]!, "backToDraft");
    void tell(world, back);
    await wait(world, 1_000);
    void tell(world, there);
    await wait(world, MINUTE_MS);
    await poll(world);
    expect(told(world)).toEqual([]);
    expect((await world.storage.orders.readOrder(ids[0]!))?.coreFields).toEqual(back.core);
    await expectNoViolations(world);
  });

  it("of which the silent first poll saw the later one end with that one", async () => {
    const world = createQuietWorld();
    const { orderId } = world.orders.create(DAY_MS, 0);
    const earlier = save(world, orderId, "status");
    const later = save(world, orderId, "amount");
    await wait(world, MINUTE_MS);
    await poll(world);
    void tell(world, earlier);
    await wait(world, MINUTE_MS);
    expect((await world.storage.orders.readOrder(orderId))?.coreFields).toEqual(later.core);
    await expectNoViolations(world);
  });
});
