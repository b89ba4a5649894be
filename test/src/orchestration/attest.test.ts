import type { Task } from "durable-functions";
import { describe, expect, it } from "vitest";
import { toShortDigest } from "../../../src/domain/sha256.ts";
import { attest, type Orchestrator } from "../../../src/orchestration/attest.ts";
import { runOrchestrator } from "../../support/run-orchestrator.ts";

const digest = (value: unknown) => toShortDigest(JSON.stringify(value));

const twoCalls: Orchestrator = function* (context) {
  const first = yield context.df.callActivity("one", { n: 1 });
  try {
    yield context.df.callActivity("two", { n: 2 });
  } catch {
    return { first, failed: true };
  }
  return { first, failed: false };
};

describe("attest", () => {
  it("adds the digests of the input and of each result in the order in which they were consumed", () => {
    const { output } = runOrchestrator(attest(twoCalls), { a: 1 }, ({ name }) => ({ name, unused: true }));
    expect(output).toEqual({
      first: { name: "one", unused: true },
      failed: false,
      resultDigests: [
        digest({ a: 1 }),
        digest({ name: "one", unused: true }),
        digest({ name: "two", unused: true }),
      ],
    });
  });

  it("takes the digest of an error by its message, and lets the orchestrator go on", () => {
    const { output } = runOrchestrator(attest(twoCalls), {}, ({ name }) => {
      if (name === "two") throw new Error("out of reach");
      return null;
    });
    expect(output).toMatchObject({
      failed: true,
      resultDigests: [digest({}), digest(null), toShortDigest("out of reach")],
    });
  });

  it("tells of each task with its digest as it is consumed", () => {
    const told: [Task, string][] = [];
    const attested = attest(twoCalls, (...one) => told.push(one));
    runOrchestrator(attested, {}, ({ name }) => name);
    expect(told.map(([, text]) => text)).toEqual([digest("one"), digest("two")]);
  });

  it("leaves the digests in the custom status when an orchestration fails", () => {
    const failing: Orchestrator = function* (context) {
      yield context.df.callActivity("one", {});
      throw new Error("no");
    };
    const statuses: unknown[] = [];
    expect(() => start(attest(failing), statuses)).toThrow("no");
    expect(statuses).toEqual([{ resultDigests: [digest({ in: 1 }), digest("result")] }]);
  });

  it("keeps the custom status far below what Durable takes", () => {
    const failing: Orchestrator = function* (context) {
      for (let n = 0; n < 2_000; n++) yield context.df.callActivity("one", {});
      throw new Error("no");
    };
    const statuses: unknown[] = [];
    expect(() => start(attest(failing), statuses)).toThrow("no");
    expect(JSON.stringify(statuses[0]).length).toBeLessThan(8_000);
  });
});

/** Each activity answers "result". */
function start(orchestrator: Orchestrator, statuses: unknown[]): void {
  const df = {
    getInput: () => ({ in: 1 }),
    callActivity: () => ({}),
    setCustomStatus: (status: unknown) => statuses.push(status),
  };
  const run = orchestrator({ df } as unknown as Parameters<Orchestrator>[0]);
  while (!run.next("result").done);
}
