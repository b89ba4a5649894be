/** The storage of a world, in memory, and a record of what it came to hold. */
import type { Notification } from "../../src/domain/notification.ts";
import type { Subscription } from "../../src/domain/subscription.ts";
import type { InboxTable } from "../../src/storage/inbox-table.ts";
import type { ClaimCommit, OrdersTable } from "../../src/storage/orders-table.ts";
import type { PreferencesTable } from "../../src/storage/preferences-table.ts";
import type { SightingsTable } from "../../src/storage/sightings-table.ts";
import type { SubscriptionsTable } from "../../src/storage/subscriptions-table.ts";
import type { WatermarksTable } from "../../src/storage/watermarks-table.ts";
import { createMemoryOrdersTable } from "../support/memory-orders-table.ts";
import { createMemorySightingsTable } from "../support/memory-sightings-table.ts";
import { createMemoryWatermarksTable } from "../support/memory-watermarks-table.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** What storage came to hold, in order. */
export type LedgerEvent =
  | { kind: "claim"; commit: ClaimCommit }
  | { kind: "baseline"; orderId: string; coreFields: Record<string, string | null> };

/** Two recipients; one of them by two subscriptions. */
const SUBSCRIPTIONS: Subscription[] = [
  { scope: "all", target: { kind: "user", userId: "ada" }, rules: { priority: "normal" } },
  { scope: "all", target: { kind: "user", userId: "linus" }, rules: { priority: "high" } },
  {
    scope: "account:001000000000001AAA",
    target: { kind: "user", userId: "linus" },
    rules: { priority: "normal" },
  },
];
/** Who both of them are, as the inbox names them. */
export const RECIPIENTS = ["user:ada", "user:linus"];

/** Everything that outlives a worker. */
export interface WorldStorage {
  orders: OrdersTable;
  sightings: SightingsTable;
  subscriptions: Pick<SubscriptionsTable, "loadRanges">;
  preferences: Pick<PreferencesTable, "listPending" | "read">;
  inboxTable: Pick<InboxTable, "store">;
  watermarks: WatermarksTable;
  events: LedgerEvent[];
  /** Windows that polling finished: end, and when (ms). */
  finishedWindows: { to: string; at: number }[];
  /** Per recipient the notifications by id. */
  inbox: Map<string, Map<string, Notification>>;
}

/** Opens it empty. */
export function createWorldStorage(time: VirtualTime): WorldStorage {
  const table = createMemoryOrdersTable();
  const watermarks = createMemoryWatermarksTable();
  const events: LedgerEvent[] = [];
  const finishedWindows: { to: string; at: number }[] = [];
  const inbox = new Map(RECIPIENTS.map((recipient) => [recipient, new Map<string, Notification>()]));
  return {
    events,
    finishedWindows,
    inbox,
    inboxTable: toInboxTable(inbox),
    subscriptions: SUBSCRIPTIONS_TABLE,
    preferences: PREFERENCES_TABLE,
    sightings: createMemorySightingsTable(),
    orders: {
      ...table,
      async commitClaim(commit) {
        const isCommitted = await table.commitClaim(commit);
        if (isCommitted) events.push({ kind: "claim", commit });
        return isCommitted;
      },
      async insertBaseline(change) {
        const isInserted = await table.insertBaseline(change);
        const { orderId, coreFields } = change;
        if (isInserted) events.push({ kind: "baseline", orderId, coreFields });
        return isInserted;
      },
    },
    watermarks: {
      ...watermarks,
      polling: {
        ...watermarks.polling,
        async write(state, before) {
          const stored = await watermarks.polling.write(state, before);
          const isNew = state.upTo !== null && state.upTo !== before?.state.upTo;
          if (isNew) finishedWindows.push({ to: state.upTo!, at: time.now() });
          return stored;
        },
      },
    },
  };
}

const SUBSCRIPTIONS_TABLE: Pick<SubscriptionsTable, "loadRanges"> = {
  loadRanges: async (scopes) =>
    scopes.map((scope) => ({
      full: false,
      rows: SUBSCRIPTIONS.filter((one) => one.scope === scope).map((one) => ({
        ...one,
        rowKey: one.target.kind === "user" ? `user:${one.target.userId}` : `group:${one.target.group}`,
      })),
    })),
};

/** Nobody has said anything. */
const PREFERENCES_TABLE: Pick<PreferencesTable, "listPending" | "read"> = {
  listPending: async () => [],
  read: async () => undefined,
};

function toInboxTable(inbox: Map<string, Map<string, Notification>>): Pick<InboxTable, "store"> {
  return {
    async store(rows) {
      for (const { target, notification } of rows) {
        const recipient = target.kind === "user" ? `user:${target.userId}` : `group:${target.group}`;
        inbox.get(recipient)?.set(notification.id, notification);
      }
    },
  };
}
