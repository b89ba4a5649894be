/** Where a record and today's code part ways. */

/** Thrown inside an audit replay, and never out of it: the first step at which record and code differ. */
export class Divergence extends Error {
  override readonly name = "Divergence";
  readonly step: number;
  /** The step in words. */
  readonly at: string;
  readonly recorded: unknown;
  readonly now: unknown;
  constructor(o: { step: number; at: string; recorded: unknown; now: unknown }) {
    super(`${o.at} differs`);
    this.step = o.step;
    this.at = o.at;
    this.recorded = o.recorded;
    this.now = o.now;
  }
}

/** Thrown inside an audit replay, and never out of it: what the record lacks, so that nothing can be said. */
export class MissingFromRecord extends Error {
  override readonly name = "MissingFromRecord";
  readonly missing: [string, ...string[]];
  constructor(...missing: [string, ...string[]]) {
    super(missing.join(", "));
    this.missing = missing;
  }
}

/** Members that differ, by path. */
export type Difference = { recorded: Record<string, unknown>; now: Record<string, unknown> };

/** So many are named. */
const MAX_MEMBERS = 20;

/** The members in which two JSON values differ, by path (`firstPage.batches[0].stored`); undefined when they are equal. */
export function findDifference(recorded: unknown, now: unknown): Difference | undefined {
  const difference: Difference = { recorded: {}, now: {} };
  collect("", recorded, now, difference);
  return Object.keys(difference.recorded).length > 0 ? difference : undefined;
}

function collect(path: string, recorded: unknown, now: unknown, into: Difference): void {
  if (recorded === now || Object.keys(into.recorded).length >= MAX_MEMBERS) return;
  if (Array.isArray(recorded) && Array.isArray(now)) {
    for (let index = 0; index < Math.max(recorded.length, now.length); index++) {
      collect(`${path}[${index}]`, recorded[index], now[index], into);
    }
    return;
  }
  if (isObject(recorded) && isObject(now)) {
    for (const key of new Set([...Object.keys(recorded), ...Object.keys(now)])) {
      collect(path === "" ? key : `${path}.${key}`, toMember(recorded, key), toMember(now, key), into);
    }
    return;
  }
  define(into.recorded, path, recorded);
  define(into.now, path, now);
}

/** A record may hold keys such as `__proto__`. */
function define(object: Record<string, unknown>, path: string, value: unknown): void {
  Object.defineProperty(object, path === "" ? "value" : path, {
    value: value === undefined ? "(absent)" : value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

function toMember(object: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
