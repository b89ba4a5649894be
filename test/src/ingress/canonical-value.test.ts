import { describe, expect, it } from "vitest";
import {
  CanonicalValueError,
  toDecimal,
  toInstant,
  toSalesforceId,
} from "../../../src/ingress/canonical-value.ts";

describe("toSalesforceId", () => {
  it("refuses 18 characters whose last three do not fit the others: they would name the same order twice", () => {
    expect(toSalesforceId("00D000000000001EAA")).toBe("00D000000000001EAA");
    expect(() => toSalesforceId("00D000000000001AAA")).toThrow(CanonicalValueError);
    expect(() => toSalesforceId("00d000000000001EAA")).toThrow(CanonicalValueError);
  });

  // Published pairs: Salesforce captures, the salesforce_id_formatter gem, salesforce_id_converter and public tutorials.
  const published = [
    "801bm000029lXiHAAU",
    "001bm000028FNI2AAO",
    "00D7F00000107XsUAI",
    "04l7F000008aeAyQAI",
    "0067F000003pmdWQAQ",
    "0017F000007ydJmQAI",
    "70130000001tcyIAAQ",
    "00558000001N0KeAAK",
    "a0D30000001n7PiEAI",
    "00D000000000001EAA",
  ];

  it.each(published)("gives %s its published suffix", (id) => {
    expect(toSalesforceId(id.slice(0, 15))).toBe(id);
  });

  it.each(published)("keeps %s as it is", (id) => {
    expect(toSalesforceId(id)).toBe(id);
  });

  it.each([
    "",
    "801",
    "801bm000029lXiHAA",
    "801bm000029lXiHAAUX",
    "801bm000029lXi-",
    " 801bm000029lXiH",
    "801bm000029lXiHAA9",
    "801bm000029lXiHAAU\n",
    "８01000000000001",
  ])("refuses %j", (text) => {
    expect(() => toSalesforceId(text)).toThrow(CanonicalValueError);
  });
});

describe("toDecimal", () => {
  it.each([
    ["1100.0", "1100"],
    ["1100", "1100"],
    ["-0.50", "-0.5"],
    ["1.1E3", "1100"],
    ["1.1e+3", "1100"],
    ["3.5E8", "350000000"],
    ["1.234E2", "123.4"],
    ["5.0E-4", "0.0005"],
    ["12E-1", "1.2"],
    ["0", "0"],
    ["-0.0", "0"],
    ["0E9", "0"],
    ["00012.10", "12.1"],
    ["99999999999999999999.99", "99999999999999999999.99"],
  ])("writes %s as %s", (text, canonical) => {
    expect(toDecimal(text)).toBe(canonical);
  });

  it.each([
    "",
    " ",
    "+1",
    " 1",
    "1 ",
    "1.",
    ".5",
    "1,000.00",
    "1.0.0",
    "0x10",
    "NaN",
    "Infinity",
    "INF",
    "1E",
    "1E401",
    "1E99999999",
    "１",
    "1\n",
    "9".repeat(401),
  ])("refuses %j", (text) => {
    expect(() => toDecimal(text)).toThrow(CanonicalValueError);
  });
});

describe("toInstant", () => {
  it.each([
    ["2026-11-22T10:00:00.000Z", "2026-11-22T10:00:00.000Z"],
    ["2026-11-22T10:00:00.000+0000", "2026-11-22T10:00:00.000Z"],
    ["2026-11-22T10:00:00Z", "2026-11-22T10:00:00.000Z"],
    ["2026-11-22T10:00:00.5Z", "2026-11-22T10:00:00.500Z"],
    ["2026-11-22T00:30:00.000+01:00", "2026-11-21T23:30:00.000Z"],
    ["2026-11-22T23:30:00-0330", "2026-11-23T03:00:00.000Z"],
    ["2028-02-29T12:00:00Z", "2028-02-29T12:00:00.000Z"],
  ])("writes %s as %s", (text, canonical) => {
    expect(toInstant(text)).toBe(canonical);
  });

  it.each([
    "",
    "2026-11-22",
    "2026-11-22T10:00:00",
    "2026-11-22 10:00:00Z",
    "2026-02-30T10:00:00Z",
    "2027-02-29T10:00:00Z",
    "2026-13-01T10:00:00Z",
    "2026-11-22T24:00:00Z",
    "2026-11-22T10:60:00Z",
    "2026-11-22T10:00:60Z",
    "2026-11-22T10:00:00.0000Z",
    "2026-11-22T10:00:00+15:00",
    "2026-11-22T10:00:00+01:60",
    "9999-12-31T23:59:59-01:00",
    "0000-01-01T00:00:00+01:00",
    "2026-11-22T10:00:00Z\n",
    "22 Nov 2026 10:00:00 GMT",
    "1795341600000",
  ])("refuses %j", (text) => {
    expect(() => toInstant(text)).toThrow(CanonicalValueError);
  });
});

describe("a leap second", () => {
  it.each([
    "2016-12-31T23:59:60Z",
    "2016-12-31T23:59:60.000Z",
    "2016-12-31T23:59:60.700+0000",
    "2017-01-01T00:59:60.000+01:00",
    "2016-12-31T15:59:60-0800",
  ])("%s is the last millisecond before it, behind the second it follows", (text) => {
    expect(toInstant(text)).toBe("2016-12-31T23:59:59.999Z");
    expect(toInstant(text) > toInstant("2016-12-31T23:59:59Z")).toBe(true);
    expect(toInstant(text) < toInstant("2017-01-01T00:00:00Z")).toBe(true);
  });

  it.each([
    "2016-12-31T23:59:61Z",
    "2016-12-31T23:59:60+01:00",
    "2016-12-31T12:00:60Z",
    "2016-02-30T23:59:60Z",
    "2016-12-31T24:59:60Z",
  ])("%s is none", (text) => {
    expect(() => toInstant(text)).toThrow(CanonicalValueError);
  });
});

describe("CanonicalValueError", () => {
  it("says which field held what and what was expected, at most 80 characters of it", () => {
    const error = new CanonicalValueError("decimal", "x".repeat(500), "TotalAmount");
    expect(error.message).toMatch(
      /^The field TotalAmount is "x{79}…"; expected a decimal number such as 1100.5\.$/,
    );
    expect(error).toMatchObject({ kind: "decimal", field: "TotalAmount", retryable: false });
  });
});
