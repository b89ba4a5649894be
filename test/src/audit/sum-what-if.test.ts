import { describe, expect, it } from "vitest";
import { mergeWhatIf } from "../../../cli/merge-what-if.ts";
import { sumWhatIf } from "../../../src/audit/sum-what-if.ts";
import type { Comparison, RecordedDecision } from "../../../src/audit/what-if.ts";
import { whatIfAnswerSchema } from "../../../src/domain/what-if.ts";
import { createOrderChange } from "../../support/order-change.ts";

const toDecision = (number: number): RecordedDecision => ({
  instanceId: `order-${number}`,
  change: createOrderChange(),
  news: { outcome: "news", kinds: ["created"], changes: [], before: "none", uncertain: false },
  decidedAt: "2026-11-22T10:00:00.000Z",
  codeVersion: number % 2 === 0 ? "b" : "a",
  rows: [],
  recipients: [],
});
const compare = (userId: string, kind: "gained" | "lost" | "same"): Comparison => ({
  target: { kind: "user", userId },
  preferencesUnknown: kind === "gained",
  outcome: { kind },
});

/** Each of `people` gains, loses or keeps what `orders` changes of an order told. */
function sumOf(orders: number, people: readonly string[], kind: "gained" | "lost" | "same") {
  const sum = sumWhatIf();
  for (let number = 0; number < orders; number++) {
    sum.addDecision(
      toDecision(number),
      people.map((userId) => compare(userId, kind)),
    );
  }
  const { codeVersions, ...sums } = sum.end();
  const period = { from: "2026-11-22T00:00:00.000Z", to: "2026-11-23T00:00:00.000Z", next: null };
  return whatIfAnswerSchema.parse({ ...period, ...sums, codeVersion: { recorded: codeVersions, now: "b" } });
}
const toPeople = (count: number) =>
  Array.from({ length: count }, (_, index) => `p${String(index).padStart(4, "0")}`);

describe("the sums of a what-if", () => {
  it("count everybody, name no more than an answer holds, and say so", () => {
    const answer = sumOf(201, toPeople(1_001), "gained");
    expect(answer.totals).toMatchObject({
      recorded: 0,
      now: 201_201,
      gained: 201_201,
      preferencesUnknown: 201_201,
    });
    expect([answer.targets.length, answer.targetsCut]).toEqual([1_000, true]);
    expect([answer.orders.length, answer.ordersCut]).toEqual([200, true]);
    expect([answer.orders[0]?.gained.length, answer.orders[0]?.cut]).toEqual([100, true]);
    expect(answer.codeVersion.recorded).toEqual(["a", "b"]);
  });

  it("name nobody for whom nothing differs", () => {
    const answer = sumOf(3, ["ada"], "same");
    expect(answer.totals).toMatchObject({ recorded: 3, now: 3, same: 3 });
    expect([answer.targets, answer.targetsCut, answer.orders, answer.ordersCut]).toEqual([
      [],
      false,
      [],
      false,
    ]);
  });

  it("name those first for whom most differs", () => {
    const sum = sumWhatIf();
    sum.addDecision(toDecision(1), [compare("ada", "gained"), compare("grace", "lost")]);
    sum.addDecision(toDecision(2), [compare("ada", "same"), compare("grace", "gained")]);
    expect(sum.end().targets).toMatchObject([
      { target: { userId: "grace" }, recorded: 1, now: 1, gained: 1, lost: 1 },
      { target: { userId: "ada" }, recorded: 1, now: 2, gained: 1, same: 1 },
    ]);
  });

  it("are the same whether a period is asked for at once or in two parts", () => {
    const { orders: _, ...whole } = sumOf(6, ["ada", "grace"], "lost");
    const { orders, ...merged } = mergeWhatIf(
      sumOf(4, ["ada", "grace"], "lost"),
      sumOf(2, ["ada", "grace"], "lost"),
    );
    expect(merged).toEqual(whole);
    expect(orders).toHaveLength(6);
  });

  it("stay bounded when parts are put together", () => {
    const merged = mergeWhatIf(
      sumOf(150, toPeople(600), "lost"),
      sumOf(150, toPeople(1_200).slice(600), "lost"),
    );
    expect([merged.targets.length, merged.targetsCut]).toEqual([1_000, true]);
    expect([merged.orders.length, merged.ordersCut]).toEqual([200, true]);
    expect(merged.totals.lost).toBe(150 * 1_200);
  });
});
