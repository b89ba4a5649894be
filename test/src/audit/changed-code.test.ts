import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ORCHESTRATORS } from "../../../src/orchestration/orchestrators.ts";
import { type Example, judge, recordWorld } from "./recorded-world.ts";

const ROOT = join(import.meta.dirname, "../../..");
let folder = "";
let copies = 0;
let examples: Example[] = [];

beforeAll(async () => {
  const world = await recordWorld({ count: 150, seed: 34 });
  examples = world.examples.filter(({ record }) => record.runtimeStatus !== "Running");
  mkdirSync(join(ROOT, "test-results"), { recursive: true });
  folder = mkdtempSync(join(ROOT, "test-results/changed-code-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The product's orchestrators with one line of its code changed. */
async function importChanged(file: string, from: string, to: string): Promise<typeof ORCHESTRATORS> {
  const copy = join(folder, String(++copies));
  for (const room of ["src/domain", "src/orchestration"])
    cpSync(join(ROOT, room), join(copy, room), { recursive: true });
  const path = join(copy, file);
  const text = readFileSync(path, "utf8");
  if (!text.includes(from)) throw new Error(`${file} does not hold ${from}`);
  writeFileSync(path, text.replace(from, to));
  const module = (await import(/* @vite-ignore */ join(copy, "src/orchestration/orchestrators.ts"))) as {
    ORCHESTRATORS: typeof ORCHESTRATORS;
  };
  return module.ORCHESTRATORS;
}

/** One line each, and a word that the verdict says of the step. */
const CHANGES: [file: string, from: string, to: string, at: RegExp][] = [
  [
    "src/domain/audience.ts",
    "compareDecimals(amount, minimumAmount) >= 0",
    "compareDecimals(amount, minimumAmount) < 0",
    /./,
  ],
  ["src/domain/audience.ts", "!transitions.some(", "!transitions.every(", /./],
  ["src/domain/audience.ts", "if (statuses && !statuses", "if (statuses && statuses", /./],
  ["src/domain/audience.ts", 'if (preferences?.isMuted) return "mutedScope";', "", /./],
  ["src/domain/audience.ts", "wanted.length > 0 });", "wanted.length > 1 });", /output|end/],
  ["src/domain/audience.ts", 'rules.priority === "high"', 'rules.priority === "normal"', /deliverBatch/],
  ["src/domain/notification.ts", "was created`", "has been created`", /deliverBatch/],
  ["src/domain/notification.ts", 'parts.join(" · ")', 'parts.join(", ")', /deliverBatch/],
  ["src/domain/notification.ts", '["TotalAmount", "Amount"]', '["TotalAmount", "Total"]', /deliverBatch/],
  ["src/domain/delivery-batch.ts", "MAX_BATCH_RECIPIENTS = 100", "MAX_BATCH_RECIPIENTS = 99", /deliverBatch/],
  ["src/domain/compare-text.ts", "a < b ? -1", "a > b ? -1", /deliverBatch/],
  ["src/domain/manifest.ts", "pages: counts.pages + 1", "pages: counts.pages + 2", /./],
  ["src/domain/escalation.ts", "minutes * 60_000", "minutes * 61_000", /timer/],
  ["src/domain/escalation.ts", 'priority: "high"', 'priority: "normal"', /deliverBatch/],
  ["src/orchestration/call-activity.ts", "PATIENT_ATTEMPTS = 25", "PATIENT_ATTEMPTS = 2", /./],
  ["src/orchestration/notify-page.ts", "BATCH_ATTEMPTS = 3", "BATCH_ATTEMPTS = 4", /./],
  ["src/orchestration/deliver-apart.ts", "AMONG_HEALTHY = 3", "AMONG_HEALTHY = 2", /./],
  ["src/orchestration/redrive-dead-letters.ts", "ATTEMPTS = 2", "ATTEMPTS = 3", /./],
  ["src/orchestration/send-digests.ts", "pushed: a.pushed + b.pushed", "pushed: b.pushed", /output/],
  ["src/orchestration/send-digests.ts", "FIRST_TRIES = 6", "FIRST_TRIES = 5", /pushDigests/],
  ["src/orchestration/mirror-groups.ts", "removed: removed.length", "removed: added.length", /output/],
];

describe("a changed line of code", () => {
  it("is none when nothing was changed", async () => {
    const copied = await importChanged("src/domain/audience.ts", "", "");
    for (const { kind, record } of examples) {
      expect({ kind, verdict: await judge(record, copied) }).toMatchObject({
        verdict: { verdict: "reproduced" },
      });
    }
  });

  it.each(CHANGES)("is found in %s: %s → %s", async (file, from, to, at) => {
    const changed = await importChanged(file, from, to);
    const found: string[] = [];
    for (const { record } of examples) {
      const verdict = await judge(record, changed);
      expect(verdict.verdict).not.toBe("incomplete");
      if (verdict.verdict === "diverged") found.push(`step ${verdict.step}: ${verdict.at}`);
    }
    expect(found.length).toBeGreaterThan(0);
    expect(found.join("\n")).toMatch(at);
  });
});
