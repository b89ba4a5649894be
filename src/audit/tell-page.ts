/** Tells of one page of the audience: who was chosen and why, who was not and why, and what became of each. */
import { type AudiencePage, decideAudience, type Exclusion, toTargetKey } from "../domain/audience.ts";
import type { NotTold, TimelineEntry, Told } from "../domain/audit.ts";
import { type Claim } from "../domain/claim.ts";
import { type DeliveryBatch, toDeliveryBatches } from "../domain/delivery-batch.ts";
import { groupBy } from "../domain/group-by.ts";
import { splitReportSchema } from "../domain/manifest.ts";
import { composeAnnouncement } from "../domain/notification.ts";
import type { OrderChange } from "../domain/order-change.ts";
import type { Subscription } from "../domain/subscription.ts";
import type { News } from "../domain/transition.ts";
import { ORCHESTRATION, toFailedBatchInstanceId } from "../orchestration/names.ts";
import { describeExclusion } from "./describe-rules.ts";
import { type Deliveries, toDeliveries } from "./recorded-deliveries.ts";
import { tellBatches, tellCall, toPeopleWords, toReportWords } from "./tell-calls.ts";
import { tellRecipient } from "./tell-recipients.ts";
import { tellReceipts, tellRedrives } from "./tell-since.ts";
import type { Material } from "./timeline-material.ts";
import { toCauseWords, toCountWords } from "./timeline-words.ts";
import { parseRecorded } from "./unreadable-record-error.ts";

/** What a page was decided from; `page` counts from 0. */
export type PageFacts = {
  change: OrderChange;
  news: News;
  claim: Pick<Claim, "decidedAt" | "link">;
  audience: AudiencePage;
  rootInstanceId: string;
  page: number;
  codeVersion?: string;
};

export type PageStory = { summary: string; entries: TimelineEntry[]; told: Told[]; notTold: NotTold[] };

/** The decision is taken again by the same pure function; what was done about it is read from the record. */
export function tellPage(facts: PageFacts, material: Material): PageStory {
  const { change, news, audience, claim } = facts;
  const { instanceId } = material.record;
  const { recipients, exclusions } = decideAudience(change, news, audience.subscriptions);
  const deliveries = toDeliveries({ instanceId, calls: material.calls });
  const rows = groupBy(audience.subscriptions, ({ target }) => toTargetKey(target));
  const chosen = new Set(recipients.map(({ target }) => toTargetKey(target)));
  // A recipient whom today's code would not choose was told all the same, and belongs here.
  const others = [...deliveries].filter(([key]) => !chosen.has(key)).map(([, { recipient }]) => recipient);
  const told = [...recipients, ...others].map((recipient) => {
    const key = toTargetKey(recipient.target);
    const recorded = deliveries.get(key);
    return tellRecipient({
      recipient: recorded?.recipient ?? recipient,
      delivery: recorded?.delivery,
      rows: rows.get(key) ?? [],
      change,
      since: material.since,
    });
  });
  const announcement = composeAnnouncement({ change, news, ...claim });
  const batches = toDeliveryBatches(facts.rootInstanceId, announcement, recipients);
  return {
    summary: toSummary(told, exclusions),
    entries: [
      tellDecision(facts, { recipients: recipients.length, exclusions }),
      ...tellDisagreement(deliveries, chosen, others.length),
      ...tellBatches({ instanceId, calls: material.calls }, (targets) => {
        const index = findBatch(batches, targets[0] && toTargetKey(targets[0]));
        const number = index < 0 ? "a batch" : `batch ${index + 1} of ${batches.length}`;
        return `${number}, to ${toPeopleWords(targets)}`;
      }),
      ...tellSplits(facts, material, batches),
      ...tellRedrives(material.since.letters),
      ...tellReceipts(material.since.receipts),
    ],
    told,
    notTold: exclusions.map((exclusion) =>
      tellExclusion(exclusion, rows.get(toTargetKey(exclusion.target)) ?? [], { change, news }),
    ),
  };
}

