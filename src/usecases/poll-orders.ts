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
  toWholeSecond,
} from "../domain/polling.ts";
import { salesforceIdSchema } from "../domain/order-change.ts";
import { readInstant } from "../domain/route-free-form.ts";
import { SalesforceError } from "../domain/salesforce-error.ts";
import { isWebhookSilent, watchWebhook } from "../domain/webhook-watch.ts";
import type { OrderFields } from "../ingress/salesforce.ts";
import type { WatermarksTable } from "../storage/watermarks-table.ts";
import type { OrderFieldNames } from "./find-order-fields.ts";
import { type OrderSource, readOrderPages } from "./read-order-pages.ts";
import type { OrchestrationStarter } from "./record-changes.ts";
import type { Found, TakePolledOrders } from "./take-polled-orders.ts";

export interface PollOrdersDeps {
  openSalesforce(): Promise<OrderSource>;
  watermarks: Pick<WatermarksTable, "polling" | "outboundMessages">;
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
  const [sayMissing, sayProblem] = [createSayOnce(), createSayOnce()];
  return async (starter, log) => {
    let stored = await watermarks.polling.read();
    const state = stored?.state ?? NEW_POLLING_STATE;
    const window = toPollWindow(state, now(), deps.overlapMs);
    if (window === null || isPaused(state, now())) return;
    const save = async (next: PollingState) => {
      stored = await watermarks.polling.write(next, stored);
    };
    try {
      await poll(deps, { state, window, save, starter, log, sayMissing, sayProblem });
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
  sayMissing: SayOnce;
  sayProblem: SayOnce;
}

async function poll(deps: PollOrdersDeps, run: Run): Promise<void> {
  const { state: before, window, save, starter, log, sayMissing, sayProblem } = run;
  const { openSalesforce, takePolledOrders, now } = deps;
  const isBaseline = before.upTo === null;
  const pollingSince = before.pollingSince ?? window.to;
  const warn = (text: string) => log.warn(text);
  const startedAt = now().getTime();
  const salesforce = await openSalesforce();
  let state = before;
  try {
    const { fields } = deps;
    const onMissing = (missing: readonly string[]) => sayMissing(toMissingText(missing), "warn", log);
    const pages = readOrderPages(salesforce, { fields, window, after: window.after, onMissing, now });
    for await (const { orders: read, isLast } of pages) {
      const orders = read.filter((order) => !isBehind(order, window));
      const polled = { rows: orders, route: "poll", pollingSince, warn } as const;
      if (isBaseline) await takePolledOrders.takeBaseline(polled, starter);
      else state = await watch(deps, state, await takePolledOrders.take(polled, starter), log);
      state = { ...state, pollingSince, problem: null };
      state = isLast ? toFinished(state, window, now()) : toContinued(state, window, orders);
      await save({ ...state, apiUsage: salesforce.apiUsage ?? state.apiUsage });
      sayProblem("", "info", log);
      if (now().getTime() - startedAt >= RUN_BUDGET_MS) return;
    }
  } catch (error) {
    if (!(error instanceof SalesforceError)) throw error;
    if (error.problem === "invalidField") salesforce.forgetFields();
    const problem = { problem: error.problem, at: now().toISOString() };
    await save({ ...state, problem, apiUsage: salesforce.apiUsage ?? state.apiUsage });
    sayProblem(`Polling stopped: ${error.message}`, toLevel(error), log);
  }
}

/** Says a text when it is another than the last time: the same every minute would be noise. Nothing is "". */
type SayOnce = (text: string, level: keyof RunLog, log: RunLog) => void;

function createSayOnce(): SayOnce {
  let said = "";
  return (text, level, log) => {
    if (text !== "" && text !== said) log[level](text);
    said = text;
  };
}

function toMissingText(fields: readonly string[]): string {
  if (fields.length === 0) return "";
  return `The organisation has no ${fields.join(", ")} on orders, or the login does not see it: orders are read without.`;
}

function toFinished(state: PollingState, window: PollWindow, now: Date): PollingState {
  return { ...state, upTo: window.to, window: null, finishedAt: now.toISOString() };
}

/** Edited since the query, where a later page shows orders as they are by now: the next window has it. */
function isBehind({ SystemModstamp: stamp }: OrderFields, { to }: PollWindow): boolean {
  return (readInstant(stamp ?? "") ?? "") >= to;
}

/** The next run goes on behind the last row, whether its page can still be asked for or not. */
function toContinued(state: PollingState, window: PollWindow, orders: readonly OrderFields[]): PollingState {
  const after = orders.map(toPosition).findLast((position) => position !== undefined);
  return after === undefined ? state : { ...state, window: { ...window, after } };
}

/** Undefined for a row that cannot be read. */
function toPosition({ SystemModstamp: stamp, Id }: OrderFields): OrderPosition | undefined {
  const instant = readInstant(stamp ?? "");
  const id = salesforceIdSchema.safeParse(Id);
  if (instant === undefined || !id.success) return undefined;
  // A query takes whole seconds only; whatever follows a leap second is read once more.
  return { systemModstamp: toWholeSecond(Date.parse(instant)), id: id.data };
}

async function watch(
  { watermarks, now }: PollOrdersDeps,
  state: PollingState,
  found: Found,
  log: RunLog,
): Promise<PollingState> {
  if (found.heard + found.unheard === 0) return state;
  const lastMessageAt = await watermarks.outboundMessages.read();
  const webhook = watchWebhook(state.webhook, found, { at: now().toISOString(), lastMessageAt });
  if (found.unheard > 0 && isWebhookSilent(webhook, now())) {
    log.warn(
      `Outbound messages have fallen silent: since ${webhook.unheardSince} polling alone found ` +
        `${webhook.unheard} changes. Look at Setup > Outbound Messages in Salesforce.`,
    );
  }
  return { ...state, webhook };
}

function toLevel({ problem, retryable }: SalesforceError): keyof RunLog {
  // An expired page is an ordinary thing: the next run asks for it anew.
  if (problem === "locatorExpired") return "info";
  return retryable ? "warn" : "error";
}
