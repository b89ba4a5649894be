/**
 * What is counted, under the names that the alerts and the workbook in infra/ ask for (infra/metric-names.json).
 *
 * Figures go to whoever listens through OpenTelemetry's global API (the local runtime does), and to our own exporter when
 * there is one; each keeps its own sums, so that neither displaces the other.
 */
import { type Counter, type Histogram, type Meter, metrics } from "@opentelemetry/api";

/** One figure; the dimensions are its attributes, and it has no others. */
interface MetricDefinition {
  instrument: "counter" | "histogram";
  unit: string;
  description: string;
  dimensions: readonly string[];
}

/** Every figure by name. */
export const METRICS = {
  "orderbell.changes": {
    instrument: "counter",
    unit: "{change}",
    description: "Versions of orders heard of, by the route that told of them",
    dimensions: ["route"],
  },
  "orderbell.push.latency": {
    instrument: "histogram",
    unit: "ms",
    description: "From when a version of an order was heard of to the push that was handed to SignalR",
    dimensions: ["route"],
  },
  "orderbell.receipts": {
    instrument: "counter",
    unit: "{receipt}",
    description: "What clients said of their notifications",
    dimensions: ["state"],
  },
  "orderbell.exclusions": {
    instrument: "counter",
    unit: "{exclusion}",
    description: "Subscriptions that did not ask for a notification, by the rule that said no",
    dimensions: ["rule"],
  },
  "orderbell.dead_letters": {
    instrument: "counter",
    unit: "{letter}",
    description: "Recipients that could not be told and wait for an administrator",
    dimensions: [],
  },
  "orderbell.storage.operations": {
    instrument: "counter",
    unit: "{operation}",
    description: "Requests to the tables, a transaction counted once",
    dimensions: ["table", "operation"],
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type MetricName = keyof typeof METRICS;

/** Exactly the dimensions of a figure. */
export type MetricAttributes<Name extends MetricName> = Readonly<
  Record<(typeof METRICS)[Name]["dimensions"][number], string>
>;

/** The scope that all figures and spans stand under. */
export const SCOPE = "orderbell";

type Instruments = ReadonlyMap<string, (value: number, attributes: Readonly<Record<string, string>>) => void>;

let exported: Meter | undefined;
let listening: readonly Instruments[] | undefined;

/** Figures go there too from now on; undefined switches it off. */
export function useMeter(next: Meter | undefined): void {
  exported = next;
  listening = undefined;
}

/** Adds to a counter, or records one value of a histogram; never throws. */
export function measure<Name extends MetricName>(
  name: Name,
  value: number,
  attributes: MetricAttributes<Name>,
): void {
  try {
    listening ??= [metrics.getMeter(SCOPE), ...(exported ? [exported] : [])].map(createInstruments);
    for (const instruments of listening) instruments.get(name)?.(value, attributes);
  } catch {
    // Telemetry that fails is no reason to fail.
  }
}

function createInstruments(meter: Meter): Instruments {
  return new Map(
    Object.entries(METRICS).map(([name, { instrument, unit, description }]) => {
      if (instrument === "counter") {
        const counter: Counter = meter.createCounter(name, { unit, description });
        return [name, (value, attributes) => counter.add(value, attributes)];
      }
      const histogram: Histogram = meter.createHistogram(name, { unit, description });
      return [name, (value, attributes) => histogram.record(value, attributes)];
    }),
  );
}