/** Somebody's subscriptions that did not ask for it, each with the row that said no. */
export function tellExclusion(
  { target, isRecipient, causes }: Exclusion,
  rows: readonly Subscription[],
  o: { change: OrderChange; news: News },
): NotTold {
  return {
    target,
    isRecipient,
    causes: causes.map(({ scope, rule }) => {
      const row = rows.find((one) => one.scope === scope);
      return {
        scope,
        rule,
        text: describeExclusion({ scope, rule, row }, { ...o, isRecipient }),
        row: row ?? null,
      };
    }),
  };
}

function tellDecision(
  { claim, audience, page, codeVersion }: PageFacts,
  { recipients, exclusions }: { recipients: number; exclusions: readonly Exclusion[] },
): TimelineEntry {
  const left = exclusions.filter(({ isRecipient }) => !isRecipient).length;
  const where = page > 0 ? ` on page ${page + 1} of the audience` : "";
  const further = audience.next === null ? "" : " Further pages of the audience follow.";
  const code = codeVersion === undefined ? "" : ` The code that decided was version ${codeVersion}.`;
  const text = `Decided over ${toCountWords(audience.subscriptions.length, "subscription")}${where}: ${toCountWords(recipients, "recipient")}; ${toLeftOutWords(left)}.${further}${code}`;
  return { at: claim.decidedAt, kind: "decision", text };
}

/** The record is what happened; that the code of today decides otherwise must be seen. */
function tellDisagreement(
  deliveries: Deliveries,
  chosen: ReadonlySet<string>,
  others: number,
): TimelineEntry[] {
  const missing = deliveries.size === 0 ? 0 : [...chosen].filter((key) => !deliveries.has(key)).length;
  if (others === 0 && missing === 0) return [];
  const text = `Today's rules would decide otherwise than is recorded here: ${others} were told whom they would leave out, and ${missing} were not told whom they would choose. An audit replay shows where the two part.`;
  return [{ at: null, kind: "failure", text }];
}

function findBatch(batches: readonly DeliveryBatch[], targetKey: string | undefined): number {
  return batches.findIndex(({ recipients }) =>
    recipients.some(({ target }) => toTargetKey(target) === targetKey),
  );
}

function tellSplits(
  { rootInstanceId, page }: PageFacts,
  { record, calls }: Material,
  batches: readonly DeliveryBatch[],
): TimelineEntry[] {
  const { instanceId } = record;
  return calls
    .filter(({ name, input }) => name === ORCHESTRATION.deliverFailedBatch && input !== undefined)
    .flatMap((call) => {
      const [first] = [...toDeliveries({ instanceId, calls: [call] }).keys()];
      const index = findBatch(batches, first);
      const link = index < 0 ? {} : { instanceId: toFailedBatchInstanceId(rootInstanceId, page, index) };
      return tellCall(call, {
        what: `batch ${index + 1} was delivered apart, to find out whom it could not reach`,
        kind: "delivery",
        done: (result) => {
          const o = { instanceId, what: "the outcome of a batch that failed" };
          const report = parseRecorded(splitReportSchema, result, o);
          const bad = report.quarantined.map(({ target }) => target);
          const causes = report.causes.map(toCauseWords).join("; ");
          return bad.length === 0
            ? toReportWords(report)
            : `${toReportWords(report)}; ${toPeopleWords(bad)} put into quarantine (${causes})`;
        },
        ...link,
      });
    });
}

/** Those who follow the order and were not told. */
function toLeftOutWords(count: number): string {
  if (count === 0) return "nobody was left out";
  return `${count} left out by their own rules or mutes`;
}

function toSummary(told: readonly Told[], exclusions: readonly Exclusion[]): string {
  const count = (outcome: Told["outcome"]) => told.filter((one) => one.outcome === outcome).length;
  const left = exclusions.filter(({ isRecipient }) => !isRecipient).length;
  const parts = [
    [count("pushed"), "pushed to SignalR"],
    [count("withheld"), "withheld because of quiet hours"],
    [count("stored"), "in the inbox only"],
    [count("quarantined"), "in quarantine"],
    [count("failed"), "not reached"],
    [count("unknown"), "not finished"],
  ].flatMap(([number, words]) => (number === 0 ? [] : [`${number} ${words}`]));
  const who = told.length === 0 ? "Nobody was to be told" : toCountWords(told.length, "recipient");
  const how = parts.length === 0 ? "" : `: ${parts.join(", ")}`;
  return `${who}${how}; ${toLeftOutWords(left)}.`;
}
