/** Each protection is turned off once: then the model has to find what it protects from. */
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { findViolations, type ViolationKind } from "./find-violations.ts";
import { anyStory, tellStory } from "./story.ts";
import type { Protection } from "./worker.ts";

vi.mock("node:timers/promises", async () => {
  const { sleepVirtually } = await import("./virtual-time.ts");
  return { setTimeout: sleepVirtually };
});

/** Most take a handful; two owners of one start have to meet within milliseconds, which takes about 150. */
const MOST_STORIES = 2_000;

it.each<[Protection, ViolationKind, string]>([
  ["changeRow", "historyReplaced", "a finished history is replaced"],
  ["storedClaim", "lost", "somebody is not told"],
  ["startLease", "historyReplaced", "a finished history is replaced"],
  ["overlap", "missed", "a late change is missed"],
])(
  "without %s finds %s: %s",
  async (protection, kind) => {
    let found: ViolationKind[] = [];
    const story = fc.asyncProperty(anyStory({ routes: "both" }), async (story) => {
      const violations = await findViolations(await tellStory(story, protection));
      if (violations.length > 0) found = violations.map((violation) => violation.kind);
      return violations.length === 0;
    });
    // The same stories in every run, so that none has bad luck.
    const { failed } = await fc.check(story, { numRuns: MOST_STORIES, seed: 1, endOnFailure: true });
    expect(failed).toBe(true);
    expect(found).toContain(kind);
  },
  120_000,
);
