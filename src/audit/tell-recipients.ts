/** What became of one recipient, in words. "Delivered" is never said: a push is handed to SignalR, which promises nothing. */
import { type Reason, type Recipient, toTargetKey } from "../domain/audience.ts";
import type { Told } from "../domain/audit.ts";
import type { DeadLetter } from "../domain/dead-letter.ts";
import type { OrderChange } from "../domain/order-change.ts";
import { toInboxState } from "../domain/receipt.ts";
import type { Subscription, Target } from "../domain/subscription.ts";
import { describeMatch } from "./describe-rules.ts";
import type { Delivery } from "./recorded-deliveries.ts";
import type { Since } from "./timeline-material.ts";
import { toCauseWords, toScopeWords, toTimeWords } from "./timeline-words.ts";

/** One recipient with all that is known; `rows` are their subscriptions as the decision had them. */
export interface TellRecipient {
  recipient: Recipient;
  delivery: Delivery | undefined;
  rows: readonly Subscription[];
  change: OrderChange | undefined;
  since: Since;
}

/** Tells of one recipient. */
export function tellRecipient({ recipient, delivery, rows, change, since }: TellRecipient): Told {
  const { target, priority, reasons, quietUntil } = recipient;
  return {
    target,
    priority,
    reasons: reasons.map((reason) => ({ ...reason, text: toReasonWords(reason, target, rows, change) })),
    ...toOutcome(recipient, delivery, since),
    ...(quietUntil === undefined ? {} : { quietUntil }),
    receipt: toReceipt(target, since),
  };
}

function toReasonWords(
  { scope, escalatedAfterMinutes }: Reason,
  target: Target,
  rows: readonly Subscription[],
  change: OrderChange | undefined,
): string {
  if (escalatedAfterMinutes !== undefined) {
    return `Told because for ${escalatedAfterMinutes} minutes nobody had received it.`;
  }
  const row = rows.find((one) => one.scope === scope);
  if (row && change) return describeMatch(row, change);
  return `${target.kind === "group" ? "The group follows" : "Follows"} ${toScopeWords(scope)}.`;
}

function toReceipt(target: Target, { receipts }: Since): Told["receipt"] {
  if (target.kind === "group") return null;
  const state = toInboxState(receipts.get(target.userId) ?? {});
  return state === "stored" ? null : state;
}

type Outcome = Pick<Told, "outcome" | "outcomeText">;

function toOutcome(recipient: Recipient, delivery: Delivery | undefined, since: Since): Outcome {
  const { target, quietUntil } = recipient;
  const isInInbox = target.kind === "user" && since.receipts.has(target.userId);
  switch (delivery?.outcome) {
    case "handedOver":
      return toHandedOver(target, quietUntil);
    case "quarantined":
      return toQuarantined(recipient, delivery, since.letters);
    case "failed": {
      const why = toCauseWords(delivery.cause);
      return isInInbox
        ? {
            outcome: "stored",
            outcomeText: `Stands in the inbox; that it was pushed is not recorded here: ${why}.`,
          }
        : {
            outcome: "failed",
            outcomeText: `Not reached as far as this record knows, and not put into quarantine here: ${why}.`,
          };
    }
    case "underWay":
    case undefined:
      return isInInbox
        ? { outcome: "stored", outcomeText: "Stands in the inbox; that it was pushed is not recorded." }
        : { outcome: "unknown", outcomeText: "The record does not hold how this ended." };
  }
}

function toHandedOver(target: Target, quietUntil: string | undefined): Outcome {
  // A group is never quiet: each member's client keeps its own hours.
  if (target.kind === "group") {
    return {
      outcome: "pushed",
      outcomeText: "Stored in the group's inbox, then handed to SignalR for the members who are connected.",
    };
  }
  return quietUntil === undefined
    ? { outcome: "pushed", outcomeText: "Stored in the inbox, then handed to SignalR." }
    : {
        outcome: "withheld",
        outcomeText: `Stored in the inbox; the push was withheld because of quiet hours until ${toTimeWords(quietUntil)}, after which one summary is due.`,
      };
}

function toQuarantined(
  { target, quietUntil }: Recipient,
  { cause, isStored }: Extract<Delivery, { outcome: "quarantined" }>,
  letters: readonly DeadLetter[],
): Outcome {
  const first = `Could not be reached and stands in quarantine (${toCauseWords(cause)})${toInboxWords(isStored)}.`;
  const redrive = findLetter(letters, target)?.redrives.findLast(({ result }) => result === "delivered");
  if (redrive === undefined) return { outcome: "quarantined", outcomeText: first };
  const isQuiet = quietUntil !== undefined && quietUntil > redrive.redrivenAt;
  const again = `${redrive.redrivenBy} had it sent again at ${toTimeWords(redrive.redrivenAt)}: ${
    isQuiet ? "stored, and withheld because of quiet hours" : "stored and handed to SignalR"
  }.`;
  return { outcome: isQuiet ? "withheld" : "pushed", outcomeText: `${first} ${again}` };
}

function toInboxWords(isStored: boolean | undefined): string {
  if (isStored === undefined) return "";
  return isStored ? "; the notification stands in the inbox all the same" : "; it is not in the inbox";
}

function findLetter(letters: readonly DeadLetter[], target: Target): DeadLetter | undefined {
  return letters.find(({ recipient }) => toTargetKey(recipient.target) === toTargetKey(target));
}
