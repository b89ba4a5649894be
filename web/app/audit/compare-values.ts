/** Two values of a record side by side, line by line, with the differences marked. */

/** One line of one side, and which part of it differs. */
export interface SideLine {
  readonly text: string;
  readonly isDifferent: boolean;
  readonly before: string;
  readonly different: string;
  readonly after: string;
}

/** A row of the comparison: both sides (either may be missing there), or so many equal rows that are left out. */
export type ComparedRow =
  | { readonly kind: "lines"; readonly recorded: SideLine | undefined; readonly now: SideLine | undefined }
  | { readonly kind: "equal"; readonly count: number };

/** Equal lines that stay around a difference. */
const CONTEXT_LINES = 3;

/** More cells than this are not looked through for common lines: everything between start and end counts as different. */
const MOST_CELLS = 4_000_000;

/** Compares two values as JSON with sorted keys; what is not there at all is an empty side. */
export function compareValues(recorded: unknown, now: unknown): ComparedRow[] {
  return foldEqual(pairLines(toLines(recorded), toLines(now)));
}

/** A value as lines of JSON. */
export function toLines(value: unknown): string[] {
  if (value === undefined) return [];
  return JSON.stringify(sortKeys(value), undefined, 2).split("\n");
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  // Not an object literal: a key named __proto__ has to stay a key.
  return Object.fromEntries(entries.map(([key, one]) => [key, sortKeys(one)]));
}

type Pair = readonly [string | undefined, string | undefined];

/** Lines that both have stand beside each other; lines between them are paired as they come. */
function pairLines(recorded: readonly string[], now: readonly string[]): Pair[] {
  const { start, tail } = findAffixes(recorded, now);
  const same = (lines: readonly string[]): Pair[] => lines.map((line) => [line, line]);
  return [
    ...same(recorded.slice(0, start)),
    ...pairMiddle(recorded.slice(start, recorded.length - tail), now.slice(start, now.length - tail)),
    ...same(recorded.slice(recorded.length - tail)),
  ];
}

function pairMiddle(recorded: readonly string[], now: readonly string[]): Pair[] {
  const pairs: Pair[] = [];
  let r = 0;
  let n = 0;
  for (const [nextR, nextN] of [...findCommon(recorded, now), [recorded.length, now.length] as const]) {
    for (; r < nextR || n < nextN; r += 1, n += 1) {
      pairs.push([r < nextR ? recorded[r] : undefined, n < nextN ? now[n] : undefined]);
    }
    if (nextR < recorded.length) pairs.push([recorded[nextR], now[nextN]]);
    r = nextR + 1;
    n = nextN + 1;
  }
  return pairs;
}

/** The longest common subsequence, as positions in both. */
function findCommon(a: readonly string[], b: readonly string[]): (readonly [number, number])[] {
  const width = b.length + 1;
  if ((a.length + 1) * width > MOST_CELLS) return [];
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const common: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) common.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return common;
}

function foldEqual(pairs: readonly Pair[]): ComparedRow[] {
  const differing = pairs.flatMap(([recorded, now], i) => (recorded === now ? [] : [i]));
  const near = new Set(
    differing.flatMap((i) => Array.from({ length: 2 * CONTEXT_LINES + 1 }, (_, n) => i + n - CONTEXT_LINES)),
  );
  const rows: ComparedRow[] = [];
  for (const [i, pair] of pairs.entries()) {
    const last = rows.at(-1);
    // A single equal line takes no more room than the words that would stand for it.
    const isAlone = (i === 0 || near.has(i - 1)) && (i === pairs.length - 1 || near.has(i + 1));
    if (near.has(i) || (isAlone && pairs.length > 1)) rows.push(toRow(pair));
    else if (last?.kind === "equal") rows[rows.length - 1] = { kind: "equal", count: last.count + 1 };
    else rows.push({ kind: "equal", count: 1 });
  }
  return rows;
}

function toRow([recorded, now]: Pair): ComparedRow {
  const isDifferent = recorded !== now;
  const { start, tail } = findAffixes(Array.from(recorded ?? ""), Array.from(now ?? ""));
  const toSide = (text: string | undefined): SideLine | undefined => {
    if (text === undefined) return undefined;
    const letters = Array.from(text);
    const end = letters.length - tail;
    const parts = [letters.slice(0, start), letters.slice(start, end), letters.slice(end)];
    const [before = "", different = "", after = ""] = parts.map((part) => part.join(""));
    return { text, isDifferent, before, different, after };
  };
  return { kind: "lines", recorded: toSide(recorded), now: toSide(now) };
}

/** How much two sequences have in common at their starts and, beyond that, at their ends. */
function findAffixes(a: readonly string[], b: readonly string[]): { start: number; tail: number } {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start += 1;
  let tail = 0;
  while (tail < shorter - start && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  return { start, tail };
}
