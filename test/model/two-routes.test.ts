/**
 * One effect by two routes: any story of changes, outbound messages, polls and accidents must end as find-violations.ts says.
 *
 * In plain words: every version of an order that somebody could see long enough (an acknowledged message told of it, or
 * queries showed it while polling read a whole window) is decided once, in one orchestration whose history is
 * never replaced. If it is news, each recipient has exactly one notification of it; a version that was overtaken may
 * be silent; nothing is told that never was; and at rest the last known version is the one that Salesforce has.
 *
 * Real are the use cases, activities, domain and orchestrator; in memory are the tables (which answer as the real ones do,
 * see test/support/memory-tables.test.ts), Durable Functions, Salesforce and the clock. Every call takes its time, so that
 * everything under way interleaves at every await; it may fail before or after its effect, and a worker may die in it.
 *
 * What this does not show:
 * - an owner that sleeps past its lease: four calls in a row stay below 30 seconds, and all workers have one clock;
 * - there and back within one second: the third version has stamp and values of the first, and counts as the first;
 * - saves that stay hidden from queries for more than four minutes (the nightly reconciliation is for those);
 * - steps that fail until their retries end, audiences of several pages, groups, and pushes;
 * - fields that are missing or hidden, API limits, and everything about HTTP, keys and certificates.
 *
 * MODEL_RUNS says how many stories (500), MODEL_SEED repeats those of a failure.
 */
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { findViolations } from "./find-violations.ts";
import { anyStory, tellStory } from "./story.ts";

vi.mock("node:timers/promises", async () => {
  const { sleepVirtually } = await import("./virtual-time.ts");
  return { setTimeout: sleepVirtually };
});

const RUNS = Number(process.env["MODEL_RUNS"] ?? 500);
const SEED = process.env["MODEL_SEED"];
/** Finding the smallest story that fails ends with it too (ms). */
const TIME_LIMIT_MS = 60_000 + RUNS * 50;

it(
  `decides and tells every change once, whatever happens (${RUNS} stories)`,
  async () => {
    const seen = { news: 0, stale: 0, unchanged: 0, firstSeen: 0, baselines: 0, reruns: 0, resumed: 0 };
    const story = fc.asyncProperty(anyStory(), async (story) => {
      const world = await tellStory(story);
      expect(await findViolations(world)).toEqual([]);
      for (const event of world.storage.events) {
        if (event.kind === "baseline") seen.baselines += 1;
        else {
          const { transition } = event.commit.claim;
          seen[transition.outcome === "news" ? "news" : transition.reason] += 1;
        }
      }
      const claims = world.executions.filter((name) => name === "claimChange").length;
      seen.reruns += claims - world.durable.starts.length;
      seen.resumed += world.salesforce.queries.filter((soql) => soql.includes("AND Id > ")).length;
    });
    await fc.assert(story, {
      numRuns: RUNS,
      plugins: [fc.interruptAfterTimeLimit(TIME_LIMIT_MS, { failOnInterrupt: true })],
      ...(SEED === undefined ? {} : { seed: Number(SEED) }),
    });
    // Stories in which these things never happen would prove nothing.
    const never = Object.entries(seen).filter(([, count]) => count === 0);
    expect(RUNS < 500 ? [] : never).toEqual([]);
  },
  TIME_LIMIT_MS + 30_000,
);
