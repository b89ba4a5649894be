import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { createAppClient, until } from "../support/app-client.ts";

const MAIN = join(process.cwd(), "dist/local/main.js");
const running = new Set<ChildProcess>();
const folders = new Set<string>();

afterEach(async () => {
  for (const child of running) await end(child, "SIGTERM");
  // After a SIGKILL the tables may still be saving into the folder.
  for (const folder of folders)
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  folders.clear();
});

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "orderbell-main-"));
  folders.add(folder);
  return folder;
}

/** Starts the program as `npm start -- …` does and waits for its ready line. */
async function start(...args: string[]): Promise<{ child: ChildProcess; url: string; output: () => string }> {
  const child = spawn(process.execPath, [MAIN, "--port", "0", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const url = await until(async () => {
    if (child.exitCode !== null) throw new Error(`It ended: ${output}`);
    return /^OrderBell is ready: (http:\/\/127\.0\.0\.1:\d+)$/m.exec(output)?.[1];
  }, 20_000);
  return { child, url, output: () => output };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  running.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  child.kill(signal);
  return ended;
}

describe("npm start", () => {
  it("seeds a demo organisation, says what to do, and finds everything again after a restart", async () => {
    const data = createFolder();
    const first = await start("--data", data);
    expect(first.output()).toContain(`npm run order -- --port ${new URL(first.url).port}`);
    const ada = await createAppClient(first.url).signIn("ada");
    const told = await until(async () => {
      const { items } = await ada.inbox();
      return items.length === 2 && items;
    });
    const following = await (await ada.call("GET", "/api/subscriptions")).json();
    expect(following).toMatchObject({ items: [{ scope: "account:001000000000001AAA" }] });
    expect(await end(first.child, "SIGTERM")).toBe(0);

    const second = await start("--data", data);
    const again = await createAppClient(second.url).signIn("ada");
    expect((await again.inbox()).items).toEqual(told);
    expect(await (await again.call("GET", "/api/subscriptions")).json()).toEqual(following);
  });

  it("keeps people signed in over a restart", async () => {
    const data = createFolder();
    const first = await start("--data", data, "--no-demo");
    const { cookie } = await createAppClient(first.url).signIn("ada");
    await end(first.child, "SIGTERM");
    const second = await start("--data", data, "--no-demo");
    expect((await fetch(`${second.url}/api/notifications`, { headers: { cookie } })).status).toBe(200);
  });

  it("starts empty with --no-demo", async () => {
    const { url, output } = await start("--data", createFolder(), "--no-demo");
    const ada = await createAppClient(url).signIn("ada");
    expect(await (await ada.call("GET", "/api/subscriptions")).json()).toEqual({ items: [], grants: [] });
    expect(output()).not.toContain("Ada");
  });

  it("refuses a port that is taken, an unknown option and a wrong port with a sentence", async () => {
    const { url } = await start("--data", createFolder(), "--no-demo");
    const cases: [string[], RegExp][] = [
      [["--port", new URL(url).port, "--data", createFolder()], /Port \d+ is in use/],
      [["--colour"], /Unknown option '--colour'/],
      [["--port", "high"], /--port takes a number/],
    ];
    for (const [args, sentence] of cases) {
      const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "ignore", "pipe"] });
      running.add(child);
      let errors = "";
      child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
      const code = await new Promise((resolve) => child.once("close", resolve));
      expect(code).toBe(1);
      expect(errors).toMatch(sentence);
      expect(errors).not.toMatch(/\n\s+at /);
    }
  });
});

describe("the process", () => {
  it("ends with a sentence when its tables die, instead of answering errors for ever", async () => {
    const data = createFolder();
    const { child, output } = await start("--data", data, "--no-demo");
    const ended = new Promise((resolve) => child.once("exit", resolve));
    const lock = z.object({ pid: z.int().positive() });
    process.kill(
      lock.parse(JSON.parse(readFileSync(join(data, "azurite/azurite.lock"), "utf8"))).pid,
      "SIGKILL",
    );
    expect(await ended).toBe(1);
    expect(output()).toMatch(/OrderBell cannot run: Azurite stopped by itself \(SIGKILL\)/);
  });
});

describe("kill -9", () => {
  it("between the acknowledgement and the delivery loses nothing: after a restart everyone is told, once", async () => {
    const data = createFolder();
    const first = await start("--data", data, "--no-demo");
    const app = createAppClient(first.url);
    const accountId = "001000000000077AAA";
    await app.follow("ada", `account:${accountId}`);
    const orders = Array.from({ length: 100 }, (_, index) => ({
      Id: `801${String(700 + index).padStart(12, "0")}AAA`,
      AccountId: accountId,
    }));
    expect(await app.postMessage({ orders })).toMatchObject({ acknowledged: true });
    await end(first.child, "SIGKILL");

    const second = await start("--data", data, "--no-demo");
    const ada = await createAppClient(second.url).signIn("ada");
    const { items } = await until(async () => {
      const page = await ada.inbox("?limit=1000");
      return page.items.length >= orders.length && page;
    }, 20_000);
    const { length: completed } = await until(async () => {
      const all = await createAppClient(second.url).orchestrations("");
      return all.every(({ runtimeStatus }) => runtimeStatus === "Completed") && all;
    }, 20_000);
    expect(items.map(({ orderId }) => orderId).toSorted()).toEqual(orders.map(({ Id }) => Id).toSorted());
    expect(completed).toBe(orders.length);
  });
});
