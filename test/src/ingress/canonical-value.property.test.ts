import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toDecimal, toInstant, toSalesforceId } from "../../../src/ingress/canonical-value.ts";

describe("toSalesforceId, for any id,", () => {
  it("is the same for the short and the long form", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z0-9]{15}$/), (short) => {
        const long = toSalesforceId(short);
        expect(long).toMatch(/^[a-zA-Z0-9]{15}[A-Z0-5]{3}$/);
        expect(long.slice(0, 15)).toBe(short);
        expect(toSalesforceId(long)).toBe(long);
      }),
    );
  });
});

describe("toDecimal, for any number,", () => {
  it("is idempotent and numerically equal to what was written", () => {
    const digits = fc.stringMatching(/^\d{1,25}$/);
    const number = fc.tuple(
      fc.constantFrom("", "-"),
      digits,
      fc.option(digits),
      fc.option(fc.integer({ min: -30, max: 30 })),
    );
    fc.assert(
      fc.property(number, ([sign, whole, fraction, exponent]) => {
        const text = `${sign}${whole}${fraction === null ? "" : `.${fraction}`}${exponent === null ? "" : `E${exponent}`}`;
        const canonical = toDecimal(text);
        expect(canonical).toMatch(/^(0|-?(0|[1-9]\d*)(\.\d*[1-9])?)$/);
        expect(toDecimal(canonical)).toBe(canonical);
        // Both sides as whole numbers of 10^-60.
        const written =
          BigInt(`${sign}${whole}${fraction ?? ""}`) *
          10n ** BigInt(60 + (exponent ?? 0) - (fraction ?? "").length);
        const [integer = "", places = ""] = canonical.split(".");
        expect(BigInt(integer + places.padEnd(60, "0"))).toBe(written);
      }),
    );
  });

  it("reads every number that JSON can hold as that number", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        expect(Number(toDecimal(JSON.stringify(number)))).toBe(number === 0 ? 0 : number);
      }),
    );
  });
});

describe("toInstant, for any time,", () => {
  it("is the same instant under every offset, and idempotent", () => {
    const instant = fc.date({
      min: new Date("1990-01-01"),
      max: new Date("2100-01-01"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(
        instant,
        fc.integer({ min: -14 * 60, max: 14 * 60 }),
        fc.constantFrom("", ":"),
        (date, offset, colon) => {
          const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1);
          const two = (n: number) => String(Math.trunc(Math.abs(n))).padStart(2, "0");
          const text = `${local}${offset < 0 ? "-" : "+"}${two(offset / 60)}${colon}${two(offset % 60)}`;
          expect(toInstant(text)).toBe(date.toISOString());
          expect(toInstant(toInstant(text))).toBe(toInstant(text));
        },
      ),
    );
  });
});
