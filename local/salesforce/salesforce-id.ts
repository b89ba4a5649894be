/**
 * Salesforce ids: 15 characters in which case matters, and 18 that also survive programs to which it does not.
 *
 * Source: "ID Field Type" of the Object Reference (case-safe ids): each of the last three characters says
 * which of five characters are capitals.
 */
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const SUFFIXES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/** The `sequence`th id of an object; later ids sort behind earlier ones. `prefix` is the object's, `801` for orders. */
export function toSalesforceId(prefix: string, sequence: number): string {
  let digits = "";
  for (let rest = sequence; rest > 0; rest = Math.floor(rest / DIGITS.length)) {
    digits = DIGITS.charAt(rest % DIGITS.length) + digits;
  }
  const short = prefix + digits.padStart(15 - prefix.length, "0");
  return short + toSuffix(short);
}

/** The 18 characters of an id that came with 15 or 18; undefined for what is no id. */
export function readSalesforceId(text: string): string | undefined {
  if (!/^[a-zA-Z0-9]{15}(?:[A-Z0-5]{3})?$/.test(text)) return undefined;
  const id = text.slice(0, 15) + toSuffix(text.slice(0, 15));
  return text.length === 15 || text === id ? id : undefined;
}

function toSuffix(short: string): string {
  return [0, 5, 10]
    .map((start) => {
      const capitals = Array.from(short.slice(start, start + 5), (c, i) => (/[A-Z]/.test(c) ? 2 ** i : 0));
      return SUFFIXES.charAt(capitals.reduce((sum, bit) => sum + bit, 0));
    })
    .join("");
}
