/**
 * Writes recorded histories for the release gate: one small orchestration of each kind, with the records of everything
 * that it started, into `test/fixtures/histories/<version>/`. Run by `node scripts/record-histories.js <version>`.
 */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { planOrchestrations } from "./orchestration-kinds.ts";
import { recordOrchestrations } from "./record-orchestrations.ts";

/** The error text of a result that makes no sense is zod's, and may read otherwise in another version of it. */
const LEFT_OUT = "failed: a result makes no sense";

const versionSchema = z
  .string({ error: "RECORD_HISTORIES must name the version, such as 0.1.0" })
  .regex(/^\d+\.\d+\.\d+$/);

it("records histories of every kind", async () => {
  const version = versionSchema.parse(process.env["RECORD_HISTORIES"]);
  const folder = join(import.meta.dirname, "../fixtures/histories", version);
  mkdirSync(folder, { recursive: true });
  const { planned, known } = planOrchestrations(1, 20_261_122, true);
  // Nobody adds to the histories of a version that was released.
  expect(readdirSync(folder)).toEqual([]);
  const records = await recordOrchestrations({ planned, known, isTicking: true });
  for (const { kind, instanceId, ends } of planned) {
    if (kind === LEFT_OUT) continue;
    const tree = [...records].filter(([id]) => id === instanceId || id.startsWith(`${instanceId}:`));
    const lines = [
      `{"kind":${JSON.stringify(kind)},`,
      `"version":${JSON.stringify(version)},`,
      `"isFinished":${ends.status !== "hangs" && ends.status !== "waits"},`,
      '"records":[',
      tree.map(([, record]) => JSON.stringify(record)).join(",\n"),
      "]}",
    ];
    // A recorded history is never written over: it is what an earlier version really did.
    writeFileSync(join(folder, `${toFileName(kind)}.json`), `${lines.join("\n")}\n`, { flag: "wx" });
  }
}, 60_000);

function toFileName(kind: string): string {
  return kind.replaceAll(/[^a-z]+/g, "-");
}
