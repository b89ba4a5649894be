import { describe, expect, it } from "vitest";
import { type ListFinished, runWhatIf } from "../../../src/audit/run-what-if.ts";
import type { Subscription } from "../../../src/domain/subscription.ts";
import { type WhatIfRequest, whatIfAnswerSchema, whatIfRequestSchema } from "../../../src/domain/what-if.ts";
import { toPageInstanceId } from "../../../src/orchestration/names.ts";
import { createOrderChange } from "../../support/order-change.ts";
import { readFrom, recordOrder, toRootId } from "./recorded-order.ts";

const PERIOD = { from: "2026-11-22T00:00:00Z", to: "2026-11-23T00:00:00Z" };
const change = createOrderChange();

const follow = (userId: string, rules: Subscription["rules"] = { priority: "normal" }): Subscription => ({
  scope: "all",
  target: { kind: "user", userId },
  rules,
});

/** A listing of pages of so many ids; its tokens are the places in the list. */
function list(instanceIds: readonly string[], pageSize = 1_000): ListFinished {
  return ({ after }) => {
    const start = Number(after ?? 0);
    const next = start + pageSize < instanceIds.length ? String(start + pageSize) : null;
    return Promise.resolve({ instanceIds: instanceIds.slice(start, start + pageSize), next });
  };
}

type Input = Parameters<typeof whatIfRequestSchema.parse>[0];

/** Asks over these records; the clock stands unless it is told otherwise. */
async function ask(
  records: ReadonlyMap<string, unknown>,
  request: Record<string, unknown> = {},
  o: { listFinished?: ListFinished; now?: () => Date } = {},
) {
  const parsed: WhatIfRequest = whatIfRequestSchema.parse({ ...PERIOD, ...request } satisfies Input);
  const answer = await runWhatIf(
    {
      reader: readFrom(records),
      listFinished: o.listFinished ?? list([...records.keys()]),
      codeVersion: "now",
      now: o.now ?? (() => new Date("2026-11-24T00:00:00Z")),
    },
    parsed,
  );
  return whatIfAnswerSchema.parse(answer);
}

const toRecords = (count: number, rows: Subscription[]) =>
  new Map(
    Array.from({ length: count }, (_, index) => [
      ...recordOrder({ instanceId: toRootId(index), change, pages: [rows] }),
    ]).flat(),
  );

describe("what-if over recorded orchestrations", () => {
  it("finds nothing where today's code decides as it did", async () => {
    const answer = await ask(
      toRecords(3, [follow("ada"), follow("grace", { priority: "normal", statuses: ["None"] })]),
    );
    expect(answer).toMatchObject({
      codeVersion: { recorded: ["then"], now: "now" },
      orchestrations: { lookedAt: 3, decided: 3, silent: 0, unread: 0 },
      totals: { recorded: 3, now: 3, gained: 0, lost: 0, changed: 0, same: 3 },
      targets: [],
      orders: [],
      next: null,
    });
  });

  it("compares with whom the record says were told, not with what today's code says they would have been", async () => {
    const records = recordOrder({
      instanceId: toRootId(1),
      change,
      pages: [[follow("ada"), follow("grace")]],
    });
    const forgotten = JSON.parse(JSON.stringify(Object.fromEntries(records)).replaceAll("grace", "bob"));
    forgotten[toRootId(1)].historyEvents[1].Result.firstPage.subscriptions[1].target.userId = "grace";
    const answer = await ask(new Map(Object.entries(forgotten)));
    expect(answer.orders).toMatchObject([
      { gained: [{ target: { userId: "grace" } }], lost: [{ target: { userId: "bob" } }] },
    ]);
  });

  it("decides over all pages of an order, and takes them for no orders of their own", async () => {
    const records = recordOrder({
      instanceId: toRootId(1),
      change,
      pages: [[follow("a"), follow("b")], [follow("c")], [follow("d")]],
    });
    expect([...records.keys()]).toContain(toPageInstanceId(toRootId(1), 2));
    const subscriptions = [{ ...toLine("d"), removed: true }, toLine("e")];
    const answer = await ask(records, { subscriptions });
    expect(answer).toMatchObject({
      orchestrations: { lookedAt: 1, decided: 1 },
      totals: { recorded: 4, now: 4, gained: 1, lost: 1, same: 3, preferencesUnknown: 1 },
      targets: [
        { target: { userId: "d" }, recorded: 1, now: 0, lost: 1 },
        { target: { userId: "e" }, recorded: 0, now: 1, gained: 1, preferencesUnknown: 1 },
      ],
      orders: [
        {
          orderId: change.orderId,
          instanceId: toRootId(1),
          gained: [{ target: { userId: "e" }, preferencesUnknown: true }],
          lost: [{ target: { userId: "d" } }],
          cut: false,
        },
      ],
    });
  });

  it("loses everybody when nobody is left, and counts silent changes without deciding them", async () => {
    const records = new Map([
      ...toRecords(2, [follow("ada"), follow("grace")]),
      ...recordOrder({
        instanceId: toRootId(7),
        change,
        pages: [],
        transition: { outcome: "silent", reason: "stale" },
      }),
    ]);
    expect(await ask(records, { subscriptions: [], replaceAll: true })).toMatchObject({
      orchestrations: { lookedAt: 3, decided: 2, silent: 1 },
      totals: { recorded: 4, now: 0, lost: 4 },
    });
  });

  it("names the records that it cannot read, and why, and decides the others", async () => {
    const pages = [[follow("a")], [follow("b")]];
    const whole = recordOrder({ instanceId: toRootId(1), change, pages });
    const torn = recordOrder({ instanceId: toRootId(2), change, pages });
    torn.delete(toPageInstanceId(toRootId(2), 1));
    const ids = [toRootId(1), toRootId(2), toRootId(3)];
    const answer = await ask(new Map([...whole, ...torn]), {}, { listFinished: list(ids) });
    expect(answer.orchestrations).toEqual({ lookedAt: 3, decided: 1, silent: 0, unread: 2 });
    expect(answer.unread).toMatchObject([
      { instanceId: toRootId(2), reason: expect.stringContaining(toPageInstanceId(toRootId(2), 1)) },
      { instanceId: toRootId(3), reason: expect.stringMatching(/there is none/) },
    ]);
  });

  it("says that a history without inputs does not tell who was told", async () => {
    const records = toRecords(1, [follow("ada")]);
    const bare = JSON.parse(
      JSON.stringify([...records], (key: string, value: unknown) => (key === "Input" ? undefined : value)),
    );
    const answer = await ask(new Map(bare));
    expect(answer.unread[0]?.reason).toMatch(/the input of deliverBatch/);
  });
});

