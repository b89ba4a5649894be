import { metrics } from "@opentelemetry/api";
import { describe, expect, it } from "vitest";
import { collectFigures, readFigures } from "../../../local/figures/collect-figures.ts";

collectFigures();
const meter = metrics.getMeter("some app");
const find = (name: string) => readFigures().find((figure) => figure.name === name);

describe("the figures of an app", () => {
  it("are the sums of its counters, by their attributes", () => {
    const counter = meter.createCounter("letters", { description: "Letters sent", unit: "{letter}" });
    counter.add(2, { to: "ada" });
    counter.add(1, { to: "bob" });
    counter.add(1, { to: "ada" });
    expect(find("letters")).toEqual({
      name: "letters",
      description: "Letters sent",
      unit: "{letter}",
      total: 4,
      by: { "to=ada": 3, "to=bob": 1 },
      percentiles: null,
    });
  });

  it("are the number and the percentiles of its histograms", () => {
    const histogram = meter.createHistogram("waits", { unit: "ms" });
    for (let ms = 1; ms <= 200; ms++) histogram.record(ms);
    expect(find("waits")).toMatchObject({ total: 200, by: {}, percentiles: { p50: 100, p99: 198 } });
  });

  it("are those of an instrument that is opened twice together", () => {
    for (const value of [1, 2]) metrics.getMeter("again").createCounter("twice").add(value);
    expect(find("twice")?.total).toBe(3);
  });

  it("stay bounded when an app tells thousands of things apart", () => {
    const counter = meter.createCounter("wild");
    for (let id = 0; id < 5_000; id++) counter.add(1, { id });
    expect(find("wild")?.total).toBe(5_000);
    expect(Object.keys(find("wild")?.by ?? {})).toHaveLength(500);
  });

  it("leave out what this page has no place for, without failing", () => {
    meter.createGauge("gauge").record(1);
    meter.createObservableGauge("observed").addCallback(() => {});
    expect([find("gauge"), find("observed")]).toEqual([undefined, undefined]);
  });
});
