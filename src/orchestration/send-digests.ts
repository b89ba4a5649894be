/**
 * The orchestration that sends the summaries of one due minute: load, push, then forget whom it reached. A crash
 * between the last two sends a summary twice, never not at all. Whom it does not reach stays for the next run.
 * Whoever has made their quiet hours longer meanwhile gets it at the time that held when the push was withheld.
 * Each further page is an instance of its own, so that no history grows with the crowd.
 */
import type { OrchestrationContext, Task } from "durable-functions";
import {
  type DigestBatch,
  digestForgetReportSchema,
  type DigestPage,
  digestPageSchema,
  digestPushReportSchema,
  type DigestReport,
  digestReportSchema,
  type DigestRun,
  digestRunSchema,
  LAST_DIGEST_ATTEMPT,
  toDigestBatchSize,
} from "../domain/digest.ts";
import { callActivities, callActivity, callSubOrchestration, type Outcome } from "./call-activity.ts";
import { ACTIVITY, ORCHESTRATION } from "./names.ts";

/** A hundred pushes and as many removals: about 600 events. */
const MAX_PAGE_BATCHES = 100;
const MAX_PAGE_PEOPLE = 1_000;

/** The first run waits out half a minute; a later one is itself the retry, and its many small batches must fit. */
const FIRST_TRIES = 6;

/** Input: `digestRunSchema`; output: a `DigestReport`. */
export function* sendDigests(context: OrchestrationContext): Generator<Task, DigestReport, unknown> {
  const run = digestRunSchema.parse(context.df.getInput());
  const limit = Math.min(MAX_PAGE_PEOPLE, MAX_PAGE_BATCHES * toDigestBatchSize(run.attempt));
  const request = { dueMinute: run.dueMinute, after: run.continued?.after ?? null, limit };
  const page = yield* callActivity(context, ACTIVITY.loadDigests, request, digestPageSchema);
  const report = yield* sendPage(context, run, page);
  if (page.next === null) return report;
  const { rootInstanceId, page: number } = run.continued ?? {
    rootInstanceId: context.df.instanceId,
    page: 1,
  };
  const further = yield* callSubOrchestration(context, {
    name: ORCHESTRATION.sendDigests,
    instanceId: `${rootInstanceId}:p${number + 1}`,
    input: { ...run, continued: { rootInstanceId, page: number + 1, after: page.next } },
    output: digestReportSchema,
  });
  return add(report, further);
}

function* sendPage(
  context: OrchestrationContext,
  { dueMinute, attempt }: DigestRun,
  page: DigestPage,
): Generator<Task, DigestReport, unknown> {
  const batches = toBatches(dueMinute, page, toDigestBatchSize(attempt));
  const tries = attempt === 1 ? FIRST_TRIES : 1;
  const pushes = yield* callActivities(context, ACTIVITY.pushDigests, batches, digestPushReportSchema, tries);
  const isLast = attempt >= LAST_DIGEST_ATTEMPT;
  const done = batches.filter((_, index) => isLast || pushes[index]?.ok);
  const removals = yield* callActivities(
    context,
    ACTIVITY.forgetDigests,
    done,
    digestForgetReportSchema,
    tries,
  );
  const told = pushes.flatMap((push) => (push.ok ? { ...push.output, failed: 0 } : []));
  return [...told, ...toFailures(batches, pushes), ...toFailures(done, removals)].reduce(add, NOTHING);
}

const NOTHING: DigestReport = { pushed: 0, skipped: 0, failed: 0 };

/** Whoever was told but could not be removed counts too: the next run tells them again. */
function toFailures(batches: readonly DigestBatch[], outcomes: readonly Outcome<unknown>[]): DigestReport[] {
  return outcomes.flatMap((outcome, index) =>
    outcome.ok ? [] : { ...NOTHING, failed: batches[index]?.digests.length ?? 0, cause: outcome.cause },
  );
}

function toBatches(dueMinute: string, { digests }: DigestPage, size: number): DigestBatch[] {
  const batches: DigestBatch[] = [];
  for (let start = 0; start < digests.length; start += size) {
    batches.push({ dueMinute, digests: digests.slice(start, start + size) });
  }
  return batches;
}

function add(a: DigestReport, b: DigestReport): DigestReport {
  const cause = a.cause ?? b.cause;
  return {
    pushed: a.pushed + b.pushed,
    skipped: a.skipped + b.skipped,
    failed: a.failed + b.failed,
    ...(cause === undefined ? {} : { cause }),
  };
}
