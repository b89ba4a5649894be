import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createMessageSender } from "../../../local/salesforce/message-sender.ts";
import { createOrg } from "../../../local/salesforce/org.ts";
import { createOrgFaults } from "../../../local/salesforce/org-faults.ts";
import { openState } from "../../../local/state/open-state.ts";
import { FAST, startEndpoint, until } from "./message-fixture.ts";

const ROUNDS = 4;
let folder: string;
let endpoint: Awaited<ReturnType<typeof startEndpoint>>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "orderbell-message-kill-"));
  endpoint = await startEndpoint();
});
afterEach(async () => {
  await endpoint.close();
  rmSync(folder, { recursive: true, force: true });
});

it("tells of every save that is kept, however often the org is killed in between", async () => {
  const child = await buildChild();
  const answered = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = answered.size;
    const org = spawn(process.execPath, [child, folder, endpoint.url], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    org.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      for (const line of text.split("\n").slice(0, -1)) answered.add(line);
      text = text.slice(text.lastIndexOf("\n") + 1);
    });
    const exited = once(org, "exit");
    try {
      // Another number in each round, so that the kill falls between other steps.
      await until(() => answered.size >= before + 20 + round * 7);
    } finally {
      org.kill("SIGKILL");
      await exited;
    }
  }

  const state = openState(folder);
  const org = createOrg({ state, now: () => new Date(), organizationId: "00D000000000001EAA" });
  const sender = createMessageSender({
    org,
    state,
    faults: createOrgFaults(),
    endpoint: () => endpoint.url,
    timing: FAST,
  });
  try {
    const saved = org.listOrders().map((order) => order.Id);
    expect(saved).toEqual(expect.arrayContaining([...answered]));
    sender.start();
    const told = () => new Set(endpoint.notifications().map((each) => each.fields["Id"]));
    await until(() => told().size >= saved.length && sender.overview().pending === 0);
    expect(told()).toEqual(new Set(saved));
  } finally {
    await sender.stop();
    await state.close();
  }
});

/** Node 20 runs no TypeScript, so the child is bundled; packages stay outside and are found through a link. */
async function buildChild(): Promise<string> {
  const root = join(import.meta.dirname, "../../..");
  const outDir = join(folder, "child");
  const entry = join(import.meta.dirname, "message-kill-child.ts");
  const output = { entryFileNames: "child.mjs" };
  const buildOptions = { ssr: entry, outDir, rolldownOptions: { output } };
  await build({ root, configFile: false, logLevel: "error", build: buildOptions });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return join(outDir, "child.mjs");
}
