/** The answer of a what-if, in lines that a person reads. */
import type { Target } from "../src/domain/subscription.ts";
import type { DifferenceKind, OrderDifference, WhatIfAnswer } from "../src/domain/what-if.ts";
import type { Proposal } from "./read-proposal.ts";

const MOST_TARGETS = 20;
const MOST_ORDERS = 10;
const MOST_NAMES = 5;
const MOST_UNREAD = 5;

/** What was asked, what came of it, who is affected most, and in which orders. */
export function toWhatIfText(answer: WhatIfAnswer, proposal: Proposal | undefined): string {
  const { orchestrations, totals } = answer;
  return [
    `${answer.from} to ${answer.to}, ${toProposalText(proposal)}, ${toCode(answer)}.`,
    "",
    `${toNumber(orchestrations.lookedAt)} order changes: ${toNumber(orchestrations.decided)} decided again, ` +
      `${toNumber(orchestrations.silent)} silent, ${toNumber(orchestrations.unread)} not read.`,
    `${toNumber(totals.recorded)} notifications then, ${toNumber(totals.now)} now: ` +
      `${toNumber(totals.gained)} gained, ${toNumber(totals.lost)} lost, ${toNumber(totals.changed)} changed, ${toNumber(totals.same)} the same.`,
    ...(totals.preferencesUnknown === 0
      ? []
      : [
          `${toNumber(totals.preferencesUnknown)} without mutes and quiet hours: the record says nothing of these people's.`,
        ]),
    ...toTargetTable(answer),
    ...toOrderLines(answer),
    ...toUnreadLines(answer),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

function toCode({ codeVersion: { recorded, now } }: WhatIfAnswer): string {
  if (recorded.length === 0) return `by ${now}`;
  if (recorded.every((one) => one === now)) return `by the same code, ${now}`;
  return `by ${now} (then: ${recorded.join(", ")})`;
}

function toProposalText(proposal: Proposal | undefined): string {
  if (proposal === undefined) return "over the recorded subscriptions";
  const rows = `${toNumber(proposal.rows.length)} subscription${proposal.rows.length === 1 ? "" : "s"}`;
  return proposal.replaceAll ? `over ${rows} and no others` : `with ${rows} among the recorded ones`;
}

function toTargetTable({ targets, targetsCut }: WhatIfAnswer): string[] {
  if (targets.length === 0) return [];
  const head = ["who", "then", "now", "gained", "lost", "changed"];
  const shown = targets.slice(0, MOST_TARGETS);
  const rows = shown.map(({ target, recorded, now, gained, lost, changed }) => [
    toName(target),
    ...[recorded, now, gained, lost, changed].map(toNumber),
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const lines = [head, ...rows].map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  "),
  );
  return ["", ...lines, ...toMore(targets.length - shown.length, targetsCut)];
}

function toOrderLines({ orders, ordersCut }: WhatIfAnswer): string[] {
  if (orders.length === 0) return [];
  const byTime = orders.toSorted((a, b) => (a.decidedAt < b.decidedAt ? -1 : 1));
  const shown = byTime.slice(0, MOST_ORDERS);
  return ["", ...shown.map(toOrderLine), ...toMore(orders.length - shown.length, ordersCut)];
}

function toOrderLine({ orderId, decidedAt, gained, lost, changed }: OrderDifference): string {
  const parts = [
    toPart(
      "gained by",
      gained.map(({ target }) => toName(target)),
    ),
    toPart(
      "lost by",
      lost.map(({ target }) => toName(target)),
    ),
    toPart(
      "changed for",
      changed.map(({ target, differences }) => `${toName(target)} (${differences.map(toWords).join(", ")})`),
    ),
  ];
  return `order ${orderId}, ${decidedAt}: ${parts.filter((part) => part !== "").join("; ")}`;
}

function toPart(words: string, names: readonly string[]): string {
  if (names.length === 0) return "";
  const more = names.length - MOST_NAMES;
  return `${words} ${names.slice(0, MOST_NAMES).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function toWords(difference: DifferenceKind): string {
  switch (difference) {
    case "pushed":
      return "pushed, no longer withheld";
    case "withheld":
      return "withheld in quiet hours";
    case "priority":
      return "priority";
    case "escalation":
      return "escalation";
  }
}

function toUnreadLines({ unread, orchestrations }: WhatIfAnswer): string[] {
  if (unread.length === 0) return [];
  const shown = unread.slice(0, MOST_UNREAD);
  const lines = shown.map(({ instanceId, reason }) => `not read: ${instanceId}: ${reason}`);
  return ["", ...lines, ...toMore(orchestrations.unread - shown.length, false)];
}

/** `isCut`: the app itself named not all of them. */
function toMore(more: number, isCut: boolean): string[] {
  if (more <= 0 && !isCut) return [];
  return [
    isCut ? `and more than ${toNumber(more)} others` : `and ${toNumber(more)} more (all of them: --json)`,
  ];
}

function toName(target: Target): string {
  switch (target.kind) {
    case "user":
      return target.userId;
    case "group":
      return `group ${target.group}`;
  }
}

function toNumber(value: number): string {
  return value.toLocaleString("en");
}
