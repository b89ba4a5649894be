/**
 * Compares a change with the last known version of its order and fixes the result for ever, in one transaction.
 * It runs at least once: a re-run finds the stored claim and returns it. The first page of the audience comes along,
 * so that an ordinary order costs two activities.
 */
import type { Claim, ClaimRequest, ClaimResult } from "../domain/claim.ts";
import { ConflictError } from "../domain/errors.ts";
import type { OrderChange } from "../domain/order-change.ts";
import { toScopes } from "../domain/subscription.ts";
import {
  deriveTransition,
  type KnownOrder,
  settleEqualStamps,
  type Transition,
} from "../domain/transition.ts";
import type { OrdersTable } from "../storage/orders-table.ts";
import { loadAudiencePage, type LoadAudiencePageDeps } from "../usecases/load-audience-page.ts";

export interface ClaimChangeDeps extends LoadAudiencePageDeps {
  orders: OrdersTable;
  /** The order as Salesforce has it now; undefined when that cannot be said. */
  readCurrent(change: OrderChange): Promise<OrderChange | undefined>;
  /** Where a notification about this order leads; null when nothing is configured. */
  toLink(orderId: string): string | null;
  now(): Date;
  /** Kept in the history, so that an audit knows which code decided. */
  codeVersion: string;
}

/** Changes of one order that are claimed side by side make each other try again; more than this is a fault. */
const MAX_TRIES = 20;

/** Builds the activity. */
export function createClaimChange(deps: ClaimChangeDeps): (request: ClaimRequest) => Promise<ClaimResult> {
  return async ({ change, instanceId }) => {
    const { codeVersion } = deps;
    const claim = await claimChange(deps, change, instanceId);
    if (claim.transition.outcome === "silent") return { ...claim, firstPage: null, codeVersion };
    const request = { scopes: toScopes(change), after: "", decidedAt: claim.decidedAt };
    return { ...claim, firstPage: await loadAudiencePage(deps, request), codeVersion };
  };
}

async function claimChange(deps: ClaimChangeDeps, change: OrderChange, instanceId: string): Promise<Claim> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const claim = await tryClaim(deps, change, instanceId);
    if (claim) return claim;
  }
  throw new ConflictError(`Order ${change.orderId} kept changing while a change of it was claimed.`);
}

/** Undefined when a row moved on between reading and writing. */
async function tryClaim(
  deps: ClaimChangeDeps,
  change: OrderChange,
  instanceId: string,
): Promise<Claim | undefined> {
  const { orders, now, toLink } = deps;
  const [changeRow, orderRow] = await Promise.all([
    orders.readChange(change),
    orders.readOrder(change.orderId),
  ]);
  if (changeRow?.claim) return changeRow.claim;
  const transition = await settle(deps, deriveTransition(orderRow, change), change, orderRow);
  const claim = { transition, decidedAt: now().toISOString(), link: toLink(change.orderId) };
  const isStale = transition.outcome === "silent" && transition.reason === "stale";
  const known = isStale ? undefined : { ...change, isBaseline: false };
  const committed = await orders.commitClaim({ change, instanceId, claim, changeRow, orderRow, known });
  return committed ? claim : undefined;
}

/** Stamps have whole seconds: which of two versions with the same stamp is the later one, only Salesforce can say. */
async function settle(
  { readCurrent }: ClaimChangeDeps,
  transition: Transition,
  change: OrderChange,
  known: KnownOrder | undefined,
): Promise<Transition> {
  if (transition.outcome === "silent" || !transition.uncertain || known === undefined) return transition;
  const current = await readCurrent(change);
  return current === undefined ? transition : settleEqualStamps(transition, { change, known, current });
}
