import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compareDecision,
  type Comparison,
  type RecordedDecision,
  toProposal,
} from "../../../src/audit/what-if.ts";
import { decideAudience, toTargetKey } from "../../../src/domain/audience.ts";
import { type AppliedPreferences, type Subscription, toScopes } from "../../../src/domain/subscription.ts";
import type { News } from "../../../src/domain/transition.ts";
import type { ProposedRow } from "../../../src/domain/what-if.ts";
import { ACCOUNT_ID, createOrderChange } from "../../support/order-change.ts";

const change = createOrderChange({ otherFields: { Region__c: "EMEA" } });
const news: News = {
  outcome: "news",
  kinds: ["amountChanged"],
  changes: [],
  before: "known",
  uncertain: false,
};
const QUIET = "2026-11-23T06:00:00.000Z";

/** As today's code decided it, unless other people were told. */
function decided(
  rows: readonly Subscription[],
  told = decideAudience(change, news, rows).recipients,
): RecordedDecision {
  return {
    instanceId: "order-1",
    change,
    news,
    decidedAt: "2026-11-22T10:00:00.000Z",
    codeVersion: "then",
    rows,
    recipients: told,
  };
}

const follow = (userId: string, o: Partial<Omit<Subscription, "target">> = {}): Subscription => ({
  scope: "all",
  target: { kind: "user", userId },
  rules: { priority: "normal" },
  ...o,
});
const remove = ({ scope, target }: Subscription): ProposedRow => ({ scope, target, rules: "removed" });
const propose = (...rows: ProposedRow[]) => toProposal(rows, false);

const show = (comparisons: readonly Comparison[]) =>
  Object.fromEntries(
    comparisons.map(({ target, outcome, preferencesUnknown }) => [
      toTargetKey(target),
      `${outcome.kind === "changed" ? outcome.differences.join(" ") : outcome.kind}${preferencesUnknown ? "?" : ""}`,
    ]),
  );

describe("what-if of one order change", () => {
  it("puts a row in the place of the recorded one of the same scope and target", () => {
    const rows = [follow("ada"), follow("grace"), follow("linus")];
    const comparisons = compareDecision(
      decided(rows),
      propose(
        { ...follow("ada"), rules: { priority: "high" } },
        { ...follow("grace"), rules: { priority: "normal", transitions: ["deleted"] } },
      ),
    );
    expect(show(comparisons)).toEqual({ "user:ada": "priority", "user:grace": "lost", "user:linus": "same" });
  });

  it("adds a row where the order falls into its scope, and only there", () => {
    const comparisons = compareDecision(
      decided([]),
      propose(
        follow("ada", { scope: `account:${ACCOUNT_ID}` }),
        follow("grace", { scope: "account:001000000000009AAA" }),
        follow("linus", { scope: "field:Region__c=EMEA" }),
      ),
    );
    expect(show(comparisons)).toEqual({ "user:ada": "gained?", "user:linus": "gained?" });
  });

  it("keeps a person's recorded preferences: they belong to them, not to a rule set", () => {
    const rows = [
      follow("ada", { preferences: { version: 1, isMuted: true } }),
      follow("grace", { preferences: { version: 3, isMuted: true, quietUntil: QUIET } }),
    ];
    const comparisons = compareDecision(
      decided(rows),
      propose(
        { ...follow("ada"), rules: { priority: "high" } },
        follow("grace", { scope: `account:${ACCOUNT_ID}` }),
      ),
    );
    // Ada has muted the very scope; Grace has not muted the other one, and is told in her quiet hours.
    expect(show(comparisons)).toEqual({ "user:grace": "gained" });
  });

  it("knows nothing of the preferences of those whom the record does not name; groups have none", () => {
    const group: Subscription = { ...follow("x"), target: { kind: "group", group: "sales" } };
    const comparisons = compareDecision(decided([follow("ada")]), propose(follow("new"), group));
    expect(show(comparisons)).toEqual({ "user:ada": "same", "user:new": "gained?", "group:sales": "gained" });
  });

  it("says who would be rung now, who no longer, and for whom another group would be told", () => {
    const rows = [
      follow("ada", { preferences: { version: 1, quietUntil: QUIET } }),
      follow("grace"),
      follow("linus", { rules: { priority: "high", escalate: { afterMinutes: 5, group: "leads" } } }),
    ];
    const [ada, grace, linus] = decided(rows).recipients;
    const told = [
      { target: ada!.target, priority: ada!.priority, reasons: ada!.reasons },
      { ...grace!, quietUntil: QUIET },
      { ...linus!, escalations: [{ afterMinutes: 9, group: "leads" }] },
    ];
    expect(show(compareDecision(decided(rows, told), null))).toEqual({
      "user:ada": "withheld",
      "user:grace": "pushed",
      "user:linus": "escalation",
    });
  });
});

