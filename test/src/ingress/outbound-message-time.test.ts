import { describe, expect, it } from "vitest";
import { OutboundMessageError } from "../../../src/ingress/outbound-message-error.ts";
import { parseOutboundMessage } from "../../../src/ingress/outbound-message.ts";
import { toOutboundMessageXml } from "../../support/outbound-message.ts";

const SAMPLES = 5;
const TIMES_LARGER = 10;

/** Milliseconds of CPU time of this process, which other work on the machine does not add to as it does to wall time. */
function cpuMsOf(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

/**
 * How much more CPU time one large input costs than small ones that are as large together: 1 if the cost is
 * proportional to size, `TIMES_LARGER` if it is quadratic. Each cost is the least of several samples, taken in turn, so
 * that garbage collection, compilation and a machine that slows down do not decide.
 */
function measureGrowth(work: (input: string) => void, make: (size: number) => string, size: number): number {
  const [small, large] = [make(size), make(size * TIMES_LARGER)];
  const samples = Array.from({ length: SAMPLES }, () => ({
    small: cpuMsOf(() => {
      for (let i = 0; i < TIMES_LARGER; i += 1) work(small);
    }),
    large: cpuMsOf(() => work(large)),
  }));
  const leastSmall = Math.min(...samples.map((sample) => sample.small));
  const leastLarge = Math.min(...samples.map((sample) => sample.large));
  // What is refused at its first characters costs next to nothing: below this, a ratio would compare noise.
  return leastLarge / Math.max(leastSmall, 5);
}

function refuse(xml: string): void {
  try {
    parseOutboundMessage(xml);
  } catch (error) {
    if (error instanceof OutboundMessageError) return;
    throw error;
  }
  throw new Error("The message was not refused.");
}

describe("the measure of growth", () => {
  it("tells quadratic from proportional", () => {
    const make = (size: number) => "x".repeat(size);
    const readOnce = (text: string) => {
      for (let i = 0; i < text.length; i += 1) text.charCodeAt(i);
    };
    const readAllBefore = (text: string) => {
      for (let i = 0; i < text.length; i += 1) text.lastIndexOf("y", i);
    };
    expect(measureGrowth(readOnce, make, 1_000_000)).toBeLessThan(3);
    expect(measureGrowth(readAllBefore, make, 3_000)).toBeGreaterThan(4);
  });
});

describe("parseOutboundMessage", () => {
  const start = toOutboundMessageXml({ orders: [{}] }).split("<sf:AccountId>")[0] ?? "";
  it.each<[string, (size: number) => string]>([
    ["nested elements", (size) => "<a>".repeat(size / 3)],
    [
      "nested elements in a header",
      (size) => start.replace("<soapenv:Body>", `<soapenv:Header>${"<a>".repeat(size / 3)}`),
    ],
    [
      "attributes",
      (size) => `${start}<sf:A ${Array.from({ length: size / 12 }, (_, i) => `a${i}='x'`).join(" ")}>`,
    ],
    [
      "namespaces",
      (size) => `${start}<sf:A ${Array.from({ length: size / 16 }, (_, i) => `xmlns:a${i}='x'`).join(" ")}>`,
    ],
    [
      "fields",
      (size) => start + Array.from({ length: size / 20 }, (_, i) => `<sf:F${i}>x</sf:F${i}>`).join(""),
    ],
    ["character references", (size) => `${start}<sf:A>${"&#65;".repeat(size / 5)}`],
    ["CDATA sections", (size) => `${start}<sf:A>${"<![CDATA[]]>".repeat(size / 12)}`],
    ["comments", (size) => `${start}<sf:A>${"<!-- -->".repeat(size / 8)}`],
    ["spaces in what is nil", (size) => `${start}<sf:A xsi:nil="true">x${" ".repeat(size)}x</sf:A>`],
    ["spaces in an id", (size) => start.replace("04k", `04k${" ".repeat(size)}04k`)],
    ["open angle brackets", (size) => start + "<".repeat(size)],
    ["a long name", (size) => `${start}<${"a".repeat(size)}`],
    ["a DOCTYPE that does not end", (size) => `<!DOCTYPE a [${"<!ENTITY b 'c'>".repeat(size / 15)}`],
  ])("refuses endless %s in time proportional to size", (_, make) => {
    expect(measureGrowth(refuse, make, 24_000)).toBeLessThan(3.5);
  });
});
