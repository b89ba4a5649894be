import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideAudience, type Exclusion, type Recipient, toTargetKey } from "../../../src/domain/audience.ts";
import { type AppliedPreferences, type Subscription, toScopes } from "../../../src/domain/subscription.ts";
import { type News, transitionKindSchema } from "../../../src/domain/transition.ts";
import { createOrderChange } from "../../support/order-change.ts";

const RUNS = { numRuns: 1_000 };
const change = createOrderChange({ otherFields: { Region__c: "EMEA", Channel__c: "web" } });
const kinds = transitionKindSchema.options;

const newsOf = (of: News["kinds"]): News => ({
  outcome: "news",
  kinds: of,
  changes: [],
  before: "known",
  uncertain: false,
});
const anyNews = fc.uniqueArray(fc.constantFrom(...kinds), { minLength: 1, maxLength: 3 }).map(newsOf);

/** As often there as not: else hardly any row would be wanted, and what wanted rows share would go unseen. */
const optional = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: undefined, freq: 2 });
const anyRules = fc
  .record({
    priority: fc.constantFrom("normal" as const, "high" as const),
    transitions: optional(fc.uniqueArray(fc.constantFrom(...kinds), { minLength: 1, maxLength: 5 })),
    statuses: optional(fc.constantFrom(["Draft"], ["Draft", "Activated"], ["Activated"])),
    minimumAmount: optional(fc.constantFrom("0", "1100", "1100.01")),
    fieldEquals: optional(fc.constantFrom({ Region__c: "EMEA" }, { Region__c: "APAC" }, { None__c: "x" })),
    escalateAfter: optional(fc.constantFrom(5, 10)),
  })
  .map(({ escalateAfter, ...rules }) => ({
    ...Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined)),
    priority: rules.priority,
    ...(rules.priority === "high" && escalateAfter !== undefined
      ? { escalate: { afterMinutes: escalateAfter, group: "managers" } }
      : {}),
  }));

const anyTarget = fc.oneof(
  fc.record({ kind: fc.constant("user" as const), userId: fc.constantFrom("a", "b", "c", "d") }),
  fc.record({ kind: fc.constant("group" as const), group: fc.constantFrom("a", "b") }),
);
/** What somebody said in one version; which scopes are muted differs by row, the rest does not. */
const anyVersion = fc.record({
  mutedTransitions: optional(fc.uniqueArray(fc.constantFrom(...kinds), { minLength: 1 })),
  quietUntil: optional(fc.constantFrom("2026-11-23T06:00:00.000Z", "2026-11-23T07:30:00.000Z")),
});
const anyRow = fc.record({
  scope: fc.constantFrom(...toScopes(change)),
  target: anyTarget,
  rules: anyRules,
  version: fc.integer({ min: 0, max: 2 }),
  isMuted: fc.nat({ max: 4 }).map((n) => n === 0),
});

/** Rows as the table can hold them: one per scope and target, those of a person copied from one of two versions. */
const anyRows: fc.Arbitrary<Subscription[]> = fc
  .tuple(
    fc.uniqueArray(anyRow, {
      selector: ({ scope, target }) => `${scope} ${toTargetKey(target)}`,
      maxLength: 24,
      size: "max",
    }),
    fc.array(anyVersion, { minLength: 8, maxLength: 8 }),
  )
  .map(([rows, versions]) =>
    rows.map(({ version, isMuted, ...row }) => {
      if (row.target.kind === "group" || version === 0) return row;
      const said = versions["abcd".indexOf(row.target.userId) * 2 + version - 1]!;
      const preferences: AppliedPreferences = {
        version,
        ...(isMuted ? { isMuted: true } : {}),
        ...(said.mutedTransitions ? { mutedTransitions: said.mutedTransitions } : {}),
        ...(said.quietUntil ? { quietUntil: said.quietUntil } : {}),
      };
      return { ...row, preferences };
    }),
  );

const toRowKeys = (rows: readonly Subscription[]) =>
  rows.map(({ target, scope }) => `${toTargetKey(target)} ${scope}`);