const anyRow = fc.record({
  scope: fc.constantFrom(...toScopes(change)),
  target: fc.oneof(
    fc.record({ kind: fc.constant("user" as const), userId: fc.constantFrom("a", "b", "c", "d") }),
    fc.record({ kind: fc.constant("group" as const), group: fc.constantFrom("a", "b") }),
  ),
  rules: fc.constantFrom<Subscription["rules"][]>(
    { priority: "normal" },
    { priority: "high" },
    { priority: "normal", statuses: ["Activated"] },
    { priority: "high", escalate: { afterMinutes: 5, group: "leads" } },
  ),
});
const anyPreferences: fc.Arbitrary<AppliedPreferences | undefined> = fc.constantFrom(
  undefined,
  { version: 1, quietUntil: QUIET },
  { version: 2, mutedTransitions: ["amountChanged" as const] },
);
const toRow = ({ scope, target }: Pick<Subscription, "scope" | "target">) =>
  `${scope} ${toTargetKey(target)}`;
const anyRules = fc.uniqueArray(anyRow, { selector: toRow });
/** One row per scope and target; all of a person say the same of their preferences. */
const anyRows: fc.Arbitrary<Subscription[]> = fc
  .tuple(anyRules, fc.array(anyPreferences, { minLength: 4, maxLength: 4 }))
  .map(([rows, said]) =>
    rows.map((row) => {
      const preferences = row.target.kind === "user" ? said["abcd".indexOf(row.target.userId)] : undefined;
      return preferences ? { ...row, preferences } : row;
    }),
  );
const shuffled = <Item>(items: readonly Item[]) =>
  fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });
const countOf = (comparisons: readonly Comparison[], kind: Comparison["outcome"]["kind"]) =>
  comparisons.filter(({ outcome }) => outcome.kind === kind).length;
const sorted = (comparisons: readonly Comparison[]) =>
  comparisons.map((one) => JSON.stringify(one)).toSorted();
const RUNS = { numRuns: 500 };

describe("what-if over any rows", () => {
  it("finds nothing where the same code decides over the same rows, proposed or not", () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const told = decided(rows);
        const same = rows.map(({ preferences: _, ...row }) => row);
        for (const proposal of [null, propose(), toProposal(same, true), toProposal(same, false)]) {
          const comparisons = compareDecision(told, proposal);
          expect(comparisons).toHaveLength(told.recipients.length);
          expect(comparisons.every(({ outcome }) => outcome.kind === "same")).toBe(true);
        }
      }),
      RUNS,
    );
  });

  it("gains less what it loses is the difference of the two counts, and names everybody once", () => {
    fc.assert(
      fc.property(anyRows, anyRules, fc.boolean(), (rows, proposed, replaceAll) => {
        const told = decided(rows);
        const comparisons = compareDecision(told, toProposal(proposed, replaceAll));
        const now = comparisons.length - countOf(comparisons, "lost");
        const gained = countOf(comparisons, "gained");
        expect(gained - countOf(comparisons, "lost")).toBe(now - told.recipients.length);
        expect(new Set(comparisons.map(({ target }) => toTargetKey(target))).size).toBe(comparisons.length);
      }),
      RUNS,
    );
  });

  it("decides as the rows would have been decided at once", () => {
    fc.assert(
      fc.property(anyRows, anyRules, (rows, proposed) => {
        const told = decided(rows);
        const ofPerson = new Map(rows.map((row) => [toTargetKey(row.target), row.preferences]));
        const all = new Map([...rows, ...proposed].map((row) => [toRow(row), row]));
        const whole = [...all.values()].map(({ scope, target, rules }) => {
          const preferences = ofPerson.get(toTargetKey(target));
          return { scope, target, rules, ...(preferences ? { preferences } : {}) };
        });
        const now = new Set(
          decideAudience(change, news, whole).recipients.map(({ target }) => toTargetKey(target)),
        );
        const comparisons = compareDecision(told, propose(...proposed));
        const kept = comparisons.filter(({ outcome }) => outcome.kind !== "lost");
        expect(new Set(kept.map(({ target }) => toTargetKey(target)))).toEqual(now);
      }),
      RUNS,
    );
  });

  it("loses everybody when every row is removed, one by one or all at once", () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const told = decided(rows);
        for (const proposal of [propose(...rows.map(remove)), toProposal([], true)]) {
          expect(countOf(compareDecision(told, proposal), "lost")).toBe(told.recipients.length);
        }
      }),
      RUNS,
    );
  });

  it("does not depend on the order of the rows, recorded or proposed", () => {
    const cases = fc
      .tuple(anyRows, anyRules)
      .chain(([rows, proposed]) =>
        fc.tuple(fc.constant(rows), fc.constant(proposed), shuffled(rows), shuffled(proposed)),
      );
    fc.assert(
      fc.property(cases, ([rows, proposed, otherRows, otherProposed]) => {
        const one = compareDecision(decided(rows), propose(...proposed));
        expect(sorted(compareDecision(decided(otherRows), propose(...otherProposed)))).toEqual(sorted(one));
      }),
      RUNS,
    );
  });
});