describe("a what-if of a long period", () => {
  it("goes on where it stopped, in the middle of a page of the listing and between pages", async () => {
    const records = toRecords(23, [follow("ada")]);
    const listFinished = list(["digests-2026-11-22T07-00", ...records.keys()], 10);
    const seen: number[] = [];
    let after: string | null = null;
    do {
      const answer = await ask(records, { limit: 4, ...(after === null ? {} : { after }) }, { listFinished });
      seen.push(answer.orchestrations.lookedAt);
      after = answer.next;
    } while (after !== null && seen.length < 20);
    expect(seen).toEqual([4, 4, 4, 4, 4, 3]);
  });

  it("stops when its time is over, yet never without having moved on", async () => {
    const records = toRecords(30, [follow("ada")]);
    let elapsed = 0;
    // Every look at the clock takes half a minute.
    const now = () => new Date(Date.parse("2026-11-24T00:00:00Z") + 30_000 * elapsed++);
    const first = await ask(records, {}, { now });
    expect(first.orchestrations.lookedAt).toBe(8);
    expect(first.next).not.toBeNull();
    const rest = await ask(records, { after: first.next });
    expect(rest.orchestrations.lookedAt).toBe(22);
    expect(rest.next).toBeNull();
  });

  it("refuses a cursor that is none, or that the listing has moved away from", async () => {
    const records = toRecords(3, [follow("ada")]);
    await expect(ask(records, { after: "bm9uc2Vuc2U" })).rejects.toThrow("takes the `next`");
    const { next } = await ask(records, { limit: 1 });
    const moved = ask(records, { after: next }, { listFinished: list([toRootId(2)]) });
    await expect(moved).rejects.toThrow("moved on");
  });
});

describe("the request of a what-if", () => {
  it.each([
    [{ to: PERIOD.from }, /must be after/],
    [{ replaceAll: true }, /needs `subscriptions`/],
    [{ limit: 1_001 }, /limit/],
    [{ subscriptions: [toLine("ada"), toLine("ada")] }, /scope and target of subscriptions.0/],
    [{ subscriptions: [{ ...toLine("ada"), colour: "red" }] }, /colour/],
    [{ subscriptions: [{ ...toLine("ada"), escalate: { afterMinutes: 1, group: "g" } }] }, /priority high/],
  ])("refuses %j", (part, reason) => {
    const parsed = whatIfRequestSchema.safeParse({ ...PERIOD, ...part });
    expect(parsed.error?.message).toMatch(reason);
  });
});

function toLine(userId: string) {
  return { scope: "all", target: { kind: "user", userId } };
}
