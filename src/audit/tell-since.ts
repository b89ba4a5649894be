/** What happened after an orchestration had told people: receipts, and dead letters that were sent again. */
import type { TimelineEntry } from "../domain/audit.ts";
import type { DeadLetter } from "../domain/dead-letter.ts";
import { type ReceiptState, receiptStateSchema, type ReceiptTimes } from "../domain/receipt.ts";
import {
  toCauseWords,
  toCountWords,
  toInstant,
  toListWords,
  toTargetWords,
  toTimeWords,
} from "./timeline-words.ts";

/** So many people's receipts have lines of their own; `told` holds everyone's. */
const MOST_LINES = 50;

/** One line for each person whose client said something. */
export function tellReceipts(receipts: ReadonlyMap<string, ReceiptTimes>): TimelineEntry[] {
  const entries = [...receipts].flatMap(([userId, times]) => tellReceipt(userId, times));
  entries.sort((a, b) => ((a.at ?? "") < (b.at ?? "") ? -1 : 1));
  const rest = entries.length - MOST_LINES;
  return [
    ...entries.slice(0, MOST_LINES),
    ...(rest > 0
      ? [
          {
            at: null,
            kind: "receipt" as const,
            text: `Receipts of ${toCountWords(rest, "further person", "further people")} stand beside their names.`,
          },
        ]
      : []),
  ];
}

/** One line for each time that somebody had a dead letter sent again. */
export function tellRedrives(letters: readonly DeadLetter[]): TimelineEntry[] {
  return letters.flatMap(({ recipient, redrives }) =>
    redrives.map(({ redrivenAt, redrivenBy, instanceId, result, cause }): TimelineEntry => {
      const end =
        result === "delivered"
          ? "it went through"
          : `it failed again${cause ? `: ${toCauseWords(cause)}` : ""}`;
      const text = `${redrivenBy} had it sent again to ${toTargetWords(recipient.target)}; ${end}.`;
      return { at: redrivenAt, kind: "redrive", text, instanceId };
    }),
  );
}

function tellReceipt(userId: string, times: ReceiptTimes): TimelineEntry[] {
  const steps = receiptStateSchema.options.flatMap((state) => {
    const at = times[state];
    return at === undefined ? [] : [`${toVerb(state)} at ${toTimeWords(at)}`];
  });
  if (steps.length === 0) return [];
  const first = receiptStateSchema.options.map((state) => times[state]).find((at) => at !== undefined);
  return [{ at: toInstant(first), kind: "receipt", text: `${userId} ${toListWords(steps)}.` }];
}

function toVerb(state: ReceiptState): string {
  switch (state) {
    case "received":
      return "received it";
    case "seen":
      return "saw it";
    case "read":
      return "read it";
    case "archived":
      return "archived it";
  }
}
