/** A Functions app as Microsoft's quickstarts have one create it, run unmodified with the command line. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";

const MAIN = join(process.cwd(), "dist/local/main.js");
const APP = join(import.meta.dirname, "../fixtures/apps/stock-durable");
const WAIT = { timeout: 20_000, interval: 100 };

let child: ChildProcess;
let url: string;
let output = "";
const dataDir = mkdtempSync(join(tmpdir(), "orderbell-stock-"));

beforeAll(async () => {
  const args = [MAIN, "--app", APP, "--port", "0", "--data", dataDir, "--verbose"];
  child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  url = await vi.waitUntil(() => {
    if (child.exitCode !== null) throw new Error(`It ended: ${output}`);
    return /^OrderBell is ready: (\S+)$/m.exec(output)?.[1];
  }, WAIT);
}, 30_000);
afterAll(async () => {
  if (child.exitCode === null) {
    child.kill("SIGTERM");
    await once(child, "exit");
  }
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

const startedSchema = z.looseObject({ id: z.string(), statusQueryGetUri: z.url() });
const statusSchema = z.looseObject({ runtimeStatus: z.string(), output: z.unknown() });

/** Starts an orchestration and follows the answer's own address to its end, as the quickstart tells the reader to. */
async function run(orchestrator: string): Promise<z.infer<typeof statusSchema>> {
  const started = await fetch(`${url}/api/orchestrators/${orchestrator}`, { method: "POST" });
  expect(started.status).toBe(202);
  const { id, statusQueryGetUri } = startedSchema.parse(await started.json());
  expect(started.headers.get("location")).toBe(statusQueryGetUri);
  expect(output).toContain(`Started orchestration with ID = '${id}'.`);
  return vi.waitUntil(async () => {
    const response = await fetch(statusQueryGetUri);
    const status = statusSchema.parse(await response.json());
    return response.status === 200 && status;
  }, WAIT);
}

describe("the quickstart's app", () => {
  it("chains functions: the status address leads to Completed and the output", async () => {
    const status = await run("helloOrchestrator");
    expect(status).toMatchObject({
      name: "helloOrchestrator",
      runtimeStatus: "Completed",
      output: ["Hello, Tokyo", "Hello, Seattle", "Hello, Cairo"],
    });
  });

  it("fact 7: gives addresses of the origin it was called by", async () => {
    const called = url.replace("127.0.0.1", "localhost");
    const started = await fetch(`${called}/api/orchestrators/helloOrchestrator`, { method: "POST" });
    const { statusQueryGetUri } = startedSchema.parse(await started.json());
    expect(new URL(statusQueryGetUri).origin).toBe(called);
    expect(started.headers.get("retry-after")).toBe("10");
  });

  it("fans out and in", async () => {
    expect(await run("fanOutFanIn")).toMatchObject({ runtimeStatus: "Completed", output: 23 });
  });

  it("answers over HTTP from query and body", async () => {
    expect(await (await fetch(`${url}/api/httpTrigger1?name=Azure`)).text()).toBe("Hello, Azure!");
    const posted = await fetch(`${url}/api/httpTrigger1`, { method: "POST", body: "Functions" });
    expect(await posted.text()).toBe("Hello, Functions!");
  });

  it("runs its timer", async () => {
    const line = "timerTrigger1: Timer function processed request.";
    await vi.waitFor(() => expect(output).toContain(line), WAIT);
  });

  it("is all started, which the runtime's page shows", async () => {
    const page = await fetch(`${url}/.runtime/?format=json`);
    const { functions } = z
      .looseObject({ functions: z.array(z.looseObject({ name: z.string() })) })
      .parse(await page.json());
    expect(functions.map(({ name }) => name).toSorted()).toEqual([
      "countLetters",
      "fanOutFanIn",
      "hello",
      "helloHttpStart",
      "helloOrchestrator",
      "httpTrigger1",
      "listWords",
      "timerTrigger1",
    ]);
    expect(functions.filter((fn) => "notStarted" in fn)).toEqual([]);
  });
});
