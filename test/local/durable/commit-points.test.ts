/**
 * Kills a process at every point of every commit, once, twice and three times in a row. The points come from the
 * engine; a point that a process does not reach fails the test.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { COMMIT_POINTS, type CommitPoint } from "../../../local/durable/durable-faults.ts";
import { buildChild } from "./build-child.ts";
import type { CommitPointsMessage } from "./commit-points-child.ts";
import { outputOfSteps } from "./scripted-functions.ts";

let dir: string;
let program: string;
let processes = 0;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "durable-points-"));
  program = await buildChild(dir, "commit-points-child");
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

interface Ended {
  signal: NodeJS.Signals | null;
  started: string[];
  report: (CommitPointsMessage & { kind: "report" }) | undefined;
}

async function run(dataDir: string, point: CommitPoint | "none", mode: "armed" | "verify"): Promise<Ended> {
  processes += 1;
  const child = fork(program, [dataDir, point, mode, String(processes)], { execArgv: [] });
  const ended: Ended = { signal: null, started: [], report: undefined };
  child.on("message", (message: CommitPointsMessage) => {
    if (message.kind === "started") ended.started.push(message.id);
    else ended.report = message;
  });
  // A message can still be on its way when the process has ended.
  const [[, signal]] = await Promise.all([once(child, "exit"), once(child, "disconnect")]);
  return { ...ended, report: ended.report, signal };
}

function expectAllWell(started: string[], { report }: Ended): void {
  expect(report?.problems).toEqual([]);
  const instances = report?.instances ?? {};
  expect(instances).toMatchObject(
    Object.fromEntries(started.map((id) => [id, { runtimeStatus: "Completed", output: outputOfSteps }])),
  );
  expect(Object.entries(instances).filter(([, { runtimeStatus }]) => runtimeStatus !== "Completed")).toEqual(
    [],
  );
}

it("names at least the commits that clients, turns, activities and timers make", () => {
  expect(COMMIT_POINTS).toEqual(
    expect.arrayContaining([
      "before-start",
      "during-message",
      "after-turn",
      "before-activity",
      "during-timers",
    ]),
  );
});

it.concurrent.each(COMMIT_POINTS.map((point) => [point]))(
  "ends everything rightly after one, two and three kills at %s",
  async (point) => {
    const dataDir = join(dir, point);
    // A sweep for old instances comes first of all, so a process that is to reach it cannot verify before.
    const sweepsAtStart = point.endsWith("-retention");
    let started: string[] = [];
    for (const kills of [1, 2, 3]) {
      for (let kill = 1; kill <= kills; kill += 1) {
        const verifies = kill === 1 && !sweepsAtStart;
        const ended = await run(dataDir, point, verifies ? "verify" : "armed");
        expect(ended.signal).toBe("SIGKILL");
        if (verifies) {
          expectAllWell(started, ended);
          started = [];
        }
        started.push(...ended.started);
      }
    }
    expectAllWell(started, await run(dataDir, "none", "verify"));
  },
  120_000,
);
