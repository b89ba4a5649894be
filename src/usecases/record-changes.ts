/**
 * The ledger: every change is recorded once and starts exactly one orchestration, whatever arrives how often.
 *
 * The change row is inserted as `starting` with a lease. Only the lease's owner starts the orchestration; everyone
 * else waits until it is seen to exist. `started` never starts again, because Durable lets a finished instance id
 * start anew and then forgets its history. The race that remains: an owner that sleeps past its lease between asking
 * and starting; Durable refuses the second start while the first still runs.
 */
import { setTimeout as delay } from "node:timers/promises";
import { ChangeNotStartedError } from "../domain/errors.ts";
import { groupBy } from "../domain/group-by.ts";
import { inTurns } from "../domain/in-turns.ts";
import type { OrderChange, Route } from "../domain/order-change.ts";
import type { ChangeRow, OrdersTable } from "../storage/orders-table.ts";

/** The two calls to Durable Functions that the ledger needs. */
export interface OrchestrationStarter {
  /** Starts `notifyOrderChange`; resolves when it is durably started. */
  start(instanceId: string, change: OrderChange): Promise<void>;
  exists(instanceId: string): Promise<boolean>;
}

export interface RecordChangesDeps {
  orders: OrdersTable;
  toInstanceId(change: OrderChange): string;
  now(): Date;
  createLeaseOwner(): string;
}

/** A change that is durably started: by which route it was first heard of, and whether that was just now. */
export type RecordedChange = { change: OrderChange; firstRoute: Route; isNew: boolean };

/** Resolves when every change is durably started; throws ChangeNotStartedError for the first that is not. */
export type RecordChanges = (
  changes: readonly OrderChange[],
  starter: OrchestrationStarter,
) => Promise<RecordedChange[]>;

/** How long an owner may take to start an orchestration (ms). */
const LEASE_MS = 30_000;
/** How long a duplicate waits for the owner; Salesforce gives up after 60 s (ms). */
const WAIT_MS = 20_000;
const POLL_MS = 100;
/** Orders of one message that are recorded side by side. */
const CONCURRENCY = 10;

/** Builds the use case. */
export function createRecordChanges(deps: RecordChangesDeps): RecordChanges {
  return async (changes, starter) => {
    // The same change twice in one message is one change.
    const distinct = [...new Map(changes.map((change) => [deps.toInstanceId(change), change])).values()];
    const orders = [...groupBy(distinct, ({ orderId }) => orderId).values()];
    return (await inTurns(orders, CONCURRENCY, (one) => recordOrder(deps, starter, one))).flat();
  };
}

/** Versions of one order start in the order of their stamps: a later one that is claimed first makes the others stale. */
async function recordOrder(
  deps: RecordChangesDeps,
  starter: OrchestrationStarter,
  versions: readonly OrderChange[],
): Promise<RecordedChange[]> {
  const inTime = versions.toSorted((a, b) => (a.systemModstamp < b.systemModstamp ? -1 : 1));
  const recorded: RecordedChange[] = [];
  for (const change of inTime) {
    const firstRoute = await recordChange(deps, starter, deps.toInstanceId(change), change);
    recorded.push({ change, firstRoute: firstRoute ?? change.route, isNew: firstRoute === undefined });
  }
  return recorded;
}

/** Answers by which route the change was recorded before; undefined when it is new. */
async function recordChange(
  deps: RecordChangesDeps,
  starter: OrchestrationStarter,
  instanceId: string,
  change: OrderChange,
): Promise<Route | undefined> {
  const { orders, now, createLeaseOwner } = deps;
  const owner = createLeaseOwner();
  const createLease = () => ({ owner, until: new Date(now().getTime() + LEASE_MS).toISOString() });
  const inserted = await orders.insertChange(change, instanceId, createLease(), now().toISOString());
  if (inserted) {
    await startUnderLease(starter, instanceId, change);
    return undefined;
  }
  const deadline = now().getTime() + WAIT_MS;
  for (;;) {
    const row = await orders.readChange(change);
    if (row && (await isStarted(starter, row))) {
      await orders.markStarted(change, row);
      return row.route;
    }
    // Ours: the lease was expired, or the write took effect although it seemed to fail.
    if (row?.leaseOwner === owner) {
      await startUnderLease(starter, instanceId, change);
      return row.route === change.route ? undefined : row.route;
    }
    if (row && isExpired(row, now())) await orders.takeLease(change, row, createLease());
    else if (now().getTime() >= deadline) throw new ChangeNotStartedError(instanceId);
    else await delay(POLL_MS);
  }
}

async function startUnderLease(
  starter: OrchestrationStarter,
  instanceId: string,
  change: OrderChange,
): Promise<void> {
  try {
    await starter.start(instanceId, change);
  } catch (error) {
    // The call may have failed after the start; the lease stays, so that nobody starts it meanwhile.
    const started = await starter.exists(instanceId).catch(() => false);
    if (!started) throw new ChangeNotStartedError(instanceId, { cause: error });
  }
}

async function isStarted(starter: OrchestrationStarter, row: ChangeRow): Promise<boolean> {
  return row.state === "started" || starter.exists(row.instanceId);
}

function isExpired(row: ChangeRow, now: Date): boolean {
  return row.leaseUntil <= now.toISOString();
}
