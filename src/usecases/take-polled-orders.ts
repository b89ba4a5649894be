/** Orders that polling read become changes, and every change is durably started before anybody goes on. */
import { OrderBellError } from "../domain/errors.ts";
import { inTurns } from "../domain/in-turns.ts";
import { isDeleted, type OrderChange, type Route } from "../domain/order-change.ts";
import { hasSameValues, isSameVersion, type KnownOrder } from "../domain/transition.ts";
import type { OrderFields } from "../ingress/salesforce.ts";
import { toOrderChange } from "../ingress/to-order-change.ts";
import type { OrdersTable } from "../storage/orders-table.ts";
import type { SightingsTable } from "../storage/sightings-table.ts";
import type { OrderFieldNames } from "./find-order-fields.ts";
import type { OrchestrationStarter, RecordChanges, RecordedChange } from "./record-changes.ts";

export interface TakePolledOrdersDeps {
  orders: Pick<OrdersTable, "readOrder" | "insertBaseline">;
  sightings: Pick<SightingsTable, "note">;
  recordChanges: RecordChanges;
  toInstanceId(change: OrderChange): string;
  fields: OrderFieldNames;
  now(): Date;
}

/** By which way polled orders are taken. */
export interface PolledOrders {
  rows: readonly OrderFields[];
  route: Exclude<Route, "outboundMessage">;
  /** The end of the silent first window. */
  pollingSince: string;
  warn: (text: string) => void;
}

/** Changes that an outbound message had told of before (`heard`), that only polling found (`unheard`). */
export type Found = { heard: number; unheard: number };

export interface TakePolledOrders {
  /** Resolves when every change is durably started. */
  take(polled: PolledOrders, starter: OrchestrationStarter): Promise<Found>;
  /** Keeps the orders as known and tells nobody; what is new about an order that was known before is told all the same. */
  takeBaseline(polled: PolledOrders, starter: OrchestrationStarter): Promise<void>;
}

/** Rows that are written side by side. */
const CONCURRENCY = 20;
/** Changes of the last windows, so that the overlap costs nothing for what was taken a minute ago. */
const MOST_REMEMBERED = 100_000;

/** Builds the use case. */
export function createTakePolledOrders(deps: TakePolledOrdersDeps): TakePolledOrders {
  // Only what is durably started is remembered, and that is so for ever: forgetting costs a look, never a change.
  const taken = new Set<string>();
  return {
    async take(polled, starter) {
      const unknown = toChanges(deps, polled).filter((change) => !taken.has(deps.toInstanceId(change)));
      // Read before anything starts: afterwards what is known may be the change itself.
      const looked = await inTurns(unknown, CONCURRENCY, async (change) => {
        const known = await deps.orders.readOrder(change.orderId);
        return {
          change,
          isKnown: isKnown(polled, change, known),
          isNews: !known || !hasSameValues(known, change),
        };
      });
      const news = new Set(looked.filter(({ isNews }) => isNews).map(({ change }) => change));
      const changes = looked.filter((one) => !one.isKnown).map(({ change }) => change);
      const recorded = await record(deps, polled.route, changes, starter);
      if (taken.size > MOST_REMEMBERED) taken.clear();
      for (const change of unknown) taken.add(deps.toInstanceId(change));
      return {
        heard: recorded.filter(({ firstRoute }) => firstRoute === "outboundMessage").length,
        // Salesforce sends no outbound message for a deletion, and hardly one where only the stamp moved.
        unheard: recorded.filter(
          (one) => one.isNew && news.has(one.change) && !isDeleted(one.change.coreFields),
        ).length,
      };
    },
    async takeBaseline(polled, starter) {
      const newer = await inTurns(toChanges(deps, polled), CONCURRENCY, async (change) => {
        if (!isDeleted(change.coreFields) && (await deps.orders.insertBaseline(change))) return [];
        const known = await deps.orders.readOrder(change.orderId);
        const isNewer = known !== undefined && known.systemModstamp <= change.systemModstamp;
        return isNewer && !isSameVersion(known, change) ? [change] : [];
      });
      await record(deps, polled.route, newer.flat(), starter);
    },
  };
}

/** An order that cannot be read must not hold up the others for ever. */
function toChanges({ fields }: TakePolledOrdersDeps, { rows, route, pollingSince, warn }: PolledOrders) {
  return rows.flatMap((row) => {
    try {
      return [toOrderChange(row, { ...fields, route, pollingSince })];
    } catch (error) {
      if (!(error instanceof OrderBellError)) throw error;
      warn(`The order ${row["Id"] ?? "without Id"} was passed over: ${error.message}`);
      return [];
    }
  });
}

/** What stood in the silent first window is not told by polling; the first overlap reaches back into it. */
function isKnown(
  { pollingSince }: PolledOrders,
  change: OrderChange,
  known: KnownOrder | undefined,
): boolean {
  if (change.systemModstamp >= pollingSince) return false;
  // The silent window passes over deleted orders, and nobody is told of one that nobody knew.
  if (known === undefined) return isDeleted(change.coreFields);
  return known.isBaseline && isSameVersion(known, change);
}

async function record(
  { recordChanges, sightings, now }: TakePolledOrdersDeps,
  route: Route,
  changes: readonly OrderChange[],
  starter: OrchestrationStarter,
): Promise<RecordedChange[]> {
  const at = now().toISOString();
  if (route === "poll") {
    const [recorded] = await Promise.all([
      recordChanges(changes, starter),
      sightings.note(changes, route, at),
    ]);
    return recorded;
  }
  const recorded = await recordChanges(changes, starter);
  const missed = recorded.filter(({ isNew }) => isNew).map(({ change }) => change);
  await sightings.note(missed, route, at);
  return recorded;
}
