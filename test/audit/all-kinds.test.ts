/** The order in which parallel activities end is that in which they began; all-kinds-shuffled.test.ts has the other. */
import { expect, it } from "vitest";
import { auditAllKinds, findSurprises } from "./audit-all-kinds.ts";

const WAITS = new Map([
  ["running: first step", ["the end of claimChange"]],
  ["running: waits to try again", ["a timer"]],
  ["running: one of several batches", ["the end of deliverBatch"]],
  ["running: a batch is taken apart", ["the end of deliverFailedBatch"]],
  ["running: escalation waits", ["the event received", "a timer"]],
]);

it("reproduces 1,000 orchestrations of all kinds, and says of unfinished ones what they wait for", async () => {
  const { audited } = await auditAllKinds({ count: 1_000, seed: 20_261_122 });
  expect(audited).toHaveLength(1_000);
  expect(findSurprises(audited)).toEqual([]);
  const waiting = audited.filter(({ report }) => report.verdict === "incomplete");
  for (const { planned, report } of waiting) {
    expect({ kind: planned.kind, ...report.orchestrations[0]?.result }).toEqual({
      kind: planned.kind,
      verdict: "incomplete",
      missing: ["its end", ...(WAITS.get(planned.kind) ?? [])],
    });
  }
  expect(new Set(waiting.map(({ planned }) => planned.kind))).toEqual(new Set(WAITS.keys()));
}, 300_000);
