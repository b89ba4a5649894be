/**
 * One spelling for each value, so that the same value is the same text by either route and in every year.
 *
 * Outbound messages write `1100.0`, `1.1E7` and `…000Z`; REST writes `1100`, `11000000` and `…000+0000`.
 */
import { OrderBellError } from "../domain/errors.ts";
import { quote } from "./quote.ts";

/** What a value was expected to be. */
export type CanonicalKind = "salesforceId" | "orderId" | "decimal" | "instant";

const EXPECTED: Record<CanonicalKind, string> = {
  salesforceId: "a Salesforce id of 15 or 18 characters",
  orderId: "the id of an order, which starts with 801",
  decimal: "a decimal number such as 1100.5",
  instant: "an instant with its offset, such as 2026-11-22T10:00:00.000Z",
};

/** A value is not what its field holds; `field` is known where a whole order is read. */
export class CanonicalValueError extends OrderBellError {
  readonly retryable = false;
  readonly kind: CanonicalKind;
  readonly field: string | undefined;
  constructor(kind: CanonicalKind, value: string, field?: string) {
    super(
      `${field === undefined ? "A value" : `The field ${field}`} is ${quote(value)}; expected ${EXPECTED[kind]}.`,
    );
    this.name = "CanonicalValueError";
    this.kind = kind;
    this.field = field;
  }
}

const SUFFIX_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/** Brings a Salesforce id into its 18-character form: 15 get their case suffix, 18 stay as Salesforce wrote them. */
export function toSalesforceId(text: string, field?: string): string {
  if (/^[a-zA-Z0-9]{15}$/.test(text)) return text + toSuffix(text);
  if (!/^[a-zA-Z0-9]{15}[A-Z0-5]{3}$/.test(text)) throw new CanonicalValueError("salesforceId", text, field);
  return text;
}

/** The last three characters say which of the first fifteen are capitals, five by five. */
function toSuffix(short: string): string {
  return [0, 5, 10].map((start) => toSuffixDigit(short.slice(start, start + 5))).join("");
}

function toSuffixDigit(five: string): string {
  const bits = Array.from(five, (c, i) => (/[A-Z]/.test(c) ? 2 ** i : 0));
  return SUFFIX_DIGITS.charAt(bits.reduce((sum, bit) => sum + bit, 0));
}

/** Brings a decimal, also in scientific notation, into plain digits without trailing zeros; no arithmetic on floats. */
export function toDecimal(text: string, field?: string): string {
  const decimal = readDecimal(text);
  if (decimal === undefined) throw new CanonicalValueError("decimal", text, field);
  return decimal;
}

/** Brings an instant with any offset into UTC with milliseconds; dates and times that do not exist are refused. */
export function toInstant(text: string, field?: string): string {
  const instant = readInstant(text);
  if (instant === undefined) throw new CanonicalValueError("instant", text, field);
  return instant;
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;
/** A double has at most 309 digits before its point; more is not a number from Salesforce but an attack on memory. */
const MOST_DIGITS = 400;

/** Like `toDecimal`, but undefined for what is not a decimal. */
export function readDecimal(text: string): string | undefined {
  const match = text.length <= MOST_DIGITS ? DECIMAL.exec(text) : null;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match ?? [];
  const shift = Number(exponent);
  if (match === null || Math.abs(shift) > MOST_DIGITS) return undefined;
  const zeros = "0".repeat(Math.abs(shift));
  const digits = (shift < 0 ? zeros : "") + whole + fraction + (shift > 0 ? zeros : "");
  const point = whole.length + Math.max(shift, 0);
  const integer = digits.slice(0, point).replace(/^0+(?=\d)/, "");
  const places = digits.slice(point).replace(/0+$/, "");
  if (integer === "0" && places === "") return "0";
  return sign + integer + (places === "" ? "" : `.${places}`);
}

const INSTANT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?(?:Z|([+-])(\d\d):?(\d\d))$/;

/** Like `toInstant`, but undefined for what is not an instant. */
export function readInstant(text: string): string | undefined {
  const [match, seconds, fraction = "", sign, hours = "00", minutes = "00"] = INSTANT.exec(text) ?? [];
  if (match === undefined || hours > "14" || minutes > "59") return undefined;
  const local = `${seconds}.${fraction.padEnd(3, "0")}Z`;
  const time = Date.parse(local);
  // 31 April and 24:00 roll over into the next day: only what comes back unchanged exists.
  if (Number.isNaN(time) || new Date(time).toISOString() !== local) return undefined;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === "-" ? -1 : 1);
  const instant = new Date(time - offset).toISOString();
  // Years outside 0…9999 are written with a sign and six digits.
  return instant.length === local.length ? instant : undefined;
}
