import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ForbiddenError } from "../../../src/domain/errors.ts";
import { checkClientCertificate } from "../../../src/ingress/client-certificate.ts";

/** Self-signed certificates, base64 of DER, valid for the year after 22 November 2026; their keys were thrown away. */
const readFixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/certificates/${name}.txt`, import.meta.url), "utf8");
const salesforce = readFixture("salesforce");
const other = readFixture("other");

const thumbprintOf = (header: string) =>
  createHash("sha256").update(Buffer.from(header, "base64")).digest("hex");
const thumbprint = thumbprintOf(salesforce);
const withColons = (hex: string) => (hex.match(/../g) ?? []).join(":");
const during = new Date("2027-03-01T00:00:00.000Z");

const check = (header: string | null, thumbprints: readonly string[] = [thumbprint], now = during) =>
  checkClientCertificate(header, thumbprints, now);

function expectRefusal(reason: RegExp, ...o: Parameters<typeof check>): void {
  expect(() => check(...o)).toThrow(ForbiddenError);
  expect(() => check(...o)).toThrow(reason);
}

describe("checkClientCertificate", () => {
  it.each([null, "", "garbage", other])("asks for nothing when no thumbprint is listed (%#)", (header) => {
    expect(() => check(header, [])).not.toThrow();
  });

  it.each([
    ["lower case", thumbprint],
    ["upper case", thumbprint.toUpperCase()],
    ["colons", withColons(thumbprint)],
    ["colons in upper case", ` ${withColons(thumbprint).toUpperCase()} `],
  ])("lets a listed certificate in, whose thumbprint is written with %s", (_, entry) => {
    expect(() => check(salesforce, [entry])).not.toThrow();
  });

  it("lets in whichever of several is listed, as while one is renewed", () => {
    const list = [thumbprintOf(other), thumbprint];
    expect(() => check(salesforce, list)).not.toThrow();
    expect(() => check(other, list)).not.toThrow();
  });

  it("refuses a request without certificate", () => {
    expectRefusal(/no client certificate/, null);
    expectRefusal(/no client certificate/, "  ");
  });

  it("refuses a certificate that is not listed, and names its thumbprint", () => {
    expectRefusal(new RegExp(`${thumbprintOf(other).toUpperCase()} is not in`), other);
  });

  it.each([
    ["", "an empty entry"],
    [thumbprint.slice(0, 40), "a shortened thumbprint"],
    [`${thumbprint}00`, "a longer one"],
    [createHash("sha1").update(Buffer.from(salesforce, "base64")).digest("hex"), "a SHA-1 thumbprint"],
  ])("is not satisfied by '%s', %s", (entry) => {
    expectRefusal(/is not in/, salesforce, [entry]);
  });

  const bytes = Buffer.from(salesforce, "base64");
  const pem = `-----BEGIN CERTIFICATE-----\n${salesforce}\n-----END CERTIFICATE-----\n`;
  it.each([
    ["no base64", "not a certificate!"],
    ["base64 of something else", Buffer.from("hello").toString("base64")],
    ["a truncated certificate", bytes.subarray(0, -1).toString("base64")],
    ["bytes after the certificate", Buffer.concat([bytes, Buffer.from([0])]).toString("base64")],
    ["two certificates", `${salesforce},${salesforce}`],
    ["PEM", pem],
    ["PEM in base64", Buffer.from(pem).toString("base64")],
    ["base64 with characters that are none", `${salesforce.slice(0, 8)}*${salesforce.slice(8)}`],
  ])("refuses %s", (_, header) => {
    expectRefusal(/holds no certificate/, header);
  });

  it("refuses a listed certificate before its first and after its last second", () => {
    const [from, to] = ["2026-11-22T00:00:00Z", "2027-11-24T00:00:00Z"].map((text) => new Date(text));
    expectRefusal(/is valid from Nov 22 .* 2026 GMT to Nov 22 .* 2027 GMT only/, salesforce, undefined, from);
    expectRefusal(/renew it/, salesforce, undefined, to);
    expectRefusal(/renew it/, salesforce, undefined, new Date(Number.NaN));
  });
});
