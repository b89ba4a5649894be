/**
 * The simulated org's one truth about its orders; knows nothing of HTTP.
 *
 * Source: "Order" in the Object Reference (object_reference, sforce_api_objects_order.htm). Simpler than there: an order is
 * activated without order products, and together with other fields; everything is written as the first user.
 */
import type { RootDatabase } from "lmdb";
import { OrderStore, type StampRange } from "./order-store.ts";
import { readOrderValues } from "./order-values.ts";
import { toChangedOrder, toModified, toNewOrder } from "./order-versions.ts";
import { OrgError } from "./org-error.ts";
import { type OrderDraft, type OrderRecord, toOrgDateTime } from "./org-record.ts";
import { readSalesforceId, toSalesforceId } from "./salesforce-id.ts";

/** An account or a user that orders can point to. */
export interface NamedRecord {
  readonly Id: string;
  readonly Name: string;
}

/** What a committed save did; deletes tell nobody, as no outbound message can be triggered by one. */
export interface OrgSave {
  readonly ids: readonly string[];
  readonly kind: "created" | "updated" | "undeleted";
}

/** Which orders a listing shows. */
export interface OrderListing {
  readonly limit?: number;
  readonly newestFirst?: boolean;
  readonly includeDeleted?: boolean;
}

/** The org. Every save is one transaction with one SystemModstamp of whole seconds, and resolves once it is committed. */
export interface Org {
  readonly organizationId: string;
  /** Throws OrgError; then nothing was saved. */
  createOrders(drafts: readonly OrderDraft[]): Promise<OrderRecord[]>;
  /** Throws OrgError; then nothing was saved. */
  updateOrders(
    changes: readonly { readonly id: string; readonly fields: OrderDraft }[],
  ): Promise<OrderRecord[]>;
  /** Moves orders into the recycle bin. */
  deleteOrders(ids: readonly string[]): Promise<void>;
  undeleteOrders(ids: readonly string[]): Promise<void>;
  /** The order as it is now, deleted or not (IsDeleted says so); takes ids of 15 and 18 characters. */
  getOrder(id: string): OrderRecord | undefined;
  /** In order of creation unless `newestFirst`; without deleted orders unless `includeDeleted`. */
  listOrders(listing?: OrderListing): OrderRecord[];
  /** How many orders there are, without deleted ones. */
  countOrders(): number;
  /** What a query sees at this moment, in no particular order; a save that is not visible yet shows what was before. */
  visibleOrders(range?: StampRange): Iterable<OrderRecord>;
  /** Calls `listener`, which must not throw, after each commit. */
  onSave(listener: (saved: OrgSave) => void): void;
  readonly accounts: readonly NamedRecord[];
  readonly users: readonly NamedRecord[];
}

/** What an org needs. */
export interface OrgOptions {
  readonly state: RootDatabase;
  now(): Date;
  readonly organizationId: string;
  /** How long, in milliseconds, a save that happens now stays invisible to queries. */
  readonly lateVisibility?: () => number;
}

const ACCOUNTS: readonly NamedRecord[] = [
  { Id: toSalesforceId("001", 1), Name: "Acme" },
  { Id: toSalesforceId("001", 2), Name: "Globex" },
];
const USERS: readonly NamedRecord[] = [
  { Id: toSalesforceId("005", 1), Name: "Olga Owens" },
  { Id: toSalesforceId("005", 2), Name: "Samir Sales" },
];
const AUTHOR = toSalesforceId("005", 1);
const KNOWN_IDS = { accounts: toIds(ACCOUNTS), users: toIds(USERS) };

