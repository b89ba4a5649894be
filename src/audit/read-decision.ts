/** Reads from the record of an order change what its decision was taken over, and whom it told. */
import { audiencePageSchema, type Recipient } from "../domain/audience.ts";
import { claimResultSchema, orderChangeInputSchema } from "../domain/claim.ts";
import { deliveryBatchSchema } from "../domain/delivery-batch.ts";
import type { Subscription } from "../domain/subscription.ts";
import { ACTIVITY, toPageInstanceId } from "../orchestration/names.ts";
import { findResult, type RecordedCall, toRecordedCalls } from "./recorded-calls.ts";
import {
  parseRecordedOrchestration,
  type RecordedOrchestration,
  type RecordReader,
} from "./recorded-orchestration.ts";
import { parseRecorded, UnreadableRecordError } from "./unreadable-record-error.ts";
import type { RecordedDecision } from "./what-if.ts";

/** A decision, or a change that was nobody's news. */
export type RecordedOutcome =
  | { kind: "decided"; decision: RecordedDecision }
  | { kind: "silent"; codeVersion: string };

/** Reads the root and every page that it went on to; throws UnreadableRecordError that says what is missing. */
export async function readDecision(reader: RecordReader, instanceId: string): Promise<RecordedOutcome> {
  const root = await readOne(reader, instanceId);
  const { change } = parseRecorded(orderChangeInputSchema, root.record.input, {
    instanceId,
    what: "its input",
  });
  const { firstPage, transition, decidedAt, codeVersion } = readResult(
    root,
    ACTIVITY.claimChange,
    claimResultSchema,
  );
  if (transition.outcome === "silent" || firstPage === null) return { kind: "silent", codeVersion };
  const rows: Subscription[] = [...firstPage.subscriptions];
  const recipients = readRecipients(root);
  let { next } = firstPage;
  for (let number = 1; next !== null; number += 1) {
    const page = await readOne(reader, toPageInstanceId(instanceId, number));
    const audience = readResult(page, ACTIVITY.loadAudience, audiencePageSchema);
    rows.push(...audience.subscriptions);
    recipients.push(...readRecipients(page));
    next = audience.next;
  }
  const decision = { instanceId, change, news: transition, decidedAt, codeVersion, rows, recipients };
  return { kind: "decided", decision };
}

type Readable = { record: RecordedOrchestration; calls: RecordedCall[]; instanceId: string };

async function readOne(reader: RecordReader, instanceId: string): Promise<Readable> {
  const found = await reader.read(instanceId);
  if (found === undefined) throw new UnreadableRecordError(instanceId, "there is none");
  const record = parseRecordedOrchestration(found.record, instanceId);
  return { record, calls: toRecordedCalls(record.historyEvents ?? []), instanceId };
}

function readResult<Output>(
  { calls, instanceId }: Readable,
  activity: string,
  schema: Parameters<typeof parseRecorded<Output>>[0],
): Output {
  const found = findResult(calls.find(({ name }) => name === activity));
  if (found === undefined) throw new UnreadableRecordError(instanceId, `it holds no result of ${activity}`);
  return parseRecorded(schema, found.result, { instanceId, what: `the result of ${activity}` });
}

const toldSchema = deliveryBatchSchema.pick({ recipients: true });

/** Whom the recorded decision told: the code that took it may have been another. */
function readRecipients({ calls, instanceId }: Readable): Recipient[] {
  return calls
    .filter(({ name }) => name === ACTIVITY.deliverBatch)
    .flatMap(
      ({ input }) =>
        parseRecorded(toldSchema, input, { instanceId, what: `the input of ${ACTIVITY.deliverBatch}` })
          .recipients,
    );
}
