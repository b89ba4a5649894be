import { describe, expect, it } from "vitest";
import { addPage, type BatchOutcome, NO_COUNTS } from "../../../src/domain/manifest.ts";

const ada = { kind: "user" as const, userId: "ada" };
const countBatches = (...batches: BatchOutcome[]) =>
  addPage(NO_COUNTS, {
    recipients: 10,
    exclusions: [],
    withheld: 0,
    escalations: [],
    batches,
    next: null,
  });

describe("the counts of a page", () => {
  it("sum up batches however they ended", () => {
    const counts = countBatches(
      { outcome: "delivered", stored: 4, pushed: 3, withheld: 1 },
      {
        outcome: "split",
        ...{ stored: 4, pushed: 3, withheld: 0 },
        quarantined: [{ target: ada, isStored: true }],
        causes: ["refused"],
      },
      { outcome: "failed", cause: "no storage", targets: [ada, ada] },
    );
    expect(counts).toMatchObject({ recipients: 10, stored: 8, pushed: 6, quarantined: 1, failedBatches: 2 });
  });

  it("count a batch as failed only when somebody in it could not be reached", () => {
    const healed: BatchOutcome = {
      outcome: "split",
      ...{ stored: 10, pushed: 10, withheld: 0 },
      quarantined: [],
      causes: [],
    };
    expect(countBatches(healed)).toMatchObject({ quarantined: 0, failedBatches: 0 });
  });
});
