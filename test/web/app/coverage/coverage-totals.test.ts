import { expect, it } from "vitest";
import { toShare } from "../../../../web/app/coverage/coverage-totals.tsx";

it.each([
  [0, 0, ""],
  [0, 9, ""],
  [9, 9, "100 %"],
  [1, 3, "33 %"],
  [1, 1_000, "under 1 %"],
  [999, 1_000, "over 99 %"],
])("%i of %i is %j", (part, all, words) => {
  expect(toShare(part, all)).toBe(words);
});
