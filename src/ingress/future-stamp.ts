/** The guard against versions that cannot be: after one from the future every true change of that order would be stale. */
import { OrderBellError } from "../domain/errors.ts";
import type { OrderChange } from "../domain/order-change.ts";

/** Clocks may differ by so much. */
const AHEAD_AT_MOST_MS = 60 * 60_000;

/** A version of an order that Salesforce cannot have written yet. */
export class FutureStampError extends OrderBellError {
  readonly retryable = false;
  readonly orderId: string;
  readonly systemModstamp: string;
  constructor({ orderId, systemModstamp }: OrderChange) {
    super(`Order ${orderId} was modified at ${systemModstamp}, which is yet to come.`);
    this.orderId = orderId;
    this.systemModstamp = systemModstamp;
  }
}

/** Throws FutureStampError for the first change whose stamp is more than an hour ahead of `now`. */
export function refuseFutureStamps(changes: readonly OrderChange[], now: Date): void {
  const latest = now.getTime() + AHEAD_AT_MOST_MS;
  const future = changes.find(({ systemModstamp }) => Date.parse(systemModstamp) > latest);
  if (future) throw new FutureStampError(future);
}
