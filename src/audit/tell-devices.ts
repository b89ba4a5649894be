/** The timelines of two small orchestrations: receipts told to a person's other devices, and groups told to SignalR. */
import { z } from "zod";
import type { TimelineEntry } from "../domain/audit.ts";
import { receiptEchoSchema } from "../domain/receipt.ts";
import { echoReportSchema } from "../orchestration/echo-receipts.ts";
import {
  mirrorGroupsInputSchema,
  pushGroupsInputSchema,
  pushGroupsOutputSchema,
} from "../orchestration/mirror-groups.ts";
import { tellCall } from "./tell-calls.ts";
import { type Material, NO_STORY, type Story } from "./timeline-material.ts";
import { toCountWords, toInstant, toListWords } from "./timeline-words.ts";
import { parseRecorded } from "./unreadable-record-error.ts";

/** Tells of `echoReceipts`. */
export function tellReceiptsEcho({ record, calls }: Material): Story {
  const { instanceId } = record;
  const { userId, ids, state } = parseRecorded(receiptEchoSchema, record.input, {
    instanceId,
    what: "the input",
  });
  const what = toCountWords(ids.length, "notification");
  const text = `One device of ${userId} said that ${what} had been ${state}; the person's other devices are to know.`;
  const source: TimelineEntry = { at: toInstant(record.createdTime), kind: "source", text };
  const [onlyId] = ids.length === 1 ? ids : [];
  const entries = calls.flatMap((call) =>
    tellCall(call, {
      what: `telling the other devices of ${userId}`,
      kind: "receipt",
      done: (result) => {
        const o = { instanceId, what: "the report of the push" };
        const { pushed } = parseRecorded(echoReportSchema, result, o);
        return `${toCountWords(pushed, "push", "pushes")} handed to SignalR`;
      },
    }),
  );
  return {
    ...NO_STORY,
    notificationId: onlyId ?? null,
    summary: `A receipt of ${userId} for ${what}.`,
    entries: [source, ...entries],
  };
}

const outcomeSchema = z.object({ added: z.int(), removed: z.int() });

/** Tells of `mirrorGroups`. */
export function tellMirrorGroups({ record, calls }: Material): Story {
  const { instanceId } = record;
  const { userId } = parseRecorded(mirrorGroupsInputSchema, record.input, { instanceId, what: "the input" });
  const text = `${userId} connected, and SignalR was to know of which groups they are a member.`;
  const source: TimelineEntry = { at: toInstant(record.createdTime), kind: "source", text };
  const entries = calls.flatMap((call) => {
    const o = { instanceId, what: "a step of the groups" };
    const isCheck = parseRecorded(pushGroupsInputSchema, call.input, o).added !== undefined;
    return tellCall(call, {
      what: isCheck ? "removing from groups that were left meanwhile" : "adding to groups",
      kind: "delivery",
      done: (result) => toListWords(parseRecorded(pushGroupsOutputSchema, result, o).groups),
    });
  });
  const outcome = outcomeSchema.safeParse(record.output).data;
  const summary = outcome
    ? `${userId} was added to ${toCountWords(outcome.added, "group")} and removed from ${outcome.removed}.`
    : "What came of it is not recorded yet.";
  return { ...NO_STORY, summary, entries: [source, ...entries] };
}
