/** The timeline of the summaries of one minute: for whom one was due, and to whom it was pushed. */
import type { z } from "zod";
import type { TimelineEntry } from "../domain/audit.ts";
import {
  digestBatchSchema,
  digestForgetReportSchema,
  digestPageSchema,
  digestPushReportSchema,
  digestReportSchema,
  digestRunSchema,
  toDueInstant,
} from "../domain/digest.ts";
import { ACTIVITY, ORCHESTRATION } from "../orchestration/names.ts";
import type { RecordedCall } from "./recorded-calls.ts";
import { tellCall, toPeopleWords } from "./tell-calls.ts";
import { type Material, NO_STORY, type Story } from "./timeline-material.ts";
import { toCauseWords, toCountWords, toInstant, toTimeWords } from "./timeline-words.ts";
import { parseRecorded } from "./unreadable-record-error.ts";

const MOST_BATCH_PEOPLE = 100;
const nextPageSchema = digestRunSchema.transform(({ continued }) => continued);

/** Tells of `sendDigests`. */
export function tellDigests({ record, calls }: Material): Story {
  const { instanceId } = record;
  const run = parseRecorded(digestRunSchema, record.input, { instanceId, what: "the input" });
  const again = run.attempt > 1 ? ` This is run ${run.attempt}: somebody was not reached before.` : "";
  const source: TimelineEntry = {
    at: toInstant(record.createdTime),
    kind: "source",
    text: `Summaries were due at ${toTimeWords(toDueInstant(run.dueMinute))} to people whose quiet hours had ended.${again}`,
    ...(run.continued ? { instanceId: run.continued.rootInstanceId } : {}),
  };
  const report = digestReportSchema.safeParse(record.output).data;
  return {
    ...NO_STORY,
    summary: report ? toReportSentence(report) : "What came of it is not recorded yet.",
    entries: [source, ...calls.flatMap((call) => tellDigestCall(instanceId, call))],
  };
}

function tellDigestCall(instanceId: string, call: RecordedCall): TimelineEntry[] {
  const parse = <Output>(schema: z.ZodType<Output>, value: unknown) =>
    parseRecorded(schema, value, { instanceId, what: "a step of the summaries" });
  switch (call.name) {
    case ACTIVITY.loadDigests:
      return tellCall(call, {
        what: "reading to whom a summary is due",
        kind: "decision",
        done: (result) => toCountWords(parse(digestPageSchema, result).digests.length, "person", "people"),
      });
    case ACTIVITY.pushDigests:
      return tellCall(call, {
        // Everyone by name: a summary has no recipients elsewhere in the timeline.
        what: `summaries for ${toPeople(parse(digestBatchSchema, call.input), MOST_BATCH_PEOPLE)}`,
        kind: "delivery",
        done: (result) => {
          const { pushed, skipped } = parse(digestPushReportSchema, result);
          return `${pushed} handed to SignalR, ${skipped} not needed because everything had been seen`;
        },
      });
    case ACTIVITY.forgetDigests:
      return tellCall(call, {
        what: `taking ${toPeople(parse(digestBatchSchema, call.input))} off the list`,
        kind: "delivery",
        done: (result) => {
          const { forgotten, kept } = parse(digestForgetReportSchema, result);
          return `${forgotten} taken off, ${kept} kept because more had come meanwhile`;
        },
      });
    case ORCHESTRATION.sendDigests: {
      const next = parse(nextPageSchema, call.input);
      return tellCall(call, {
        what: `page ${next?.page ?? 2} of the people`,
        kind: "page",
        done: (result) => toReportWords(parse(digestReportSchema, result)),
        ...(next ? { instanceId: `${next.rootInstanceId}:p${next.page}` } : {}),
      });
    }
    default:
      return [];
  }
}

function toPeople({ digests }: z.infer<typeof digestBatchSchema>, mostNames?: number): string {
  return toPeopleWords(
    digests.map(({ userId }) => ({ kind: "user" as const, userId })),
    mostNames,
  );
}

function toReportWords({ pushed, skipped, failed, cause }: z.infer<typeof digestReportSchema>): string {
  const why = cause === undefined ? "" : ` (${toCauseWords(cause)})`;
  return `${pushed} handed to SignalR, ${skipped} not needed, ${failed} failed${why}`;
}

function toReportSentence(report: z.infer<typeof digestReportSchema>): string {
  return `Summaries: ${toReportWords(report)}.`;
}
