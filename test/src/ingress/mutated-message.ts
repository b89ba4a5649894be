/** Outbound messages that something happened to; everything about one follows from its seed. */
import { readFileSync } from "node:fs";
import { toOutboundMessageXml } from "../../support/outbound-message.ts";

/** A damaged message and what was done to it. */
export interface MutatedMessage {
  readonly bytes: Uint8Array;
  readonly edits: readonly string[];
}

/** Random numbers that depend on a seed alone (mulberry32). */
class Dice {
  #state: number;
  constructor(seed: number) {
    // Neighbouring seeds must not give similar messages.
    this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
  }
  /** From 0 inclusive to `end` exclusive. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * end);
  }
  pick<T>(items: readonly [T, ...T[]]): T;
  pick<T>(items: readonly T[]): T | undefined;
  pick<T>(items: readonly T[]): T | undefined {
    return items[this.below(items.length)];
  }
}

const readFixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/outbound-messages/${name}.xml`, import.meta.url), "utf8");

const ordinary = toOutboundMessageXml({ orders: [{}] });
const several = toOutboundMessageXml({
  orders: [
    {
      Status: "Activated",
      Description: "5 < 6 & 7 ]]> é 👍 \u2028",
      Region__c: "EMEA",
      PoNumber: "00000114",
    },
    "deleted",
    { TotalAmount: "1.1E7", AccountId: null, acme__Carrier__c: "Søn\r\n\tline" },
    { Id: "801bm000029lXiH", OwnerId: "00558000001N0Ke", CreatedDate: "2026-11-22T09:00:00.000+0100" },
  ],
});
const inOtherWords = ordinary
  .replaceAll("soapenv", "S")
  .replaceAll(/<(\/?)sf:/g, "<$1")
  .replace('xmlns:sf="urn', 'xmlns="urn:sobject.enterprise.soap.sforce.com" xmlns:sf="urn')
  .replace("<notifications xmlns=", "<om:notifications xmlns:om=")
  .replace("</notifications>", "</om:notifications>")
  .replaceAll(
    /<(\/?)(OrganizationId|ActionId|SessionId|EnterpriseUrl|PartnerUrl|Notification|sObject)/g,
    "<$1om:$2",
  )
  .replace(/<om:Notification><Id>(\w+)<\/Id>/, "<om:Notification><om:Id>$1</om:Id>")
  .replaceAll('"', "'")
  .replaceAll("><", ">\r\n  <")
  .replace(">Draft<", "><![CDATA[Draft]]><");
const many = toOutboundMessageXml({ orders: Array.from({ length: 40 }, () => ({})) });

/** What is mutated; all of them are taken as they stand, but for the last two, whose orders lack fields. */
export const BASES: readonly [string, ...string[]] = [
  ordinary,
  several,
  inOtherWords,
  `\uFEFF${ordinary}`,
  readFixture("one-order"),
  many,
  readFixture("custom-fields"),
  readFixture("batch-with-deleted"),
];

const URIS = [
  "http://schemas.xmlsoap.org/soap/envelope/",
  "http://soap.sforce.com/2005/09/outbound",
  "http://www.w3.org/2001/XMLSchema-instance",
  "urn:sobject.enterprise.soap.sforce.com",
  "urn:sobject.partner.soap.sforce.com",
  "http://www.w3.org/2003/05/soap-envelope",
  "http://www.w3.org/XML/1998/namespace",
  "http://www.w3.org/2000/xmlns/",
  "urn:other",
  "",
] as const;
const ATTRIBUTES = [
  ' xsi:nil="true"',
  ' xsi:nil="1"',
  ' xsi:nil="false"',
  ' xsi:nil="yes"',
  ' xsi:nil="\u00a0true"',
  ' xsi:type="sf:Order"',
  ' xsi:type="Order"',
  ' xsi:type="sf:Account"',
  ' xsi:type=":Order"',
  ' xsi:type="xsd:string"',
  ' xsi:nul="true"',
  ' href="#1"',
  ' id="1"',
  ' soapenv:mustUnderstand="1"',
  ' xml:space="preserve"',
  ' xmlns="urn:other"',
  ' xmlns=""',
  ' xmlns:sf="urn:other"',
  ' xmlns:xsi="urn:other"',
  ' a="&lt;x&gt;"',
  ' a="<"',
] as const;
const SCRAPS = [
  "<",
  ">",
  "&",
  "]]>",
  "x",
  " ",
  "\r\n",
  "\u00a0",
  "\u0085",
  "\u2028",
  "\u0000",
  "\uFEFF",
  "\uFFFE",
  "&amp;",
  "&amp;lt;",
  "&#65;",
  "&#x41;",
  "&#0;",
  "&#x110000;",
  "&#xD800;",
  "&nbsp;",
  "&#;",
  "&x",
  "<!-- x -->",
  "<!-- -- -->",
  "<!--",
  "<![CDATA[x]]>",
  "<![CDATA[]]>",
  "<![CDATA[",
  "<?x y?>",
  '<?xml version="1.0"?>',
  "<!DOCTYPE a>",
  '<!DOCTYPE a [<!ENTITY b "ccc"><!ENTITY d "&b;&b;&b;&b;">]>',
  "<x/>",
  "<sf:Status>Closed</sf:Status>",
  "<sf:Extra__c>x</sf:Extra__c>",
  "<sf:AccountId><sf:Name>x</sf:Name></sf:AccountId>",
  "<Notification><Id>04l000000000009AAA</Id></Notification>",
  "<sObject/>",
  "<soapenv:Header/>",
  '<soapenv:Header><a xmlns="urn:x" soapenv:mustUnderstand="1"/></soapenv:Header>',
] as const;
const VALUES = [
  "",
  " ",
  "null",
  "true",
  "-0",
  "1e5",
  "1E-400",
  "0x10",
  "Infinity",
  "1,100.0",
  "801",
  "801000000000001",
  "001000000000001AAA",
  "2026-02-30T10:00:00.000Z",
  "2026-11-22T10:00:00Z",
  "2026-11-22T10:00:00.000+0000",
  "2026-11-22",
  "00D000000000002EAA",
  "&lt;sf:Status>x&lt;/sf:Status>",
  "x".repeat(1_001),
] as const;

type Edit = (xml: string, dice: Dice) => string;

const cut = (xml: string, dice: Dice, longest = 60): [string, string, string] => {
  const start = dice.below(xml.length + 1);
  const end = Math.min(xml.length, start + dice.below(longest));
  return [xml.slice(0, start), xml.slice(start, end), xml.slice(end)];
};
/** Cuts a tag out; the middle is empty where there is none. */
const cutTag = (xml: string, dice: Dice): [string, string, string] => {
  const at = xml.indexOf("<", dice.below(xml.length + 1));
  const end = at < 0 ? -1 : xml.indexOf(">", at);
  return end < 0 ? [xml, "", ""] : [xml.slice(0, at), xml.slice(at, end + 1), xml.slice(end + 1)];
};
/** Cuts a whole element out, from its start tag to the next end tag of that name. */
const cutElement = (xml: string, dice: Dice): [string, string, string] => {
  for (let tries = 0; tries < 5; tries += 1) {
    const [before, tag, after] = cutTag(xml, dice);
    const name = /^<([^\s/>!?]+)/.exec(tag)?.[1];
    const close = name === undefined ? -1 : after.indexOf(`</${name}>`);
    if (name === undefined || close < 0 || tag.endsWith("/>")) continue;
    const end = close + name.length + 3;
    return [before, tag + after.slice(0, end), after.slice(end)];
  }
  return [xml, "", ""];
};
const atTagBorder = (xml: string, dice: Dice, insert: string): string => {
  const [before, tag, after] = cutTag(xml, dice);
  return before + tag + insert + after;
};
const escape = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

const EDITS: Readonly<Record<string, Edit>> = {
  deleteSpan: (xml, dice) => ((c) => c[0] + c[2])(cut(xml, dice)),
  duplicateSpan: (xml, dice) => ((c) => c[0] + c[1] + c[1] + c[2])(cut(xml, dice)),
  swapSpans: (xml, dice) => {
    const [before, first, rest] = cut(xml, dice);
    const [middle, second, after] = cut(rest, dice);
    return before + second + middle + first + after;
  },
  truncate: (xml, dice) => xml.slice(0, dice.below(xml.length)),
  spliceTwo: (xml, dice) => cut(xml, dice)[0] + cut(dice.pick(BASES), dice)[2],
  spliceTwoAtTags: (xml, dice) => cutTag(xml, dice)[0] + cutTag(dice.pick(BASES), dice).slice(1).join(""),
  insertScrap: (xml, dice) => ((c) => c[0] + dice.pick(SCRAPS) + c[2])(cut(xml, dice, 1)),
  insertScrapAtTag: (xml, dice) => atTagBorder(xml, dice, dice.pick(SCRAPS)),
  deleteTag: (xml, dice) => ((c) => c[0] + c[2])(cutTag(xml, dice)),
  duplicateTag: (xml, dice) => ((c) => c[0] + c[1] + c[1] + c[2])(cutTag(xml, dice)),
  renameTag: (xml, dice) => {
    const [before, tag, after] = cutTag(xml, dice);
    const name = /^<\/?([^\s/>!?]+)/.exec(tag)?.[1] ?? "";
    const [head, , tail] = cut(name, dice, 2);
    return before + tag.replace(name, head + dice.pick(["", "x", "X", "é", ":", "1"]) + tail) + after;
  },
  renameElement: (xml, dice) => {
    const [before, element, after] = cutElement(xml, dice);
    const name = /^<([^\s/>]+)/.exec(element)?.[1] ?? "";
    const other = dice.pick([
      name.toLowerCase(),
      `${name}x`,
      name.slice(0, -1),
      `x:${name}`,
      "Notification",
      "Id",
    ]);
    return (
      before +
      element.replace(`<${name}`, `<${other}`).replace(new RegExp(`</${name}>$`), `</${other}>`) +
      after
    );
  },
  deleteElement: (xml, dice) => ((c) => c[0] + c[2])(cutElement(xml, dice)),
  duplicateElement: (xml, dice) => ((c) => c[0] + c[1] + c[1] + c[2])(cutElement(xml, dice)),
  moveElement: (xml, dice) => {
    const [before, element, after] = cutElement(xml, dice);
    return atTagBorder(before + after, dice, element);
  },
  hideElement: (xml, dice) => {
    const [before, element, after] = cutElement(xml, dice);
    const hidden = dice.pick([
      `<!--${element}-->`,
      `<![CDATA[${element}]]>`,
      escape(element),
      `<x>${element}</x>`,
    ]);
    return before + hidden + after;
  },
  emptyElement: (xml, dice) => {
    const [before, element, after] = cutElement(xml, dice);
    return before + element.replace(/>[^]*<\//, "></") + after;
  },
  editAttribute: (xml, dice) => {
    const [before, tag, after] = cutTag(xml, dice);
    return before + tag.replace(/\s*\/?>$/, (end) => dice.pick(ATTRIBUTES) + end) + after;
  },
  removeAttribute: (xml, dice) => {
    const [before, tag, after] = cutTag(xml, dice);
    return before + tag.replace(/ [^\s=]+=("[^"]*"|'[^']*')/, "") + after;
  },
  swapNamespace: (xml, dice) => xml.replace(dice.pick(URIS.slice(0, 5)) ?? "", dice.pick(URIS)),
  damageNamespace: (xml, dice) => {
    const uri = dice.pick(URIS.slice(0, 4)) ?? "";
    const [before, , after] = cut(uri, dice, 2);
    return xml.replace(uri, before + after);
  },
  replaceValue: (xml, dice) => {
    const [before, tag, after] = cutTag(xml, dice);
    return before + tag + after.replace(/^[^<]+(?=<\/)/, () => dice.pick(VALUES));
  },
  referToCharacter: (xml, dice) => {
    const [before, tag, after] = cutTag(xml, dice);
    return before + tag + after.replace(/^[^<&\r]/u, (c) => `&#x${c.codePointAt(0)?.toString(16)};`);
  },
  nest: (xml, dice) => {
    const depth = dice.pick([1, 2, 5, 20, 2_000]);
    const name = dice.pick(["a", "sf:A", "sf:BillingAddress", "Notification"]);
    return atTagBorder(xml, dice, `<${name}>`.repeat(depth) + `</${name}>`.repeat(dice.pick([depth, 0])));
  },
  manyAttributes: (xml, dice) => {
    const [before, tag, after] = cutTag(xml, dice);
    const count = dice.pick([2, 50, 50, 3_000]);
    const prefix = dice.pick(["a", "xmlns:a", "xml:a"]);
    const attributes = Array.from({ length: count }, (_, i) => ` ${prefix}${i}="${i}"`).join("");
    return before + tag.replace(/\s*\/?>$/, (end) => attributes + end) + after;
  },
  editDeclaration: (xml, dice) =>
    xml.replace(
      /^(\uFEFF?)<\?xml[^>]*>/,
      (_, bom: string) =>
        bom +
        dice.pick([
          "",
          '<?xml version="1.1"?>',
          '<?xml version="1.0" encoding="utf-8" standalone="no"?>',
          '<?xml version="1.0" encoding="UTF-16"?>',
          " <?xml version='1.0'?>",
          "\uFEFF",
        ]),
    ),
};
const EDIT_NAMES = Object.keys(EDITS);

/** Bytes that are not UTF-8, or not what they look like: overlong, surrogate, cut off, beyond Unicode, UTF-16 mark. */
const BAD_BYTES: readonly [number[], ...number[][]] = [
  [0x80],
  [0xc0, 0xbc],
  [0xed, 0xa0, 0x80],
  [0xe2, 0x82],
  [0xf4, 0x90, 0x80, 0x80],
  [0xff, 0xfe],
];

function damageBytes(bytes: Uint8Array, dice: Dice): Uint8Array {
  const at = dice.below(bytes.length + 1);
  if (dice.below(3) === 0)
    return Buffer.concat([bytes.subarray(0, at), Uint8Array.from(dice.pick(BAD_BYTES)), bytes.subarray(at)]);
  const flipped = Uint8Array.from(bytes);
  for (let i = 0; i <= dice.below(3); i += 1) {
    const index = dice.below(flipped.length);
    flipped[index] = (flipped[index] ?? 0) ^ (1 << dice.below(8));
  }
  return flipped;
}

/** Makes the message of this seed: one of the bases with one to three edits. */
export function mutateMessage(seed: number): MutatedMessage {
  const dice = new Dice(seed);
  // The long one is rare: it costs as much as thirty others.
  const base = dice.below(8) > 0 ? dice.below(5) : dice.below(BASES.length);
  let xml = BASES[base] ?? "";
  const edits = [`base ${base}`];
  const times = 1 + (dice.below(3) === 0 ? dice.below(3) : 0);
  const damagesBytes = dice.below(10) === 0;
  for (let i = damagesBytes ? 1 : 0; i < times; i += 1) {
    const name = dice.pick(EDIT_NAMES) ?? "";
    edits.push(name);
    xml = EDITS[name]?.(xml, dice) ?? xml;
  }
  const bytes = new TextEncoder().encode(xml);
  if (!damagesBytes) return { bytes, edits };
  return { bytes: damageBytes(bytes, dice), edits: [...edits, "damageBytes"] };
}
