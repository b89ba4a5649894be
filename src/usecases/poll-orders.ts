/**
 * The second route: reads what changed in Salesforce since the last time, so that a change is heard of even when its
 * outbound message is not. The watermark moves on only when what stands before it is durably started.
 */
import { ConflictError } from "../domain/errors.ts";
import {
  isPaused,
  NEW_POLLING_STATE,
  type OrderPosition,
  type PollingState,
  type PollWindow,
  toPollWindow,
} from "../domain/polling.ts";
import { SalesforceError } from "../domain/salesforce-error.ts";
import { isWebhookSilent, watchWebhook } from "../domain/webhook-watch.ts";
import { toInstant, toSalesforceId } from "../ingress/canonical-value.ts";
import type { OrderFields } from "../ingress/salesforce.ts";
import type { WatermarksTable } from "../storage/watermarks-table.ts";
import type { OrderFieldNames } from "./find-order-fields.ts";
import { type OrderSource, readOrderPages } from "./read-order-pages.ts";
import type { OrchestrationStarter } from "./record-changes.ts";
import type { Found, TakePolledOrders } from "./take-polled-orders.ts";

export interface PollOrdersDeps {
  openSalesforce(): Promise<OrderSource>;
  watermarks: Pick<WatermarksTable, "polling">;
  takePolledOrders: TakePolledOrders;
  fields: OrderFieldNames;
  overlapMs: number;
  now(): Date;
}

/** Where a run says what an operator should know. */
export interface RunLog {
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}

/** One run; what goes wrong with Salesforce is logged and kept for health, anything else is thrown. */
export type PollOrders = (starter: OrchestrationStarter, log: RunLog) => Promise<void>;

/** A run starts no further page after this long, so that the next one finds the way free (ms). */
const RUN_BUDGET_MS = 45_000;

/** Builds the use case. */
export function createPollOrders(deps: PollOrdersDeps): PollOrders {
  const { watermarks, now } = deps;
  const sayMissing = createSayMissing();
  return async (starter, log) => {
    let stored = await watermarks.polling.read();
    const state = stored?.state ?? NEW_POLLING_STATE;
    const window = toPollWindow(state, now(), deps.overlapMs);
    if (window === null || isPaused(state, now())) return;
    const save = async (next: PollingState) => {
      stored = await watermarks.polling.write(next, stored);
    };
    try {
      const onMissing = (fields: readonly string[]) => sayMissing(fields, log);
      await poll(deps, { state, window, save, starter, log, onMissing });
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      log.info("Another run polls at the same time and goes on.");
    }
  };
}

interface Run {
  state: PollingState;
  window: PollWindow;
  save(next: PollingState): Promise<void>;
  starter: OrchestrationStarter;
  log: RunLog;
  onMissing(fields: readonly string[]): void;
}

async function poll(deps: PollOrdersDeps, run: Run): Promise<void> {
  const { state: before, window, save, starter, log, onMissing } = run;
  const { openSalesforce, takePolledOrders, now } = deps;
  const isBaseline = before.upTo === null;
  const pollingSince = before.pollingSince ?? window.to;
  const warn = (text: string) => log.warn(text);
  const startedAt = now().getTime();
  const salesforce = await openSalesforce();
  let state: PollingState = { ...before, pollingSince, window };
  try {
    const pages = readOrderPages(salesforce, { fields: deps.fields, window, after: window.after, onMissing });
    for await (const { orders, isLast } of pages) {
      const polled = { rows: orders, route: "poll", pollingSince, warn } as const;
      if (isBaseline) await takePolledOrders.takeBaseline(polled);
      else state = watch(state, await takePolledOrders.take(polled, starter), now(), log);
      state = isLast ? toFinished(state, window, now()) : toContinued(state, window, orders);
      await save({ ...state, apiUsage: toApiUsage(salesforce, now()) });
      if (now().getTime() - startedAt >= RUN_BUDGET_MS) return;
    }
  } catch (error) {
    if (!(error instanceof SalesforceError)) throw error;
    if (error.problem === "invalidField") salesforce.forgetFields();
    const problem = { problem: error.problem, at: now().toISOString() };
    await save({ ...state, problem, apiUsage: toApiUsage(salesforce, now()) });
    logProblem(error, log);
  }
}

/** Said at the first run, and again when it changes: every minute would be noise. */
function createSayMissing(): (fields: readonly string[], log: RunLog) => void {
  let said = "";
  return (fields, log) => {
    const names = fields.join(", ");
    if (names !== "" && names !== said) {
      log.warn(
        `The organisation has no ${names} on orders, or the login does not see it: orders are read without.`,
      );
    }
    said = names;
  };
}

function toFinished(state: PollingState, window: PollWindow, now: Date): PollingState {
  return { ...state, upTo: window.to, window: null, finishedAt: now.toISOString(), problem: null };
}

/** The next run goes on behind the last row, whether its page can still be asked for or not. */
function toContinued(state: PollingState, window: PollWindow, orders: readonly OrderFields[]): PollingState {
  const last = orders.at(-1);
  return last === undefined ? state : { ...state, window: { ...window, after: toPosition(last) } };
}

function toPosition(order: OrderFields): OrderPosition {
  const { SystemModstamp: stamp, Id: id } = order;
  return { systemModstamp: toInstant(stamp ?? "", "SystemModstamp"), id: toSalesforceId(id ?? "", "Id") };
}

function toApiUsage({ apiUsage }: OrderSource, now: Date): PollingState["apiUsage"] {
  return apiUsage === undefined ? null : { ...apiUsage, at: now.toISOString() };
}

function watch(state: PollingState, found: Found, now: Date, log: RunLog): PollingState {
  const webhook = watchWebhook(state.webhook, found, now.toISOString());
  if (found.unheard > 0 && isWebhookSilent(webhook, now)) {
    log.warn(
      `Outbound messages have fallen silent: since ${webhook.unheardSince} polling alone found ` +
        `${webhook.unheard} changes. Look at Setup > Outbound Messages in Salesforce.`,
    );
  }
  return { ...state, webhook };
}

function logProblem(error: SalesforceError, log: RunLog): void {
  const text = `Polling stopped: ${error.message}`;
  // An expired page is an ordinary thing: the next run asks for it anew.
  if (error.problem === "locatorExpired") log.info(text);
  else if (error.retryable) log.warn(text);
  else log.error(text);
}
