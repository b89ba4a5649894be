/** The timeline of a change of an order, and of a further page of its audience. */
import { z } from "zod";
import { audiencePageSchema } from "../domain/audience.ts";
import type { TimelineEntry } from "../domain/audit.ts";
import { claimResultSchema, orderChangeInputSchema } from "../domain/claim.ts";
import { escalationOutcomeSchema, escalationRequestSchema } from "../domain/escalation.ts";
import { audiencePageInputSchema, pageManifestSchema } from "../domain/manifest.ts";
import { toNotificationId } from "../domain/notification-id.ts";
import { ACTIVITY, ORCHESTRATION, toEscalationInstanceId, toPageInstanceId } from "../orchestration/names.ts";
import { describeSource, describeTransition } from "./describe-transition.ts";
import { findCall, tellCall } from "./tell-calls.ts";
import { tellPage } from "./tell-page.ts";
import { findEnd, hasEnded, type Material, NO_STORY, type Story } from "./timeline-material.ts";
import { toCountWords, toInstant, toListWords, toSentence } from "./timeline-words.ts";
import { parseRecorded } from "./unreadable-record-error.ts";

/** Tells of `notifyOrderChange`. */
export function tellOrderChange(material: Material): Story {
  const { record, calls, since } = material;
  const { instanceId } = record;
  const { change } = parseRecorded(orderChangeInputSchema, record.input, { instanceId, what: "the input" });
  const startedAt = since.recordedAt ?? toInstant(record.createdTime);
  const source: TimelineEntry = { at: startedAt, kind: "source", text: describeSource(change, startedAt) };
  const story: Story = { ...NO_STORY, orderId: change.orderId, change };
  const { call, found } = findCall(calls, ACTIVITY.claimChange);
  const failures = call ? tellClaim(call) : [];
  if (!found) {
    const summary = "It was not decided who should hear of the change.";
    return { ...story, summary, entries: [source, ...failures] };
  }
  if (record.runtimeStatus === "Failed" && !claimResultSchema.safeParse(found.result).success) {
    // It failed because of this very result.
    const text = "What the comparison with the last known version answered made no sense.";
    const summary = "It was not decided who should hear of the change.";
    return { ...story, summary, entries: [source, ...failures, { at: null, kind: "failure", text }] };
  }
  const what = "the result of comparing the change with the last known version";
  const claim = parseRecorded(claimResultSchema, found.result, { instanceId, what });
  const { transition, decidedAt, firstPage, codeVersion } = claim;
  const text = describeTransition(transition, change);
  const entries = [source, ...failures, { at: decidedAt, kind: "transition" as const, text }];
  if (transition.outcome === "silent" || firstPage === null) {
    return { ...story, transition, transitionText: text, summary: text, entries };
  }
  const rootInstanceId = instanceId;
  const page = tellPage(
    { change, news: transition, claim, audience: firstPage, rootInstanceId, page: 0, codeVersion },
    material,
  );
  const notificationId = toNotificationId(decidedAt, change.changeHash);
  return {
    ...story,
    transition,
    transitionText: text,
    notificationId,
    summary: page.summary,
    told: page.told,
    notTold: page.notTold,
    entries: [
      ...entries,
      ...page.entries,
      ...tellFurtherPages(material),
      ...tellEscalationStart(material, toEscalationInstanceId(notificationId)),
    ],
  };
}

