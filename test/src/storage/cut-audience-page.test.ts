import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutAudiencePage, MAX_PAGE_ROWS, type ScopeRange } from "../../../src/storage/cut-audience-page.ts";

/** Plays the table: the rows of a scope after a cursor, at most a page of them. */
function toRange(scope: string, userIds: readonly string[], after: string): ScopeRange {
  const rows = userIds.toSorted().filter((rowKey) => rowKey > after);
  return {
    full: rows.length >= MAX_PAGE_ROWS,
    rows: rows.slice(0, MAX_PAGE_ROWS).map((rowKey) => ({
      rowKey,
      subscription: { scope, target: { kind: "user", userId: rowKey }, rules: { priority: "normal" } },
    })),
  };
}

describe("cutAudiencePage", () => {
  it("shows every subscription exactly once over all pages, and each person on one page only", () => {
    const person = fc
      .integer({ min: 0, max: 5_000 })
      .map((index) => `user:${String(index).padStart(6, "0")}`);
    const crowd = fc.uniqueArray(person, { minLength: 0, maxLength: 2_500 });
    fc.assert(
      fc.property(crowd, crowd, (first, second) => {
        const scopes = [
          { scope: "all", userIds: first },
          { scope: "account:001000000000001AAA", userIds: second },
        ];
        const seen: string[] = [];
        const people = new Set<string>();
        for (let after: string | null = ""; after !== null;) {
          const cursor: string = after;
          const page = cutAudiencePage(scopes.map(({ scope, userIds }) => toRange(scope, userIds, cursor)));
          const here = new Set(page.subscriptions.map(({ target }) => JSON.stringify(target)));
          expect(page.subscriptions.length).toBeLessThanOrEqual(MAX_PAGE_ROWS);
          for (const one of here) expect(people.has(one)).toBe(false);
          for (const one of here) people.add(one);
          seen.push(...page.subscriptions.map(({ scope, target }) => `${scope} ${JSON.stringify(target)}`));
          after = page.next;
        }
        expect(seen).toHaveLength(first.length + second.length);
        expect(new Set(seen).size).toBe(seen.length);
      }),
      { numRuns: 20 },
    );
  });

  it("keeps a page within 200 KB of JSON", () => {
    const statuses = Array.from({ length: 40 }, (_, index) => `status ${index} ${"x".repeat(200)}`);
    const rows = Array.from({ length: 100 }, (_, index) => ({
      rowKey: `user:${String(index).padStart(3, "0")}`,
      subscription: {
        scope: "all",
        target: { kind: "user" as const, userId: `${index}` },
        rules: { priority: "normal" as const, statuses },
      },
    }));
    const page = cutAudiencePage([{ full: false, rows }]);
    expect(JSON.stringify(page.subscriptions).length).toBeLessThanOrEqual(201_000);
    expect(page.next).toBe(rows[page.subscriptions.length - 1]?.rowKey);
  });
});
