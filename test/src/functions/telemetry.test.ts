import { createNoopMeter } from "@opentelemetry/api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { countExclusions } from "../../../src/functions/telemetry.ts";
import { useMeter } from "../../../src/telemetry/metrics.ts";

const seen: unknown[] = [];
const noop = createNoopMeter();
const meter = Object.assign(Object.create(noop) as typeof noop, {
  createCounter: (name: string) => ({
    add: (value: number, attributes?: object) => void seen.push([name, value, attributes]),
  }),
});

const exclusions = [
  {
    target: { kind: "user", userId: "ada" },
    causes: [
      { scope: "all", rule: "statuses" },
      { scope: "account:001000000000001AAA", rule: "mutedScope" },
    ],
    isRecipient: false,
  },
];
const expected = [
  ["orderbell.exclusions", 1, { rule: "statuses" }],
  ["orderbell.exclusions", 1, { rule: "mutedScope" }],
];

describe("exclusions", () => {
  beforeEach(() => {
    seen.length = 0;
    useMeter(meter);
  });
  afterEach(() => useMeter(undefined));

  it("count by rule when an orchestration of a change ends, with nobody named", () => {
    countExclusions("notifyOrderChange", {
      isDone: true,
      output: { outcome: "completed", firstPage: { exclusions } },
    });
    expect(seen).toEqual(expected);
  });

  it("count when one of a further page ends", () => {
    countExclusions("notifyAudiencePage", { isDone: true, output: { exclusions, next: null } });
    expect(seen).toEqual(expected);
  });

  it.each([
    ["a turn that is not the last", "notifyOrderChange", { isDone: false, output: { exclusions } }],
    ["a silent change", "notifyOrderChange", { isDone: true, output: { firstPage: null } }],
    ["another orchestration", "sendDigests", { isDone: true, output: { exclusions } }],
    ["a failure", "notifyOrderChange", undefined],
  ])("do not count for %s", (_, name, result) => {
    countExclusions(name, result);
    expect(seen).toEqual([]);
  });
});