/** Tells of `notifyAudiencePage`. */
export function tellAudiencePage(material: Material): Story {
  const { record, calls } = material;
  const { instanceId } = record;
  const o = { instanceId, what: "the input" };
  const { change, claim, rootInstanceId } = parseRecorded(audiencePageInputSchema, record.input, o);
  const number = Number(/:p(\d+)$/.exec(instanceId)?.[1] ?? 0);
  const { transition } = claim;
  const transitionText = describeTransition(transition, change);
  const story: Story = { ...NO_STORY, orderId: change.orderId, change, transition, transitionText };
  const source: TimelineEntry = {
    at: toInstant(record.createdTime),
    kind: "source",
    text: `This is page ${number + 1} of the audience of a change of order ${change.orderId}; the change itself stands in the orchestration ${rootInstanceId}.`,
    instanceId: rootInstanceId,
  };
  if (transition.outcome === "silent") return { ...story, summary: transitionText, entries: [source] };
  const { call, found } = findCall(calls, ACTIVITY.loadAudience);
  const load = call
    ? tellCall(call, {
        what: "the page was loaded",
        kind: "page",
        done: () => "who follows the order was read",
      })
    : [];
  const summary = "The page was not loaded.";
  if (!found) return { ...story, summary, entries: [source, ...load] };
  const audience = parseRecorded(audiencePageSchema, found.result, {
    instanceId,
    what: "the page of the audience",
  });
  const facts = { change, news: transition, claim, audience, rootInstanceId, page: number };
  const page = tellPage(facts, material);
  const notificationId = toNotificationId(claim.decidedAt, change.changeHash);
  return { ...story, ...page, notificationId, entries: [source, ...load, ...page.entries] };
}

/** A claim that went through at once needs no line: the transition is its result. */
function tellClaim(call: Parameters<typeof tellCall>[0]): TimelineEntry[] {
  const words = {
    what: "comparing the change with the last known version of the order",
    kind: "transition",
  } as const;
  const done = () => "it went through";
  return call.attempts.length === 1 && call.attempts[0]?.outcome === "completed"
    ? []
    : tellCall(call, { ...words, done });
}

function tellFurtherPages({ record: { instanceId }, calls }: Material): TimelineEntry[] {
  return calls
    .filter(({ name }) => name === ORCHESTRATION.notifyAudiencePage)
    .flatMap((call, index) =>
      tellCall(call, {
        what: `page ${index + 2} of the audience`,
        kind: "page",
        instanceId: toPageInstanceId(instanceId, index + 1),
        done: (result) => {
          const o = { instanceId, what: "the outcome of a page" };
          const { recipients } = parseRecorded(pageManifestSchema, result, o);
          return `${toCountWords(recipients, "recipient")}, told in an orchestration of its own`;
        },
      }),
    );
}

const startedSchema = z.object({ started: z.boolean() });

function tellEscalationStart({ record, calls, since }: Material, escalationId: string): TimelineEntry[] {
  const { instanceId } = record;
  const { call } = findCall(calls, ACTIVITY.startEscalation);
  if (call?.input === undefined) return [];
  const o = { instanceId, what: "the wish to escalate" };
  const { escalations, leftOut } = parseRecorded(escalationRequestSchema, call.input, o);
  const wishes = escalations.map(
    ({ afterMinutes, group }) => `the group ${group} after ${afterMinutes} minutes`,
  );
  const rest = leftOut > 0 ? ` (${leftOut} further groups were left out)` : "";
  const what = `while nobody has received it, it is to tell ${toListWords(wishes)}${rest}`;
  const start = tellCall(call, {
    what,
    kind: "escalation",
    instanceId: escalationId,
    done: (result) =>
      parseRecorded(startedSchema, result, o).started
        ? "the wait for a receipt has begun"
        : "there is no need to wait, a receipt came first or the wait had begun already",
  });
  return [...start, ...tellEscalationEnd(since.escalation, escalationId)];
}

function tellEscalationEnd(record: Material["since"]["escalation"], instanceId: string): TimelineEntry[] {
  if (record === undefined) return [];
  const outcome = escalationOutcomeSchema.safeParse(record.output).data;
  if (outcome === undefined) {
    const state = hasEnded(record) ? `over: it has ${record.runtimeStatus.toLowerCase()}` : "still going on";
    const text = `The wait for a receipt is ${state}.`;
    return [{ at: findEnd(record), kind: "escalation", text, instanceId }];
  }
  const groups = outcome.groups.map((group) => `the group ${group}`);
  const told = groups.length === 0 ? "no group was told" : `${toListWords(groups)} had been told`;
  const at = outcome.outcome === "received" ? outcome.at : findEnd(record);
  const text =
    outcome.outcome === "received"
      ? `Somebody received it, which ended the wait; ${told}.`
      : toSentence(`nobody received it in time; ${told}.`);
  return [{ at, kind: "escalation", text, instanceId }];
}