const listReasons = (recipients: readonly Recipient[]) =>
  recipients.flatMap(({ target, reasons }) => reasons.map(({ scope }) => `${toTargetKey(target)} ${scope}`));

const listCauses = (exclusions: readonly Exclusion[]) =>
  exclusions.flatMap(({ target, causes }) => causes.map(({ scope }) => `${toTargetKey(target)} ${scope}`));

const sortByJson = <Item>(items: readonly Item[]) =>
  items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** A decision without the order in which it names things. */
function toSet({ recipients, exclusions }: ReturnType<typeof decideAudience>) {
  return {
    recipients: sortByJson(
      recipients.map(({ reasons, escalations, ...recipient }) => ({
        ...recipient,
        reasons: sortByJson(reasons),
        escalations: sortByJson(escalations ?? []),
      })),
    ),
    exclusions: sortByJson(
      exclusions.map(({ causes, ...exclusion }) => ({ ...exclusion, causes: sortByJson(causes) })),
    ),
  };
}

describe("a decision over any page", () => {
  it("ends every subscription as exactly one reason of a recipient or one cause of an exclusion", () => {
    fc.assert(
      fc.property(anyRows, anyNews, (rows, news) => {
        const { recipients, exclusions } = decideAudience(change, news, rows);
        const ended = [...listReasons(recipients), ...listCauses(exclusions)];
        expect(ended.toSorted()).toEqual(toRowKeys(rows).toSorted());
      }),
      RUNS,
    );
  });

  it("names everybody at most once in each list, and says truly whether an excluded one is told after all", () => {
    fc.assert(
      fc.property(anyRows, anyNews, (rows, news) => {
        const { recipients, exclusions } = decideAudience(change, news, rows);
        const told = recipients.map(({ target }) => toTargetKey(target));
        const excluded = exclusions.map(({ target }) => toTargetKey(target));
        expect(new Set(told).size).toBe(told.length);
        expect(new Set(excluded).size).toBe(excluded.length);
        for (const { target, isRecipient } of exclusions)
          expect(isRecipient).toBe(told.includes(toTargetKey(target)));
      }),
      RUNS,
    );
  });

  it("does not depend on the order of the rows", () => {
    const shuffled = anyRows.chain((rows) =>
      fc.tuple(
        fc.constant(rows),
        fc.shuffledSubarray(rows, { minLength: rows.length, maxLength: rows.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, anyNews, ([rows, others], news) => {
        const decided = decideAudience(change, news, rows);
        expect(toSet(decideAudience(change, news, others))).toEqual(toSet(decided));
      }),
      RUNS,
    );
  });

  it("loses nothing to quiet hours: without them the same people are told for the same reasons", () => {
    fc.assert(
      fc.property(anyRows, anyNews, (rows, news) => {
        const loud = rows.map(({ preferences, ...row }) => {
          const { quietUntil: _, ...rest } = preferences ?? { version: 0 };
          return preferences ? { ...row, preferences: rest } : row;
        });
        const decided = decideAudience(change, news, rows);
        const recipients = decided.recipients.map(({ quietUntil: _, ...recipient }) => recipient);
        expect({ ...decided, recipients }).toEqual(decideAudience(change, news, loud));
      }),
      RUNS,
    );
  });

  it("loses a subscription to a mute only where that subscription's own copy says so", () => {
    fc.assert(
      fc.property(anyRows, anyNews, (rows, news) => {
        const { exclusions } = decideAudience(change, news, rows);
        for (const { target, causes } of exclusions) {
          for (const { scope, rule } of causes) {
            const row = rows.find((one) => toRowKeys([one])[0] === `${toTargetKey(target)} ${scope}`)!;
            const muted = row.preferences?.mutedTransitions ?? [];
            if (rule === "mutedScope") expect(row.preferences?.isMuted).toBe(true);
            if (rule === "mutedTransition") expect(muted).toEqual(expect.arrayContaining(news.kinds));
          }
        }
      }),
      RUNS,
    );
  });
});
