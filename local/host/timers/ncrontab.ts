/**
 * NCRONTAB, the cron dialect of timer triggers: `{second} {minute} {hour} {day} {month} {day-of-week}`, always in UTC.
 *
 * Source: CrontabFieldImpl.cs, CrontabField.cs and CrontabSchedule.cs of atifaziz/NCrontab, and CronSchedule.cs of
 * Azure/azure-webjobs-sdk-extensions (five fields mean second 0). The dialect is its own: a date must fit the day AND
 * the day of the week, 7 is no day, any beginning of an English name is that name, `5/10` starts at 5, and a range
 * the wrong way round is turned. So the fields are read here, and croner gets plain lists of numbers to search.
 */
import { Cron } from "croner";

/** The text is not an NCRONTAB expression; the message says which field. */
export class NcrontabError extends Error {
  override readonly name = "NcrontabError";
  readonly expression: string;

  constructor(expression: string, problem: string) {
    super(`'${expression}' is not an NCRONTAB expression: ${problem}`);
    this.expression = expression;
  }
}

/** When a schedule occurs next. */
export interface Ncrontab {
  /** The first occurrence after this instant, null when there is none. */
  next(after: Date): Date | null;
}

interface Field {
  readonly kind: string;
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
}

const MONTHS = "january february march april may june july august september october november december".split(
  " ",
);
const DAYS = "sunday monday tuesday wednesday thursday friday saturday".split(" ");

const FIELDS: readonly Field[] = [
  { kind: "second", min: 0, max: 59, names: [] },
  { kind: "minute", min: 0, max: 59, names: [] },
  { kind: "hour", min: 0, max: 23, names: [] },
  { kind: "day", min: 1, max: 31, names: [] },
  { kind: "month", min: 1, max: 12, names: MONTHS },
  { kind: "day of the week", min: 0, max: 6, names: DAYS },
];

/** Parses an expression of six fields, or of five, which leave out the second. */
export function parseNcrontab(expression: string): Ncrontab {
  const texts = expression.split(" ").filter((text) => text !== "");
  if (texts.length === 5) texts.unshift("0");
  if (texts.length !== FIELDS.length) {
    throw new NcrontabError(
      expression,
      "it needs six fields: second, minute, hour, day, month, day of the week",
    );
  }
  const lists = FIELDS.map((field, index) => {
    try {
      return [...parseField(texts[index] ?? "", field)].toSorted((a, b) => a - b).join(",");
    } catch (error) {
      throw new NcrontabError(expression, error instanceof Error ? error.message : String(error));
    }
  });
  const cron = new Cron(lists.join(" "), { paused: true, mode: "6-part", domAndDow: true, utcOffset: 0 });
  return { next: (after) => cron.nextRun(after) };
}

function parseField(text: string, field: Field): Set<number> {
  const values = new Set<number>();
  // A comma in front makes no list there, and then no value either.
  for (const item of text.split(",")) {
    const [, range = "", step] = /^([^/]+)(?:\/(.*))?$/s.exec(item) ?? [];
    const [first, last] = parseRange(range, field, step !== undefined);
    // A step below 1 counts as 1.
    const every = step === undefined ? 1 : Math.max(1, parseNumber(step, field));
    for (let value = first; value <= last; value += every) values.add(value);
  }
  return values;
}

function parseRange(text: string, field: Field, hasStep: boolean): [number, number] {
  if (text === "*") return [field.min, field.max];
  const dash = text.indexOf("-");
  if (dash <= 0) {
    const value = parseValue(text, field);
    return [value, hasStep ? field.max : value];
  }
  const ends = [parseValue(text.slice(0, dash), field), parseValue(text.slice(dash + 1), field)];
  return [Math.min(...ends), Math.max(...ends)];
}

function parseValue(text: string, field: Field): number {
  const named = field.names.findIndex((name) => text !== "" && name.startsWith(text.toLowerCase()));
  const value = named >= 0 ? named + field.min : parseNumber(text, field);
  if (value < field.min || value > field.max) {
    throw new RangeError(`${value} is no ${field.kind} (${field.min} to ${field.max})`);
  }
  return value;
}

function parseNumber(text: string, field: Field): number {
  if (!/^\d+$/.test(text)) throw new RangeError(`'${text}' is no ${field.kind}`);
  return Number(text);
}
