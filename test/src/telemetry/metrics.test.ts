import { readFileSync } from "node:fs";
import { createNoopMeter, type Meter } from "@opentelemetry/api";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { exclusionRuleSchema } from "../../../src/domain/audience.ts";
import { routeSchema } from "../../../src/domain/order-change.ts";
import { receiptStateSchema } from "../../../src/domain/receipt.ts";
import { measure, METRICS, useMeter } from "../../../src/telemetry/metrics.ts";

const declaredSchema = z.record(
  z.string(),
  z.strictObject({
    instrument: z.string(),
    unit: z.string(),
    description: z.string(),
    dimensions: z.record(z.string(), z.array(z.string())),
  }),
);
const declared = declaredSchema.parse(JSON.parse(readFileSync("infra/metric-names.json", "utf8")));

afterEach(() => useMeter(undefined));

describe("the figures", () => {
  it("are those that the alerts and the workbook ask for", () => {
    const names = Object.entries(declared).map(([name, { dimensions, ...rest }]) => [
      name,
      { ...rest, dimensions: Object.keys(dimensions) },
    ]);
    expect(METRICS).toEqual(Object.fromEntries(names));
  });

  it("have the values that the alerts and the workbook know", () => {
    expect(declared["orderbell.changes"]?.dimensions["route"]).toEqual(routeSchema.options);
    expect(declared["orderbell.push.latency"]?.dimensions["route"]).toEqual(routeSchema.options);
    expect(declared["orderbell.receipts"]?.dimensions["state"]).toEqual(receiptStateSchema.options);
    expect(declared["orderbell.exclusions"]?.dimensions["rule"]).toEqual(exclusionRuleSchema.options);
  });

  it("reach the exporter's instruments of the right kind", () => {
    const seen: unknown[] = [];
    useMeter(createMeter((...one) => seen.push(one)));
    measure("orderbell.changes", 1, { route: "poll" });
    measure("orderbell.push.latency", 12, { route: "poll" });
    expect(seen).toEqual([
      ["counter", "orderbell.changes", 1, { route: "poll" }],
      ["histogram", "orderbell.push.latency", 12, { route: "poll" }],
    ]);
  });

  it("cost nothing when an exporter is broken", () => {
    useMeter(
      createMeter(() => {
        throw new Error("broken");
      }),
    );
    expect(() => measure("orderbell.dead_letters", 1, {})).not.toThrow();
  });
});

function createMeter(
  onValue: (kind: string, name: string, value: number, attributes: unknown) => void,
): Meter {
  const meter: Meter = Object.create(createNoopMeter());
  return Object.assign(meter, {
    createCounter: (name: string) => ({
      add: (value: number, attributes?: unknown) => onValue("counter", name, value, attributes),
    }),
    createHistogram: (name: string) => ({
      record: (value: number, attributes?: unknown) => onValue("histogram", name, value, attributes),
    }),
  });
}
