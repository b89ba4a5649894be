/** The four categories in words: what each means, and what to do about it. */
import type { CoverageCategory } from "../../../src/domain/coverage.ts";

/** One category in words. */
export interface CategoryWords {
  readonly id: CoverageCategory;
  readonly title: string;
  readonly meaning: string;
  readonly advice: string;
}

/** From what is as it should be to what is not; bars are stacked in this order from below. */
export const CATEGORIES: readonly CategoryWords[] = [
  {
    id: "both",
    title: "Both routes",
    meaning:
      "An outbound message told us, and polling found the same version. It still counts as one change.",
    advice: "Nothing.",
  },
  {
    id: "outboundMessageOnly",
    title: "Outbound message only",
    meaning:
      "An outbound message told us; polling has not found this version. Usual for the last few minutes, and when an order changes again before the next poll, which sees only its newest state.",
    advice: "If most versions are here, check that polling is on and that its login may read these orders.",
  },
  {
    id: "pollOnly",
    title: "Polling only",
    meaning:
      "Found by polling only: the Flow or its outbound message did not fire, or could not reach us. Those who follow the order were told, but later. Always here: deleted orders, for which Salesforce sends no message, and changes that the conditions of the Flow leave out.",
    advice:
      "A few are normal. If many are here, open Outbound Messages in Salesforce Setup, look for messages that failed or wait, and check that the Flow is active and its conditions match these orders.",
  },
  {
    id: "reconciliationOnly",
    title: "Neither, until reconciliation",
    meaning:
      "Neither route told us in time; the nightly reconciliation found it. Such a change is told of up to a day late.",
    advice:
      "Look into each of these: was the app stopped, was polling off or at its limit of API calls, or did a long import commit late?",
  },
];
