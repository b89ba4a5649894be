/** Which of the people and groups of a timeline are on show. */
import type { NotTold, Told } from "../../../src/domain/audit.ts";
import type { Target } from "../../../src/domain/subscription.ts";

type Outcome = Told["outcome"];

/** What became of recipients, in the order it is shown, and what each is called. */
export const OUTCOMES: readonly { id: Outcome; title: string }[] = [
  { id: "pushed", title: "Pushed" },
  { id: "stored", title: "Only stored" },
  { id: "withheld", title: "Withheld" },
  { id: "quarantined", title: "Quarantined" },
  { id: "failed", title: "Failed" },
  { id: "unknown", title: "Unknown" },
];

/** What clients said, lowest first; `none` is silence. */
export const RECEIPTS = [
  { id: "none", title: "No receipt" },
  { id: "received", title: "Received" },
  { id: "seen", title: "Seen" },
  { id: "read", title: "Read" },
  { id: "archived", title: "Put away" },
] as const;

export type ReceiptChoice = (typeof RECEIPTS)[number]["id"];

/** What somebody chose to see of those who were told; undefined is everything. */
export interface ToldFilter {
  readonly outcome?: Outcome | undefined;
  readonly receipt?: ReceiptChoice | undefined;
  readonly text: string;
}

/** What somebody chose to see of those who were not. */
export interface NotToldFilter {
  /** Told for another reason all the same. */
  readonly isRecipient?: boolean | undefined;
  readonly text: string;
}

/** The id of a person or a group. */
export function toTargetName(target: Target): string {
  return target.kind === "user" ? target.userId : target.group;
}

/** Those who were told and fit; an outcome and a receipt narrow together. */
export function filterTold(told: readonly Told[], { outcome, receipt, text }: ToldFilter): Told[] {
  return told.filter(
    (one) =>
      (outcome === undefined || one.outcome === outcome) &&
      (receipt === undefined || (one.receipt ?? "none") === receipt) &&
      includes(text, [toTargetName(one.target), ...one.reasons.map((reason) => reason.text)]),
  );
}

/** Those who were not told, or not because of this row, and fit. */
export function filterNotTold(notTold: readonly NotTold[], { isRecipient, text }: NotToldFilter): NotTold[] {
  return notTold.filter(
    (one) =>
      (isRecipient === undefined || one.isRecipient === isRecipient) &&
      includes(text, [toTargetName(one.target), ...one.causes.map((cause) => cause.text)]),
  );
}

/** How many there are of each. */
export function countBy<T, Key extends string>(
  items: readonly T[],
  toKey: (item: T) => Key,
): Map<Key, number> {
  const counts = new Map<Key, number>();
  for (const item of items) {
    const key = toKey(item);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function includes(text: string, among: readonly string[]): boolean {
  const wanted = text.trim().toLowerCase();
  return wanted === "" || among.some((one) => one.toLowerCase().includes(wanted));
}
