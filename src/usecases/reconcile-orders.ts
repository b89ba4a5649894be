/** The nightly second look over three days, for what outbound messages and polling both missed. */
import {
  NEW_RECONCILIATION_STATE,
  type ReconciliationState,
  toReconciliationWindow,
} from "../domain/reconciliation.ts";
import { isPaused } from "../domain/polling.ts";
import { SalesforceError } from "../domain/salesforce-error.ts";
import type { WatermarksTable } from "../storage/watermarks-table.ts";
import type { RunLog } from "./poll-orders.ts";
import type { OrderFieldNames } from "./find-order-fields.ts";
import { type OrderSource, readOrderPages } from "./read-order-pages.ts";
import type { OrchestrationStarter } from "./record-changes.ts";
import type { TakePolledOrders } from "./take-polled-orders.ts";

export interface ReconcileOrdersDeps {
  openSalesforce(): Promise<OrderSource>;
  watermarks: WatermarksTable;
  takePolledOrders: TakePolledOrders;
  fields: OrderFieldNames;
  /** How far polling itself looks back. */
  overlapMs: number;
  now(): Date;
}

/** One night; what goes wrong with Salesforce is logged and kept for health, anything else is thrown. */
export type ReconcileOrders = (starter: OrchestrationStarter, log: RunLog) => Promise<void>;

/** Below the half hour after which a function is ended (ms). */
const RUN_BUDGET_MS = 20 * 60_000;

/** Builds the use case; each night begins anew, because the next one looks at the same days again. */
export function createReconcileOrders(deps: ReconcileOrdersDeps): ReconcileOrders {
  const { watermarks } = deps;
  return async (starter, log) => {
    const polling = (await watermarks.polling.read())?.state;
    // The silent first window has to be finished: before, every order would be a missed one.
    if (polling === undefined || polling.pollingSince === null || polling.upTo === null) return;
    const window = toReconciliationWindow(
      // The last minutes are still polling's own to find.
      { pollingSince: polling.pollingSince, upTo: toEarlier(polling.upTo, deps.overlapMs) },
      deps.now(),
    );
    if (window === null || isPaused(polling, deps.now())) return;
    const stored = await watermarks.reconciliation.read();
    const known = { pollingSince: polling.pollingSince, window };
    const state = await reconcile(deps, stored?.state ?? NEW_RECONCILIATION_STATE, known, starter, log);
    await watermarks.reconciliation.write(state, stored);
  };
}

async function reconcile(
  deps: ReconcileOrdersDeps,
  before: ReconciliationState,
  { pollingSince, window }: { pollingSince: string; window: { from: string; to: string } },
  starter: OrchestrationStarter,
  log: RunLog,
): Promise<ReconciliationState> {
  const { openSalesforce, takePolledOrders, fields, now } = deps;
  const warn = (text: string) => log.warn(text);
  const startedAt = now().getTime();
  let missed = 0;
  try {
    const salesforce = await openSalesforce();
    // Once a night it may turn out that a field that was hidden is to be seen.
    salesforce.forgetFields();
    const pages = readOrderPages(salesforce, { fields, window, after: null, now });
    for await (const { orders, isLast } of pages) {
      const found = await takePolledOrders.take(
        { rows: orders, route: "reconciliation", pollingSince, warn },
        starter,
      );
      missed += found.unheard;
      if (!isLast && now().getTime() - startedAt >= RUN_BUDGET_MS) {
        warn(
          `The reconciliation ran out of time; orders changed late in ${window.from} … ${window.to} were not read.`,
        );
        return { ...before, missed, problem: null };
      }
    }
  } catch (error) {
    if (!(error instanceof SalesforceError)) throw error;
    log.warn(`The reconciliation stopped after ${missed} missed changes: ${error.message}`);
    return { ...before, problem: { problem: error.problem, at: now().toISOString() } };
  }
  if (missed > 0) warn(`The reconciliation found ${missed} changes that both routes had missed.`);
  return { finishedAt: now().toISOString(), missed, problem: null };
}

function toEarlier(instant: string, ms: number): string {
  return new Date(Date.parse(instant) - ms).toISOString();
}
