/**
 * Tells the recipients of a batch that failed apart: who can be reached is reached on the way, who cannot stands alone
 * at the end.
 *
 * 1. Up to 12 recipients are tried alone. Of more, both halves are tried; what fails is halved again, and so on.
 * 2. When both first halves fail, 12 recipients spread over the batch are tried alone. When not one of them gets
 *    through, the fault lies with the service, not with them: instead of halving, the whole batch is tried for another
 *    minute, and if that fails everyone in it has failed. Healthy recipients are taken for unreachable only when all 12
 *    happen to be bad ones: with half of a batch bad that is one time in 4,000, with a tenth of it, one in 10^12.
 * 3. Who failed alone is tried on, with pauses, as often as the budgets below allow.
 *
 * The work is bounded: 2 + 12 + 4 × 43 = 186 calls of halving at most, and 199 with step 3; an outage costs 21.
 * A call without retries costs at most 4 history events (with a turn of its own), one with them at most 8.
 *
 * An attempt that failed may have told some of its recipients already: messages go out one by one. They are told again,
 * with the same id, and drop it; so "delivered" here means that one attempt went through as a whole.
 */
import type { OrchestrationContext, Task } from "durable-functions";
import type { FailedBatch, FailedRecipient } from "../domain/dead-letter.ts";
import { type BatchReport, batchReportSchema } from "../domain/delivery-batch.ts";
import { callActivities } from "./call-activity.ts";
import { ACTIVITY } from "./names.ts";

/** What came of it. */
export type ApartReport = BatchReport & { failed: FailedRecipient[] };

/** Recipients that are tried together. */
type Part = readonly FailedRecipient[];

const PROBES = 12;

/** Waits of 1, 2, 4 … 32 s: together with what was tried before, a short outage is waited out. */
const OUTAGE_ATTEMPTS = 7;

/** Half a minute for those whom perhaps an outage keeps from getting it. */
const LAST_ATTEMPTS = 6;

/** Three seconds once others of the batch were reached: the service is well, and the next page of people is waiting. */
const LAST_ATTEMPTS_AMONG_HEALTHY = 3;

const MAX_CALLS = 199;
const MAX_EVENTS = 800;
const EVENTS_PER_CALL = 4;
const EVENTS_PER_RETRIED_CALL = 8;

/** Delivers to everyone who can be reached, and names the others with their cause and attempts. */
export function* deliverApart(
  context: OrchestrationContext,
  { batch, cause, attempts }: FailedBatch,
): Generator<Task, ApartReport, unknown> {
  const sum: BatchReport = { stored: 0, pushed: 0, withheld: 0 };
  let calls = 0;

  /** Tries the parts side by side; answers those that failed. */
  function* tryParts(parts: readonly Part[], attemptsEach = 1): Generator<Task, Part[], unknown> {
    const inputs = parts.map((part) => ({ ...batch, recipients: part.map(({ recipient }) => recipient) }));
    const outcomes = yield* callActivities(
      context,
      ACTIVITY.deliverBatch,
      inputs,
      batchReportSchema,
      attemptsEach,
    );
    calls += parts.length * attemptsEach;
    const failed: Part[] = [];
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.ok) {
        sum.stored += outcome.output.stored;
        sum.pushed += outcome.output.pushed;
        sum.withheld += outcome.output.withheld;
      } else failed.push((parts[index] ?? []).map((one) => toFailedAgain(one, outcome.cause, attemptsEach)));
    }
    return failed;
  }

  const all: Part = batch.recipients.map((recipient) => ({ recipient, cause, attempts }));
  const alone: Part[] = [];
  let parts: Part[];
  if (all.length <= PROBES) parts = toSingles(all);
  else {
    parts = yield* tryParts(halve(all));
    if (parts.length === 2) {
      const tried = parts.flat();
      const probes = pickProbes(tried);
      const failedProbes = yield* tryParts(toSingles(probes));
      if (failedProbes.length === probes.length) {
        const failed = yield* tryParts([merge(tried, failedProbes.flat())], OUTAGE_ATTEMPTS);
        return { ...sum, failed: failed.flat() };
      }
      alone.push(...failedProbes);
      parts = parts.map((part) => part.filter((one) => !probes.includes(one)));
    }
    parts = parts.flatMap(halve);
  }
  while (parts.length > 0) {
    const failed = yield* tryParts(parts);
    alone.push(...failed.filter((part) => part.length === 1));
    parts = failed.filter((part) => part.length > 1).flatMap(halve);
  }
  const wanted = sum.stored > 0 ? LAST_ATTEMPTS_AMONG_HEALTHY : LAST_ATTEMPTS;
  const lastAttempts = Math.min(wanted, countAffordableAttempts(calls, alone.length));
  const failed = lastAttempts > 0 ? yield* tryParts(alone, lastAttempts) : alone;
  return { ...sum, failed: failed.flat() };
}

/** How often each of those who failed alone can be tried again within the budgets. */
function countAffordableAttempts(calls: number, recipients: number): number {
  const byEvents = (MAX_EVENTS - calls * EVENTS_PER_CALL) / EVENTS_PER_RETRIED_CALL;
  return recipients === 0 ? 0 : Math.floor(Math.min(byEvents, MAX_CALLS - calls) / recipients);
}

function toFailedAgain(before: FailedRecipient, cause: string, attempts: number): FailedRecipient {
  return { recipient: before.recipient, cause, attempts: before.attempts + attempts };
}

function toSingles(part: Part): Part[] {
  return part.map((one) => [one]);
}

/** Two halves; one alone stays alone, and none is no part. */
function halve(part: Part): Part[] {
  const middle = Math.ceil(part.length / 2);
  return [part.slice(0, middle), part.slice(middle)].filter(({ length }) => length > 0);
}

/** Spread evenly: neighbours share an inbox partition, and with it perhaps their trouble. */
function pickProbes(part: Part): Part {
  return Array.from(
    { length: PROBES },
    (_, index) => part.slice(Math.floor((index * part.length) / PROBES))[0],
  ).filter((one) => one !== undefined);
}

/** The same recipients, with what is known of some of them now. */
function merge(part: Part, newer: Part): Part {
  return part.map((one) => newer.find(({ recipient }) => recipient === one.recipient) ?? one);
}
