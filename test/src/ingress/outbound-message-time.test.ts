import { describe, expect, it } from "vitest";
import { OutboundMessageError } from "../../../src/ingress/outbound-message-error.ts";
import { parseOutboundMessage } from "../../../src/ingress/outbound-message.ts";
import { toOutboundMessageXml } from "../../support/outbound-message.ts";

/** Milliseconds; the best of three, because other work on the machine only ever adds time. */
function timeToRefuse(xml: string): number {
  const times = [1, 2, 3].map(() => {
    const start = performance.now();
    expect(() => parseOutboundMessage(xml)).toThrow(OutboundMessageError);
    return performance.now() - start;
  });
  return Math.min(...times);
}

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
    ["open angle brackets", (size) => start + "<".repeat(size)],
    ["a long name", (size) => `${start}<${"a".repeat(size)}`],
    ["a DOCTYPE that does not end", (size) => `<!DOCTYPE a [${"<!ENTITY b 'c'>".repeat(size / 15)}`],
  ])("refuses endless %s in time proportional to size", (_, make) => {
    const [small, large] = [make(60_000), make(600_000)];
    // Ten times the size may take ten times as long; quadratic time would take a hundred times.
    expect(timeToRefuse(large)).toBeLessThan(40 * Math.max(timeToRefuse(small), 4));
  });
});
