/** Where two JSON values differ. */

/** A place that differs; undefined where one of the two has nothing. */
export type Difference = { path: string; recorded: unknown; now: unknown };

/** Every place, deepest first named: `recipients[2].priority`; the empty path is the whole value. */
export function listDifferences(recorded: unknown, now: unknown, path = ""): Difference[] {
  if (Array.isArray(recorded) && Array.isArray(now)) {
    const length = Math.max(recorded.length, now.length);
    return Array.from({ length }, (_, index) => index).flatMap((index) =>
      listDifferences(recorded[index], now[index], `${path}[${index}]`),
    );
  }
  if (isObject(recorded) && isObject(now)) {
    const keys = new Set([...Object.keys(recorded), ...Object.keys(now)]);
    return [...keys].flatMap((key) =>
      listDifferences(toMember(recorded, key), toMember(now, key), toPath(path, key)),
    );
  }
  return JSON.stringify(recorded) === JSON.stringify(now) ? [] : [{ path, recorded, now }];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Parsed JSON may hold keys such as `__proto__`. */
function toMember(object: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The app's own keys are paths already: `[0].recipients[1]`. */
function toPath(path: string, key: string): string {
  return path === "" || key.startsWith("[") ? path + key : `${path}.${key}`;
}
