/** Decides the recorded order changes of a period again, as far as one request may take; reads, and writes nothing. */
import { InvalidRequestError, OrderBellError } from "../domain/errors.ts";
import { fromWhatIfCursor, toWhatIfCursor, type WhatIfCursor } from "./what-if-cursor.ts";
import type { WhatIfAnswer, WhatIfRequest } from "../domain/what-if.ts";
import { readDecision, type RecordedOutcome } from "./read-decision.ts";
import type { RecordReader } from "./recorded-orchestration.ts";
import { sumWhatIf, type WhatIfSum } from "./sum-what-if.ts";
import { compareDecision, type Proposal, toProposal } from "./what-if.ts";

/** A page of the orchestrations that were started in a period and have ended. */
export type ListFinished = (period: {
  from: string;
  to: string;
  after: string | null;
}) => Promise<{ instanceIds: string[]; next: string | null }>;

export interface RunWhatIfDeps {
  reader: RecordReader;
  listFinished: ListFinished;
  codeVersion: string;
  now(): Date;
}

/** How long one request goes on looking (ms); what it began to read it decides. */
const LONGEST_MS = 60_000;
const SIDE_BY_SIDE = 8;
/** Those of order changes; their pages, and whatever else was started, belong to one or decide nothing. */
const ROOT_ID = /^order-\w{18}-[\w-]{22}$/;

/** Answers for as much of the period as fits; throws InvalidRequestError for a cursor that does not. */
export async function runWhatIf(
  { reader, listFinished, codeVersion, now }: RunWhatIfDeps,
  { from, to, limit, subscriptions, replaceAll, after }: WhatIfRequest,
): Promise<WhatIfAnswer> {
  const proposal = toProposal(subscriptions, replaceAll);
  const sum = sumWhatIf();
  const deadline = now().getTime() + LONGEST_MS;
  let cursor: WhatIfCursor | null =
    after === undefined ? { page: null, done: null } : fromWhatIfCursor(after);
  let left = limit;
  while (cursor !== null && left > 0 && now().getTime() < deadline) {
    const list = await listFinished({ from, to, after: cursor.page });
    const waiting = toWaiting(list.instanceIds, cursor.done);
    let index = 0;
    // However slow the listing was, one turn brings the period forward.
    while (index < waiting.length && left > 0 && (index === 0 || now().getTime() < deadline)) {
      const turn = waiting.slice(index, index + Math.min(SIDE_BY_SIDE, left));
      for (const { instanceId, outcome } of await Promise.all(turn.map((id) => tryRead(reader, id)))) {
        addOutcome(sum, proposal, instanceId, outcome);
      }
      index += turn.length;
      left -= turn.length;
    }
    if (index < waiting.length) cursor = { page: cursor.page, done: waiting[index - 1] ?? cursor.done };
    else cursor = list.next === null ? null : { page: list.next, done: null };
  }
  const { codeVersions, ...sums } = sum.end();
  return {
    from,
    to,
    codeVersion: { recorded: codeVersions, now: codeVersion },
    ...sums,
    next: cursor === null ? null : toWhatIfCursor(cursor),
  };
}

function addOutcome(sum: WhatIfSum, proposal: Proposal, instanceId: string, outcome: TriedOutcome): void {
  switch (outcome.kind) {
    case "decided":
      return sum.addDecision(outcome.decision, compareDecision(outcome.decision, proposal));
    case "silent":
      return sum.addSilent(outcome.codeVersion);
    case "unread":
      return sum.addUnread(instanceId, outcome.reason);
  }
}

type TriedOutcome = RecordedOutcome | { kind: "unread"; reason: string };

/** One record that cannot be read is named and leaves the others be. */
async function tryRead(
  reader: RecordReader,
  instanceId: string,
): Promise<{ instanceId: string; outcome: TriedOutcome }> {
  try {
    return { instanceId, outcome: await readDecision(reader, instanceId) };
  } catch (error) {
    if (!(error instanceof OrderBellError)) throw error;
    return { instanceId, outcome: { kind: "unread", reason: error.message } };
  }
}

/** The order changes of a page that are still to be looked at. */
function toWaiting(instanceIds: readonly string[], done: string | null): string[] {
  const roots = instanceIds.filter((id) => ROOT_ID.test(id));
  if (done === null) return roots;
  const index = roots.indexOf(done);
  if (index >= 0) return roots.slice(index + 1);
  throw new InvalidRequestError("What was recorded of this period has moved on; ask again from its start.");
}
