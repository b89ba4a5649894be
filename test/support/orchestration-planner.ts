/** Makes up what orchestrations of every kind are started with and what their activities will say, the same for the same seed. */
import type { AudiencePage } from "../../src/domain/audience.ts";
import { type Announcement, composeAnnouncement } from "../../src/domain/notification.ts";
import type { OrderChange } from "../../src/domain/order-change.ts";
import { toShortDigest } from "../../src/domain/sha256.ts";
import type { Subscription, SubscriptionRules } from "../../src/domain/subscription.ts";
import type { News } from "../../src/domain/transition.ts";
import { ORCHESTRATION, toDigestsInstanceId, toEscalationInstanceId } from "../../src/orchestration/names.ts";
import { seededRandom } from "../local/durable/seeded-random.ts";
import type { DoublesKnowledge } from "./activity-doubles.ts";
import { createOrderChange } from "./order-change.ts";

/** When every recorded world begins. */
export const WORLD_STARTS_AT = "2026-11-22T10:00:00.000Z";

/** What kinds are made with; whatever it makes up for activities to say goes into the knowledge of their doubles. */
export type Planner = ReturnType<typeof createPlanner>;

/** A planner whose choices follow from the seed; `isSmall`: with as few people as show a kind. */
export function createPlanner(seed: number, known: DoublesKnowledge, isSmall: boolean) {
  const random = seededRandom(seed);
  const pick = (below: number) => Math.floor(random() * below);
  const pickOf = <T>(...choices: [T, ...T[]]): T => choices[pick(choices.length)] ?? choices[0];
  const size = <T>(full: T, small: T) => (isSmall ? small : full);
  const hash = (text: string) => `${toShortDigest(`${seed} ${text}`)}${toShortDigest(`${text} ${seed}`)}`;
  const after = (minutes: number) => new Date(Date.parse(WORLD_STARTS_AT) + minutes * 60_000).toISOString();

  const createChange = (n: number): OrderChange => {
    const orderId = `801${String(n).padStart(12, "0")}AAA`;
    return createOrderChange({
      orderId,
      changeHash: hash(`change ${n}`),
      otherFields: { OrderNumber: String(n).padStart(8, "0"), Region__c: pickOf("EMEA", "APAC") },
      core: {
        Id: orderId,
        Status: pickOf("Draft", "Activated", "Shipped"),
        StatusCode: pickOf("Draft", "Activated"),
        TotalAmount: pickOf(String(pick(5_000)), `${pick(900)}.5`, null),
      },
    });
  };

  const createNews = (change: OrderChange): News => ({
    outcome: "news",
    ...pickOf<Pick<News, "kinds" | "changes" | "before">>(
      { kinds: ["created"], changes: [], before: "none" },
      { kinds: ["changed"], changes: [], before: "unknown" },
      {
        kinds: ["activated", "statusChanged"],
        changes: [{ field: "Status", from: "Draft", to: change.coreFields["Status"] ?? null }],
        before: "known",
      },
      {
        kinds: ["amountChanged"],
        changes: [{ field: "TotalAmount", from: "1", to: change.coreFields["TotalAmount"] ?? null }],
        before: "known",
      },
    ),
    uncertain: pick(10) === 0,
  });

  const createAnnouncement = (n: number, minutes = 0): Announcement => {
    const change = createChange(n);
    return composeAnnouncement({ change, news: createNews(change), decidedAt: after(minutes), link: null });
  };

  const createRules = (): SubscriptionRules => ({
    priority: pickOf("normal", "normal", "high"),
    ...pickOf<Partial<SubscriptionRules>>(
      {},
      {},
      {},
      { minimumAmount: "1000" },
      { statuses: ["Activated"] },
      { transitions: ["created", "activated"] },
      { fieldEquals: { Region__c: "EMEA" } },
    ),
  });

  /** `as`: everybody is of that sort (see activity-doubles.ts) and gets it, whatever their rules; `quiet`: every n-th is. */
  const people = (
    count: number,
    o: { as?: string; quiet?: number; escalate?: string } = {},
  ): Subscription[] =>
    Array.from({ length: count }, (_, index): Subscription[] => {
      const target = { kind: "user", userId: `${o.as ?? "person"}-${pick(1e9)}` } as const;
      const always = o.as !== undefined || (o.escalate !== undefined && index === 0);
      const rules: SubscriptionRules = always ? { priority: "normal" } : createRules();
      if (o.escalate !== undefined && index === 0) {
        rules.priority = "high";
        rules.escalate = { afterMinutes: 5 + pick(60), group: o.escalate };
      }
      const isQuiet = o.quiet !== undefined && index % o.quiet === 0;
      const preferences = {
        version: 1 + pick(3),
        ...(isQuiet ? { quietUntil: after(60 + pick(600)) } : {}),
        ...(!always && pick(12) === 0 ? { isMuted: true as const } : {}),
      };
      const first: Subscription = { scope: "all", target, rules, preferences };
      const second: Subscription = { ...first, scope: "account:001000000000001AAA", rules: createRules() };
      const group: Subscription = {
        scope: "all",
        target: { kind: "group", group: `team-${pick(1e6)}` },
        rules: createRules(),
      };
      return pickOf([first], [first], [first], [first, second], always ? [first] : [first, group]);
    }).flat();

  const order = (
    n: number,
    o: { failures?: number; pages?: Subscription[][]; answer?: "nonsense" | "hangs" },
  ) => {
    const change = createChange(n);
    const instanceId = `order-${change.orderId}-${change.changeHash}`;
    const { failures = 0, pages = [] } = o;
    const toPage = (subscriptions: Subscription[], index: number): AudiencePage => ({
      subscriptions,
      next: index + 1 < pages.length ? `${instanceId}|${index + 1}` : null,
    });
    for (const [index, page] of pages.entries())
      known.pages.set(`${instanceId}|${index}`, toPage(page, index));
    const [first] = pages;
    const transition = first
      ? createNews(change)
      : ({ outcome: "silent", reason: pickOf("firstSeen", "unchanged", "stale") } as const);
    const link = pickOf(null, `https://orders.example/${change.orderId}`);
    const claim = { transition, decidedAt: after(pick(3)), link };
    const firstPage = first ? toPage(first, 0) : null;
    known.claims.set(instanceId, { failures, answer: o.answer ?? claim, firstPage });
    return { name: ORCHESTRATION.notifyOrderChange, instanceId, input: { change } };
  };

  return {
    pick,
    size,
    people,
    order,
    earlyReceipt: (n: number) => ({
      name: ORCHESTRATION.escalateNotification,
      instanceId: toEscalationInstanceId(createAnnouncement(n).id),
      input: { receivedAt: after(pick(2)) },
    }),
    /** `minutes`: so long after the world begins, and therefore later than whatever else happens in it. */
    escalation: (n: number, groups: string[], minutes = 0) => {
      const announcement = createAnnouncement(n, minutes);
      const escalations = groups.map((group, index) => ({ afterMinutes: 5 + index * 10 + pick(5), group }));
      const input = { announcement, escalations, leftOut: 0, rootInstanceId: `order-${n}` };
      const instanceId = toEscalationInstanceId(announcement.id);
      return { name: ORCHESTRATION.escalateNotification, instanceId, input };
    },
    digests: (n: number, o: { people: number; attempt: number; as?: string }) => {
      const dueMinute = after(n).slice(0, 16);
      known.digests.set(
        dueMinute,
        Array.from({ length: o.people }, (_, index) => ({
          userId: `${index % 7 === 3 ? (o.as ?? "person") : "person"}-${pick(1e9)}`,
          since: after(-600),
          etag: `"${pick(1e6)}"`,
        })),
      );
      const instanceId = toDigestsInstanceId(dueMinute);
      return { name: ORCHESTRATION.sendDigests, instanceId, input: { dueMinute, attempt: o.attempt } };
    },
    redrive: (n: number, userIds: string[]) => {
      const announcement = createAnnouncement(n);
      const letters = userIds.map((userId) => ({
        id: `letter-${n}-${userId}`,
        instanceId: `order-${n}`,
        announcement,
        recipient: {
          target: { kind: "user" as const, userId },
          priority: "normal" as const,
          reasons: [{ scope: "all" }],
        },
      }));
      for (const letter of letters) known.letters.set(letter.id, letter);
      const ids = [...letters.map(({ id }) => id), `letter-${n}-gone`];
      const input = { ids, redrivenBy: "grace" };
      return { name: ORCHESTRATION.redriveDeadLetters, instanceId: `redrive-${hash(`redrive ${n}`)}`, input };
    },
    echo: (n: number, userId: string) => {
      const ids = Array.from({ length: 1 + pick(150) }, (_, index) => createAnnouncement(n + index).id);
      const input = { userId, ids, state: pickOf("seen", "read", "archived") };
      return { name: ORCHESTRATION.echoReceipts, instanceId: `echo-${hash(`echo ${n}`)}`, input };
    },
    mirror: (n: number, userId: string) => ({
      name: ORCHESTRATION.mirrorGroups,
      instanceId: `groups-${hash(`mirror ${n}`)}-2026-11-22`,
      input: { userId },
    }),
  };
}
