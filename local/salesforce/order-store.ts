/**
 * The orders in LMDB: each with the versions that a query may still see, and an index by (SystemModstamp, Id).
 *
 * A save that queries do not see yet is noted in `late` under (instant of its visibility, Id); only what stands there
 * behind `now` is hidden, so that an order needs no second write to become visible.
 */
import type { Database, Key, RootDatabase } from "lmdb";
import { z } from "zod";
import { isFieldValues, type OrderRecord } from "./org-record.ts";

/** Bounds of SystemModstamp, both inclusive, as REST spells date-times. */
export interface StampRange {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

type StoredOrder = OrderRecord & { SystemModstamp: string };

const recordSchema = z.custom<StoredOrder>(
  (value) =>
    isFieldValues(value) && typeof value["Id"] === "string" && typeof value["SystemModstamp"] === "string",
);
/** Newest first; `visibleAt` in milliseconds since 1970, 0 for "at once". */
const rowSchema = z.array(z.object({ visibleAt: z.number(), record: recordSchema })).min(1);
const stampKeySchema = z.tuple([z.string(), z.string()]);
const lateKeySchema = z.tuple([z.number(), z.string()]);
const countersSchema = z.object({ lastOrder: z.int(), liveOrders: z.int(), lastStamp: z.string() });

/** What counts on from save to save. */
export type OrderCounters = z.infer<typeof countersSchema>;
type Row = z.infer<typeof rowSchema>;

const last = "\uffff";

/** See the file's header; `put` and `writeCounters` belong inside `commit`. */
export class OrderStore {
  readonly #state: RootDatabase<unknown, Key>;
  readonly #orders: Database<unknown, Key>;
  readonly #stamps: Database<unknown, Key>;
  readonly #late: Database<unknown, Key>;
  readonly #counters: Database<unknown, Key>;

  constructor(state: RootDatabase<unknown, Key>) {
    this.#state = state;
    this.#orders = state.openDB({ name: "salesforce-orders" });
    this.#stamps = state.openDB({ name: "salesforce-stamps" });
    this.#late = state.openDB({ name: "salesforce-late" });
    this.#counters = state.openDB({ name: "salesforce-counters" });
  }

  /** Runs `write` as one transaction: all of it is committed when this resolves, nothing when it rejects. */
  commit<T>(write: () => T): Promise<T> {
    return this.#state.childTransaction(write);
  }

  readCounters(): OrderCounters {
    const stored = this.#counters.get("orders");
    return stored === undefined
      ? { lastOrder: 0, liveOrders: 0, lastStamp: "" }
      : countersSchema.parse(stored);
  }

  writeCounters(counters: OrderCounters): void {
    void this.#counters.put("orders", counters);
  }

  get(id: string): OrderRecord | undefined {
    return this.#read(id)?.[0]?.record;
  }

  /** Stores a new version; `visibleAt` 0 means at once. */
  put(record: OrderRecord, visibleAt: number, now: number): void {
    const version = { visibleAt, record: recordSchema.parse(record) };
    const before = this.#read(record.Id) ?? [];
    const old = before[0]?.record;
    if (old !== undefined) void this.#stamps.remove([old.SystemModstamp, old.Id]);
    void this.#stamps.put([version.record.SystemModstamp, record.Id], true);
    const visible = before.findIndex((each) => each.visibleAt <= now);
    const shown = visible === -1 ? before : before.slice(0, visible + 1);
    if (visibleAt > now) void this.#late.put([visibleAt, record.Id], true);
    void this.#orders.put(record.Id, visibleAt > now ? [version, ...shown] : [version]);
  }

  /** Forgets which saves were hidden once; call it inside `commit`. */
  forgetVisible(now: number): void {
    for (const key of [...this.#late.getKeys({ end: [now, last] })]) void this.#late.remove(key);
  }

  /** The newest versions by id, which is the order of creation. */
  *list(newestFirst: boolean): Generator<OrderRecord> {
    const range = newestFirst ? { reverse: true } : {};
    for (const { value } of this.#orders.getRange(range)) {
      const [newest] = rowSchema.parse(value);
      if (newest !== undefined) yield newest.record;
    }
  }

  /** What a query sees at `now`, in no particular order. */
  *visible(now: number, range: StampRange): Generator<OrderRecord> {
    const hidden = new Set<string>();
    for (const key of this.#late.getKeys({ start: [now, last] })) hidden.add(lateKeySchema.parse(key)[1]);
    const end = range.to === undefined ? [last] : [range.to, last];
    for (const key of this.#stamps.getKeys({ start: [range.from ?? ""], end })) {
      const id = stampKeySchema.parse(key)[1];
      const newest = hidden.has(id) ? undefined : this.get(id);
      if (newest !== undefined) yield newest;
    }
    for (const id of hidden) {
      const shown = this.#read(id)?.find((each) => each.visibleAt <= now)?.record;
      if (shown !== undefined && isWithin(shown.SystemModstamp, range)) yield shown;
    }
  }

  #read(id: string): Row | undefined {
    const stored = this.#orders.get(id);
    return stored === undefined ? undefined : rowSchema.parse(stored);
  }
}

function isWithin(stamp: string, { from, to }: StampRange): boolean {
  return (from === undefined || stamp >= from) && (to === undefined || stamp <= to);
}
