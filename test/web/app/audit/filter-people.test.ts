import { describe, expect, it } from "vitest";
import { countBy, filterNotTold, filterTold, toTargetName } from "../../../../web/app/audit/filter-people.ts";
import { makeTimeline } from "./audit-answers.ts";

const { told, notTold } = makeTimeline();
const names = (people: readonly (typeof told | typeof notTold)[number][]): string[] =>
  people.map(({ target }) => toTargetName(target));

describe("those who were to be told", () => {
  it("are all there unless something is chosen", () => {
    expect(filterTold(told, { text: "" })).toEqual(told);
  });

  it("are narrowed by what became of it, and by what the client said", () => {
    expect(names(filterTold(told, { outcome: "pushed", text: "" }))).toEqual(["ada", "grace", "emea-sales"]);
    expect(names(filterTold(told, { receipt: "read", text: "" }))).toEqual(["ada"]);
    expect(names(filterTold(told, { outcome: "pushed", receipt: "none", text: "" }))).toEqual(["emea-sales"]);
  });

  it("are found by name and by reason, in any case", () => {
    expect(names(filterTold(told, { text: " GRA " }))).toEqual(["grace"]);
    expect(names(filterTold(told, { text: "every order" }))).toEqual(["emea-sales"]);
    expect(filterTold(told, { text: "nobody at all" })).toEqual([]);
  });

  it("are counted by what became of it", () => {
    expect(Object.fromEntries(countBy(told, ({ outcome }) => outcome))).toEqual({
      pushed: 3,
      stored: 1,
      withheld: 1,
      quarantined: 1,
    });
  });
});

describe("those who were not told", () => {
  it("are told apart from those who were, for another reason", () => {
    expect(names(filterNotTold(notTold, { isRecipient: false, text: "" }))).toEqual(["alan", "barbara"]);
    expect(names(filterNotTold(notTold, { isRecipient: true, text: "" }))).toEqual(["ada"]);
  });

  it("are found by name and by cause", () => {
    expect(names(filterNotTold(notTold, { text: "10000" }))).toEqual(["alan"]);
    expect(names(filterNotTold(notTold, { text: "barb" }))).toEqual(["barbara"]);
  });
});
