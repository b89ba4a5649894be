import { fork } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { buildChild } from "./build-child.ts";
import { countEvents, openTestEngine } from "./test-engine.ts";
import { registerCrashApp } from "./crash-app.ts";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "durable-crash-"));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

it("goes on after SIGKILL in the middle of a fan-out, with every result once", async () => {
  const width = 60;
  const runs = join(dataDir, "runs.txt");
  await runUntilKilled(dataDir, runs, width);
  const ranBefore = readFileSync(runs, "utf8").trim().split("\n").length;
  expect(ranBefore).toBeGreaterThanOrEqual(20);
  expect(ranBefore).toBeLessThan(width);

  registerCrashApp(runs, { slow: false });
  const reopened = openTestEngine({ dataDir });
  const fanOut = await reopened.end("fan-out");
  expect(fanOut).toMatchObject({ runtimeStatus: "Completed", output: (width * (width - 1)) / 2 });
  expect(countEvents(fanOut)).toEqual({ ExecutionStarted: 1, TaskCompleted: width, ExecutionCompleted: 1 });
  expect(await reopened.end("timer")).toMatchObject({ runtimeStatus: "Completed", output: "fired" });
  expect(await reopened.end("parent")).toMatchObject({ runtimeStatus: "Completed", output: 1 });
  await reopened.close();

  const ran = readFileSync(runs, "utf8").trim().split("\n");
  expect(new Set(ran).size).toBe(width + 1);
  // At least once, but what had ended before the crash is not run again.
  expect(ran.length).toBeLessThan(width + ranBefore);
});

/** Runs the app in a process of its own and kills it once a third of the activities have run. */
async function runUntilKilled(dir: string, runs: string, width: number): Promise<void> {
  const child = fork(await buildChild(dir, "crash-child"), [dir, runs, String(width)], {
    silent: true,
    execArgv: [],
  });
  let output = "";
  child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
  await new Promise<void>((resolve, reject) => {
    child.on("message", () => child.kill("SIGKILL"));
    child.on("exit", (code, signal) =>
      signal === "SIGKILL" ? resolve() : reject(new Error(`exit ${code} ${output}`)),
    );
  });
}