/** Opens the org whose records are in `state`; its owner closes that. */
export function createOrg({ state, now, organizationId, lateVisibility = () => 0 }: OrgOptions): Org {
  const store = new OrderStore(state);
  const listeners: ((saved: OrgSave) => void)[] = [];

  /** One save: `change` returns the new versions of orders, which all get the stamp it is given. */
  async function save(
    kind: OrgSave["kind"] | "deleted",
    change: (stamp: string, counters: { lastOrder: number; liveOrders: number }) => OrderRecord[],
  ): Promise<OrderRecord[]> {
    const saved = await store.commit(() => {
      const time = now();
      const counters = store.readCounters();
      const clock = toOrgDateTime(time);
      const stamp = clock > counters.lastStamp ? clock : counters.lastStamp;
      const records = change(stamp, counters);
      const delayMs = lateVisibility();
      const visibleAt = delayMs > 0 ? time.getTime() + delayMs : 0;
      store.forgetVisible(time.getTime());
      for (const record of records) store.put(record, visibleAt, time.getTime());
      if (records.length > 0) store.writeCounters({ ...counters, lastStamp: stamp });
      return records;
    });
    const ids = saved.map((record) => record.Id);
    if (kind !== "deleted" && ids.length > 0) for (const listener of listeners) listener({ ids, kind });
    return saved;
  }

  function getOrder(id: string): OrderRecord | undefined {
    const known = readSalesforceId(id);
    return known === undefined ? undefined : store.get(known);
  }

  function requireOrder(id: string): OrderRecord {
    const record = getOrder(id);
    if (record === undefined) throw new OrgError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id");
    return record;
  }

  function requireLiveOrder(id: string): OrderRecord {
    const record = requireOrder(id);
    if (record["IsDeleted"] === true) throw new OrgError("ENTITY_IS_DELETED", "entity is deleted");
    return record;
  }

  return {
    organizationId,
    accounts: ACCOUNTS,
    users: USERS,
    createOrders: (drafts) =>
      save("created", (stamp, counters) =>
        drafts.map((draft) => {
          const values = readOrderValues(draft, KNOWN_IDS);
          const sequence = counters.lastOrder + 1;
          const record = toNewOrder(values, sequence, stamp, AUTHOR);
          counters.lastOrder = sequence;
          counters.liveOrders += 1;
          return record;
        }),
      ),
    updateOrders: (changes) =>
      save("updated", (stamp) => {
        const changed = new Map<string, OrderRecord>();
        for (const { id, fields } of changes) {
          const stored = requireLiveOrder(id);
          const before = changed.get(stored.Id) ?? stored;
          changed.set(stored.Id, toChangedOrder(before, readOrderValues(fields, KNOWN_IDS), stamp, AUTHOR));
        }
        return [...changed.values()];
      }),
    deleteOrders: async (ids) => {
      await save("deleted", (stamp, counters) => {
        const records = [...new Set(ids)].map(requireLiveOrder);
        counters.liveOrders -= records.length;
        return records.map((record) => ({ ...record, IsDeleted: true, ...toModified(stamp, AUTHOR) }));
      });
    },
    undeleteOrders: async (ids) => {
      await save("undeleted", (stamp, counters) => {
        const records = [...new Set(ids)].map(requireOrder);
        if (records.some((record) => record["IsDeleted"] !== true)) {
          throw new OrgError("UNDELETE_FAILED", "Entity is not in the recycle bin");
        }
        counters.liveOrders += records.length;
        return records.map((record) => ({ ...record, IsDeleted: false, ...toModified(stamp, AUTHOR) }));
      });
    },
    getOrder,
    listOrders: ({ limit = Infinity, newestFirst = false, includeDeleted = false } = {}) => {
      const listed: OrderRecord[] = [];
      for (const record of store.list(newestFirst)) {
        if (listed.length >= limit) break;
        if (includeDeleted || record["IsDeleted"] !== true) listed.push(record);
      }
      return listed;
    },
    countOrders: () => store.readCounters().liveOrders,
    visibleOrders: (range = {}) => store.visible(now().getTime(), range),
    onSave: (listener) => {
      listeners.push(listener);
    },
  };
}

function toIds(records: readonly NamedRecord[]): ReadonlySet<string> {
  return new Set(records.map((record) => record.Id));
}
