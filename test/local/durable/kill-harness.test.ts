/**
 * Kills the engine at random instants under 60 starts a second and counts what got lost. Twenty kills by default;
 * `ORDERBELL_KILLS=200 npx vitest run test/local/durable/kill-harness.test.ts` kills it two hundred times.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildChild } from "./build-child.ts";
import { killRepeatedly, type KillOutcome } from "./kill-harness.ts";
import { seededRandom } from "./seeded-random.ts";

const kills = Number(process.env["ORDERBELL_KILLS"] ?? 20);
const controlKills = 4;
const seed = Number(process.env["ORDERBELL_SEED"] ?? Date.now() % 1_000_000);

let dir: string;
let program: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "durable-kill-"));
  program = await buildChild(dir, "kill-child");
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function tellFigures(what: string, outcome: KillOutcome): void {
  const { kills, asked, acknowledged, startsPerSecond, lost, wrong, wrongHistories, ranAgain } = outcome;
  console.log(
    `${what} (seed ${seed}): ${kills} kills, ${asked} starts at ${startsPerSecond.toFixed(0)}/s, ${acknowledged} acknowledged, ` +
      `${lost.length} lost, ${wrong.length} wrong, ${wrongHistories.length} wrong histories, ` +
      `${ranAgain.length} stored results computed again, going on ${describeMs(outcome.resumedMs)} after the start of ` +
      `the process, of which the store and the engine took ${describeMs(outcome.ownResumedMs)}`,
  );
}

function describeMs(values: number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  return `${Math.round(sorted[sorted.length >> 1] ?? 0)} ms (longest ${Math.round(sorted.at(-1) ?? 0)} ms)`;
}

describe("an engine that is killed at random instants", () => {
  it(
    `loses nothing in ${kills} kills and goes on within two seconds`,
    async () => {
      const dataDir = join(dir, "whole");
      const outcome = await killRepeatedly({ program, dataDir, kills, random: seededRandom(seed) });
      tellFigures("whole engine", outcome);
      expect(outcome).toMatchObject({ lost: [], wrong: [], wrongHistories: [], ranAgain: [] });
      expect(outcome.acknowledged).toBeGreaterThan(kills);
      expect(outcome.resumedMs.length).toBeGreaterThan(kills / 4);
      // What comes before, loading modules, is as slow as the machine is busy.
      expect(Math.max(...outcome.ownResumedMs)).toBeLessThan(2_000);
    },
    kills * 4_000 + 60_000,
  );

  it("would be caught if it did not resume what a crash interrupts", async () => {
    const dataDir = join(dir, "no-recovery");
    const random = seededRandom(seed);
    const outcome = await killRepeatedly({
      program,
      dataDir,
      kills: controlKills,
      random,
      control: "recovery",
    });
    tellFigures("control: recovery off", outcome);
    expect(outcome.lost.length).toBeGreaterThan(0);
  }, 60_000);

  it("would be caught if it answered before the commit", async () => {
    const dataDir = join(dir, "no-commit");
    const random = seededRandom(seed);
    const outcome = await killRepeatedly({
      program,
      dataDir,
      kills: controlKills,
      random,
      control: "commit",
    });
    tellFigures("control: commit off", outcome);
    expect(outcome.lost.length).toBeGreaterThan(0);
  }, 60_000);
});
