/**
 * Subscriptions as rows of CSV. Lists are separated by `;` inside their cell; `\;` and `\\` stand for a `;` and a `\` of
 * an item itself. Each item is escaped against spreadsheets, because some split cells at `;` too. An empty cell says nothing.
 */
import { type CsvForm, type Read, refuse } from "./csv-lines.ts";
import { escapeFormula, toCsvLine, unescapeFormula } from "./csv.ts";
import type { Subscription } from "./subscription.ts";

const COLUMNS = [
  "scope",
  "userId",
  "group",
  "transitions",
  "statuses",
  "minimumAmount",
  "fieldEquals",
  "priority",
  "escalateAfterMinutes",
  "escalateGroup",
] as const;

type Column = (typeof COLUMNS)[number];

/** The first line of every CSV. */
export const CSV_HEADER = toCsvLine(COLUMNS);

/** How a line of CSV becomes one of NDJSON. */
export const SUBSCRIPTION_CSV: CsvForm<Column> = {
  columns: COLUMNS,
  findMissing(names) {
    if (!names.includes("scope")) return "scope";
    return names.includes("userId") || names.includes("group") ? undefined : "userId and group";
  },
  toValue,
};

function toValue(row: Partial<Record<Column, string>>): Read<{ value: object }> {
  if ((row.userId === undefined) === (row.group === undefined)) {
    return refuse("userId or group must be there, and not both");
  }
  const fields = toFields(row.fieldEquals);
  if (!fields.ok) return fields;
  const { escalateAfterMinutes: minutes, escalateGroup } = row;
  const value = {
    scope: toText(row.scope),
    target:
      row.group === undefined
        ? { kind: "user", userId: toText(row.userId) }
        : { kind: "group", group: toText(row.group) },
    transitions: toList(row.transitions),
    statuses: toList(row.statuses),
    minimumAmount: toText(row.minimumAmount),
    fieldEquals: fields.value,
    priority: toText(row.priority),
    escalate:
      minutes === undefined && escalateGroup === undefined
        ? undefined
        : { afterMinutes: toNumber(minutes), group: toText(escalateGroup) },
  };
  return { ok: true, value: Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) };
}

/** One row with its line end. */
export function toCsvRow({ scope, target, rules }: Subscription): string {
  const fields = Object.entries(rules.fieldEquals ?? {}).map(([name, value]) => `${name}=${value}`);
  const row: Record<Column, string> = {
    scope: escapeFormula(scope),
    userId: target.kind === "user" ? escapeFormula(target.userId) : "",
    group: target.kind === "group" ? escapeFormula(target.group) : "",
    transitions: fromList(rules.transitions),
    statuses: fromList(rules.statuses),
    minimumAmount: escapeFormula(rules.minimumAmount ?? ""),
    fieldEquals: fromList(fields),
    priority: rules.priority,
    escalateAfterMinutes: String(rules.escalate?.afterMinutes ?? ""),
    escalateGroup: escapeFormula(rules.escalate?.group ?? ""),
  };
  return toCsvLine(COLUMNS.map((column) => row[column]));
}

/** The column that a place in a line of NDJSON stands in. */
export function toColumn(path: readonly PropertyKey[]): string {
  const [first, second] = path;
  if (first === "target") return String(second ?? "userId");
  if (first !== "escalate" || second === undefined) return path.join(".");
  return second === "group" ? "escalateGroup" : "escalateAfterMinutes";
}

function toText(cell: string | undefined): string | undefined {
  return cell === undefined ? undefined : unescapeFormula(cell);
}

function toNumber(cell: string | undefined): unknown {
  return cell !== undefined && /^\d{1,9}$/.test(cell) ? Number(cell) : cell;
}

function toList(cell: string | undefined): string[] | undefined {
  if (cell === undefined) return undefined;
  const items: string[] = [];
  let item = "";
  for (const [part, escaped] of cell.matchAll(/\\([\\;])|[^\\;]+|[^]/g)) {
    if (part !== ";") item += escaped ?? part;
    else {
      items.push(item);
      item = "";
    }
  }
  return [...items, item].map(unescapeFormula);
}

function fromList(items: readonly string[] = []): string {
  return items.map((item) => escapeFormula(item).replaceAll(/[\\;]/g, "\\$&")).join(";");
}

function toFields(cell: string | undefined): Read<{ value: Record<string, string> | undefined }> {
  const items = toList(cell);
  if (items === undefined) return { ok: true, value: undefined };
  const pairs = items.map((item): [string, string] => {
    const end = item.indexOf("=");
    return end < 0 ? [item, ""] : [item.slice(0, end), item.slice(end + 1)];
  });
  const names = pairs.map(([name]) => name);
  const double = names.find((name, index) => names.indexOf(name) !== index);
  return double === undefined
    ? { ok: true, value: Object.fromEntries(pairs) }
    : refuse(`fieldEquals names ${double.slice(0, 80)} twice`);
}
