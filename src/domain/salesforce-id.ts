/** Ids of Salesforce, as it shows them: 15 characters in which case counts, or 18 in which it does not. */
import { z } from "zod";

const SUFFIX_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/** The 18 characters of an id; undefined for what is none, or when the last three of 18 do not fit the others. */
export function readSalesforceId(text: string): string | undefined {
  const short = text.slice(0, 15);
  const id = short + toSuffix(short);
  if (!/^[a-zA-Z0-9]{15}$/.test(short)) return undefined;
  return text === short || text === id ? id : undefined;
}

/** The id of a Salesforce user, brought into its 18 characters. */
export const salesforceUserIdSchema = z.string().transform((text, context) => {
  const id = text.startsWith("005") ? readSalesforceId(text) : undefined;
  if (id !== undefined) return id;
  context.addIssue("must be the id of a Salesforce user: 15 or 18 characters that begin with 005");
  return z.NEVER;
});

/** The last three characters say which of the first fifteen are capitals, five by five. */
function toSuffix(short: string): string {
  return [0, 5, 10].map((start) => toSuffixDigit(short.slice(start, start + 5))).join("");
}

function toSuffixDigit(five: string): string {
  const bits = Array.from(five, (c, i) => (/[A-Z]/.test(c) ? 2 ** i : 0));
  return SUFFIX_DIGITS.charAt(bits.reduce((sum, bit) => sum + bit, 0));
}
