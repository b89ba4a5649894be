import { describe, expect, it } from "vitest";
import { redriveRecordSchema } from "../../../src/domain/dead-letter.ts";
import { deliveryBatchSchema } from "../../../src/domain/delivery-batch.ts";
import { redriveDeadLetters } from "../../../src/orchestration/redrive-dead-letters.ts";
import { createLetter } from "../../support/dead-letter.ts";
import { runOrchestrator } from "../../support/run-orchestrator.ts";

const toLetter = (userId: string, n: number) => {
  const { instanceId, announcement, recipient } = createLetter(userId, n);
  return { id: `${userId}-${n}`, instanceId, announcement, recipient };
};

function runRedrive(letters: ReturnType<typeof toLetter>[], ids: string[], bad: string[] = []) {
  const { output, calls } = runOrchestrator(
    redriveDeadLetters,
    { ids, redrivenBy: "admin" },
    ({ name, input }) => {
      if (name === "loadDeadLetters") return { letters };
      if (name === "recordRedrives") return null;
      const { recipients } = deliveryBatchSchema.parse(input);
      const users = recipients.map(({ target }) => (target.kind === "user" ? target.userId : ""));
      if (users.some((user) => bad.includes(user))) throw new Error("refused");
      return { stored: users.length, pushed: users.length, withheld: 0 };
    },
    "redrive-1",
  );
  const record = calls.find(({ name }) => name === "recordRedrives");
  const deliveries = calls
    .filter(({ name }) => name === "deliverBatch")
    .map(({ input }) => deliveryBatchSchema.parse(input));
  const load = calls.find(({ name }) => name === "loadDeadLetters");
  return { output, deliveries, load, record: record && redriveRecordSchema.parse(record.input) };
}

describe("redriveDeadLetters", () => {
  it("delivers the letters of one notification together, under the instance that decided it", () => {
    const letters = [toLetter("ada", 1), toLetter("grace", 1), toLetter("ada", 2)];
    const { output, deliveries, record } = runRedrive(letters, ["ada-1", "grace-1", "ada-2"]);
    expect(output).toEqual({ delivered: 3, failed: 0, skipped: 0 });
    expect(deliveries.map(({ instanceId, recipients }) => [instanceId, recipients.length])).toEqual([
      ["order-1", 2],
      ["order-2", 1],
    ]);
    expect(record).toMatchObject({ redrivenBy: "admin", instanceId: "redrive-1" });
    expect(record?.results).toHaveLength(3);
  });

  it("writes down who could not be reached again, and delivers to the others", () => {
    const letters = [toLetter("ada", 1), toLetter("grace", 1), toLetter("linus", 2)];
    const ids = letters.map(({ id }) => id);
    const { output, record } = runRedrive(letters, ids, ["grace", "linus"]);
    expect(output).toEqual({ delivered: 1, failed: 2, skipped: 0 });
    expect(record?.results.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
      { id: "ada-1", result: "delivered" },
      { id: "grace-1", result: "failed", cause: "refused" },
      { id: "linus-2", result: "failed", cause: "refused" },
    ]);
  });

  it("claims its letters under its own instance id", () => {
    const { load } = runRedrive([toLetter("ada", 1)], ["ada-1"]);
    expect(load?.input).toEqual({ ids: ["ada-1"], instanceId: "redrive-1" });
  });

  it("skips letters that were delivered in between, and records nothing when none is left", () => {
    const { output, deliveries, record } = runRedrive([], ["ada-1", "grace-1"]);
    expect(output).toEqual({ delivered: 0, failed: 0, skipped: 2 });
    expect(deliveries).toEqual([]);
    expect(record).toBeUndefined();
  });
});
