/** Says what was new about an order, from what to what; or why nobody was told. */
import { isDeleted, type OrderChange } from "../domain/order-change.ts";
import type { FieldChange, News, Transition } from "../domain/transition.ts";
import { toFieldWords, toListWords, toSentence, toTimeWords } from "./timeline-words.ts";

/** The order as this change has it, so far as it is known; a change row of the ledger knows no fields any more. */
export type DescribedOrder = Pick<OrderChange, "coreFields">;

/** Whole sentences about the transition of an order. */
export function describeTransition(transition: Transition, order?: DescribedOrder): string {
  if (transition.outcome === "silent") return describeSilence(transition.reason, order);
  const sentences = [
    ...describeNews(transition, order),
    ...(transition.uncertain
      ? [
          "Another version has the same time stamp, and which of the two came last could not be found out: they were taken as they arrived.",
        ]
      : []),
  ];
  return sentences.join(" ");
}

/** How Salesforce's news came in, and when. */
export function describeSource(change: OrderChange, at: string | null): string {
  const when = at === null ? "" : `At ${toTimeWords(at)}, `;
  const version = `order ${change.orderId} as it was last modified at ${toTimeWords(change.systemModstamp)}`;
  switch (change.route) {
    case "outboundMessage": {
      const id = change.outboundMessageNotificationId;
      return toSentence(
        `${when}an outbound message from Salesforce${id ? ` (its notification ${id})` : ""} brought ${version}.`,
      );
    }
    case "poll":
      return toSentence(`${when}polling Salesforce found ${version}.`);
    case "reconciliation":
      return toSentence(
        `${when}the nightly reconciliation with Salesforce found ${version}; no other route had told of it.`,
      );
  }
}

/** `Draft`, and `1200` when there is an amount. */
export function describeState({ coreFields }: DescribedOrder): string {
  const parts = ["Status", "TotalAmount"].flatMap((field) => {
    const value = coreFields[field];
    return value ? [`${toFieldWords(field)} ${value}`] : [];
  });
  return parts.join(", ");
}

function describeNews(news: News, order: DescribedOrder | undefined): string[] {
  const state = order ? describeState(order) : "";
  if (news.before === "none") return [`The order was created${state ? `: ${state}` : ""}.`];
  if (news.before === "unknown") {
    return [
      `The order has changed. What it was before is not known, because no earlier version of it had come in${state ? `; now it has ${state}` : ""}.`,
    ];
  }
  const changes = news.changes.flatMap((change) => toChangeWords(change, news.changes));
  const isActivated = news.kinds.includes("activated");
  return [
    ...(isActivated ? ["The order was activated."] : []),
    ...(changes.length > 0 ? [`${toSentence(toListWords(changes))}.`] : []),
  ];
}

function toChangeWords({ field, from, to }: FieldChange, all: readonly FieldChange[]): string[] {
  if (field === "IsDeleted") return [to === "true" ? "the order was deleted" : "the order was restored"];
  // It moves with the status and would say the same again.
  if (field === "StatusCode" && all.some((one) => one.field === "Status")) return [];
  return [`the ${toFieldWords(field)} went from ${from ?? "none"} to ${to ?? "none"}`];
}

function describeSilence(
  reason: Extract<Transition, { outcome: "silent" }>["reason"],
  order: DescribedOrder | undefined,
): string {
  switch (reason) {
    case "unchanged":
      return "Nobody was told: nothing that is watched differs from the last known version of the order.";
    case "stale":
      return "Nobody was told: a later version of the order was known already.";
    case "firstSeen":
      return order && isDeleted(order.coreFields)
        ? "Nobody was told: the order was deleted before anything had been heard of it."
        : "Nobody was told: this is the first that was seen of an older order, so what is new about it is not known.";
  }
}
