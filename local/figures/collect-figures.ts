/**
 * What the app measures, kept in this process for the runtime's page: a listener behind OpenTelemetry's global API, which
 * an app finds there if it measures anything. Counters are summed by their attributes; of a histogram the last values are
 * kept, so that percentiles are exact. Whatever the app exports by itself is not touched.
 */
import {
  type Attributes,
  createNoopMeter,
  type Histogram,
  type Meter,
  type MetricOptions,
  metrics,
} from "@opentelemetry/api";

/** One measure of the app. */
export interface Figure {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  /** The sum of a counter, the number of values of a histogram. */
  readonly total: number;
  /** The same by attributes, `route=poll`; without attributes there is none. */
  readonly by: Readonly<Record<string, number>>;
  /** Of a histogram's last values. */
  readonly percentiles: { readonly p50: number; readonly p99: number } | null;
}

/** Two figures, one over the other. */
export interface Ratio {
  readonly name: string;
  readonly of: string;
  readonly per: string;
}

/** Values of a histogram that are remembered. */
const MOST_VALUES = 10_000;
/** Combinations of attributes that are told apart; an app that makes more is summed up in the total alone. */
const MOST_COMBINATIONS = 500;

interface Collected {
  readonly name: string;
  readonly options: MetricOptions;
  readonly values: number[] | null;
  readonly by: Map<string, number>;
  total: number;
}

let collected: Map<string, Collected> | undefined;

/** Begins to listen, for the life of the process; to be called before the app is loaded. */
export function collectFigures(): void {
  if (collected !== undefined) return;
  const into = new Map<string, Collected>();
  collected = into;
  metrics.setGlobalMeterProvider({ getMeter: () => createMeter(into) });
}

/** What was measured so far, by name. */
export function readFigures(): Figure[] {
  return [...(collected?.values() ?? [])].map(toFigure).toSorted((a, b) => a.name.localeCompare(b.name));
}

function createMeter(into: Map<string, Collected>): Meter {
  const open = (name: string, options: MetricOptions = {}, values: number[] | null = null): Collected => {
    const known = into.get(name) ?? { name, options, values, by: new Map<string, number>(), total: 0 };
    into.set(name, known);
    return known;
  };
  const createCounter = (name: string, options?: MetricOptions) => {
    const counter = open(name, options);
    return { add: (value: number, attributes?: Attributes) => count(counter, value, attributes) };
  };
  // What is asked for at the time of an export, and gauges, have no place on a page of sums.
  const noop = createNoopMeter();
  return {
    createGauge: (name, options) => noop.createGauge(name, options),
    createObservableGauge: (name, options) => noop.createObservableGauge(name, options),
    createObservableCounter: (name, options) => noop.createObservableCounter(name, options),
    createObservableUpDownCounter: (name, options) => noop.createObservableUpDownCounter(name, options),
    addBatchObservableCallback: () => {},
    removeBatchObservableCallback: () => {},
    createCounter,
    createUpDownCounter: createCounter,
    createHistogram: (name: string, options?: MetricOptions): Histogram => {
      const histogram = open(name, options, []);
      return {
        record: (value, attributes) => {
          count(histogram, 1, attributes);
          histogram.values?.push(value);
          if (histogram.values && histogram.values.length > MOST_VALUES) histogram.values.shift();
        },
      };
    },
  };
}

function count(into: Collected, value: number, attributes: Attributes = {}): void {
  into.total += value;
  const key = Object.entries(attributes)
    .map(([name, one]) => `${name}=${String(one)}`)
    .join(" ");
  if (key === "" || (!into.by.has(key) && into.by.size >= MOST_COMBINATIONS)) return;
  into.by.set(key, (into.by.get(key) ?? 0) + value);
}

function toFigure({ name, options, values, by, total }: Collected): Figure {
  const sorted = values?.toSorted((a, b) => a - b) ?? [];
  return {
    name,
    description: options.description ?? "",
    unit: options.unit ?? "",
    total,
    by: Object.fromEntries([...by].toSorted(([a], [b]) => a.localeCompare(b))),
    percentiles:
      sorted.length === 0 ? null : { p50: toPercentile(sorted, 0.5), p99: toPercentile(sorted, 0.99) },
  };
}

/** The nearest rank: a value that was really measured. */
function toPercentile(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
}
