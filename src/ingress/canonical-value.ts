/**
 * One spelling for each value, so that the same value is the same text by either route and in every year.
 *
 * Outbound messages write `1100.0`, `1.1E7` and `…000Z`; REST writes `1100`, `11000000` and `…000+0000`.
 */
import { OrderBellError } from "../domain/errors.ts";
import { readDecimal, readInstant } from "../domain/route-free-form.ts";
import { readSalesforceId } from "../domain/salesforce-id.ts";
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

/** Brings a Salesforce id into its 18-character form; of 18 characters, the last three have to fit the others. */
export function toSalesforceId(text: string, field?: string): string {
  const id = readSalesforceId(text);
  if (id === undefined) throw new CanonicalValueError("salesforceId", text, field);
  return id;
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
