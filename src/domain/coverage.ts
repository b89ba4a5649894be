/** Coverage: which order versions Salesforce told us by which route, counted per window of time. */
import { z } from "zod";
import { instantSchema, type Route } from "./order-change.ts";

const countSchema = z.number().int().nonnegative();

/** Order versions by who told of them; each version is in exactly one of these. */
export const coverageCountsSchema = z.object({
  outboundMessageOnly: countSchema,
  pollOnly: countSchema,
  both: countSchema,
  /** By neither until the nightly reconciliation. */
  reconciliationOnly: countSchema,
});

/** The answer to `GET /api/audit/coverage`; the windows follow one another from `from` to `to`, empty ones included. */
export const coverageSchema = z.object({
  from: instantSchema,
  to: instantSchema,
  windowHours: z.literal([1, 24]),
  windows: z.array(coverageCountsSchema.extend({ from: instantSchema })),
  totals: coverageCountsSchema,
});

export type CoverageCounts = z.infer<typeof coverageCountsSchema>;
export type CoverageCategory = keyof CoverageCounts;
export type CoverageWindow = Coverage["windows"][number];
export type Coverage = z.infer<typeof coverageSchema>;

/** One version of an order: the hour of its stamp (its first instant, UTC), and who told of it. */
export interface SeenVersion {
  hour: string;
  routes: readonly Route[];
}

/** A range without any versions, widened to whole windows: of an hour up to 72 hours, else of a day (UTC). */
export function toEmptyCoverage(from: string, to: string): Coverage {
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
  const windowHours = toMs - fromMs <= LONGEST_BY_HOUR_MS ? 1 : 24;
  const windowMs = windowHours * HOUR_MS;
  const first = Math.floor(fromMs / windowMs);
  const end = Math.ceil(toMs / windowMs);
  const toInstant = (index: number) => new Date(index * windowMs).toISOString();
  return {
    from: toInstant(first),
    to: toInstant(end),
    windowHours,
    windows: Array.from({ length: end - first }, (_, index) => ({
      from: toInstant(first + index),
      ...NO_VERSIONS,
    })),
    totals: NO_VERSIONS,
  };
}

/** Counts further versions; those outside the range are left out. */
export function addVersions(coverage: Coverage, versions: Iterable<SeenVersion>): Coverage {
  const fromMs = Date.parse(coverage.from);
  const windowMs = coverage.windowHours * HOUR_MS;
  const windows = coverage.windows.map((window) => ({ ...window }));
  const totals = { ...coverage.totals };
  for (const { hour, routes } of versions) {
    const window = windows[Math.floor((Date.parse(hour) - fromMs) / windowMs)];
    if (window === undefined) continue;
    const category = toCategory(routes);
    window[category] += 1;
    totals[category] += 1;
  }
  return { ...coverage, windows, totals };
}

/** How many versions there are in all categories together. */
export function countVersions(counts: CoverageCounts): number {
  return counts.outboundMessageOnly + counts.pollOnly + counts.both + counts.reconciliationOnly;
}

const HOUR_MS = 3_600_000;
const LONGEST_BY_HOUR_MS = 72 * HOUR_MS;
const NO_VERSIONS: CoverageCounts = { outboundMessageOnly: 0, pollOnly: 0, both: 0, reconciliationOnly: 0 };

/** What reconciliation found first was missed, even when a late message tells of it afterwards. */
function toCategory(routes: readonly Route[]): CoverageCategory {
  if (routes.includes("reconciliation")) return "reconciliationOnly";
  if (!routes.includes("poll")) return "outboundMessageOnly";
  return routes.includes("outboundMessage") ? "both" : "pollOnly";
}
