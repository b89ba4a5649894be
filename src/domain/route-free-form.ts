/**
 * One form for each value, whichever route it came by. The types of custom fields are unknown to an outbound message:
 * `10.0` in XML is `10` in JSON, `…000Z` is `…000+0000`. So whatever reads as a decimal or an instant stands for its
 * canonical form where two versions are compared or digested. Two texts that differ only in this way (`1.0` and `1`)
 * count as one.
 */

/** Brings a value into the form in which both routes agree. */
export function toRouteFreeForm(value: string): string {
  return readDecimal(value) ?? readInstant(value) ?? value;
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;
/** A double has at most 309 digits before its point; more is not a number from Salesforce but an attack on memory. */
const MOST_DIGITS = 400;

/** A decimal, also in scientific notation, as plain digits without trailing zeros; undefined for what is none. */
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
  const decimal = sign + integer + (places === "" ? "" : `.${places}`);
  return decimal.length <= MOST_DIGITS ? decimal : undefined;
}

const INSTANT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?(?:Z|([+-])(\d\d):?(\d\d))$/;

/** An instant with any offset in UTC with milliseconds; undefined for what is none or does not exist. */
export function readInstant(text: string): string | undefined {
  const [match, seconds = "", fraction = "", sign, hours = "00", minutes = "00"] = INSTANT.exec(text) ?? [];
  if (match === undefined || hours > "14" || minutes > "59") return undefined;
  const isLeap = seconds.endsWith(":60");
  const local = isLeap ? `${seconds.slice(0, -2)}59.999Z` : `${seconds}.${fraction.padEnd(3, "0")}Z`;
  const time = Date.parse(local);
  // 31 April and 24:00 roll over into the next day: only what comes back unchanged exists.
  if (Number.isNaN(time) || new Date(time).toISOString() !== local) return undefined;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === "-" ? -1 : 1);
  const instant = new Date(time - offset).toISOString();
  // A leap second has no number of its own in POSIX time: it is read as the last millisecond before it, in its order.
  if (isLeap && !instant.endsWith("T23:59:59.999Z")) return undefined;
  // Years outside 0…9999 are written with a sign and six digits.
  return instant.length === local.length ? instant : undefined;
}
