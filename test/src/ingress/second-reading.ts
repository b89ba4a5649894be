/**
 * A second opinion on what an outbound message says, for messages that the reader took.
 *
 * It parses the bytes with sax (an older relative of saxes, here with its own tree) and then accounts for all of it:
 * every element must stand on a path of the grammar below, every character must belong to a leaf, every attribute must
 * have a known meaning, and nothing may stand twice. Whatever cannot be accounted for makes it throw: the reader took a
 * message that it cannot have understood. It shares no code with the reader, and the grammar is written another way:
 * as patterns of whole paths instead of places below places.
 */
import { createRequire } from "node:module";

interface SaxTag {
  uri: string;
  local: string;
  attributes: Record<string, { uri: string; local: string; prefix: string; value: string }>;
  ns: Record<string, string>;
}
interface SaxParser {
  write(text: string): { close(): void };
}
// jsforce brings sax, which has no types.
const sax = createRequire(import.meta.url)("sax") as {
  MAX_BUFFER_LENGTH: number;
  parser(strict: boolean, options: object): SaxParser;
};
sax.MAX_BUFFER_LENGTH = Number.POSITIVE_INFINITY;

interface Element {
  path: string;
  name: string;
  tag: SaxTag;
  children: Element[];
  text: string;
}

/** What one notification says, every value as it is written. */
export interface SecondNotification {
  id: string;
  fields: Record<string, string | null>;
}

const PREFIXES: Readonly<Record<string, string>> = {
  "http://schemas.xmlsoap.org/soap/envelope/": "S",
  "http://soap.sforce.com/2005/09/outbound": "O",
  "urn:sobject.enterprise.soap.sforce.com": "F",
  "urn:sobject.partner.soap.sforce.com": "F",
};
const XSI = "http://www.w3.org/2001/XMLSchema-instance";
const MESSAGE = "/S:Envelope/S:Body/O:notifications";
const ORDER = `${MESSAGE}/O:Notification/O:sObject`;
const INNER_PATHS = new RegExp(
  `^(/S:Envelope(/S:Header.*|/S:Body)?|${MESSAGE}(/O:Notification(/O:sObject)?)?|${ORDER}/F:(\\w+Address|\\w+__c))$`,
);
const LEAF_PATHS = new RegExp(
  `^(/S:Envelope/S:Header.*|${MESSAGE}/O:(OrganizationId|ActionId|SessionId|EnterpriseUrl|PartnerUrl)|` +
    `${MESSAGE}/O:Notification/O:Id|${ORDER}|${ORDER}/F:[A-Za-z]\\w*(/F:[A-Za-z]\\w*)?)$`,
);
/** What may stand more than once below one parent. */
const REPEATED = new Set(["O:Notification"]);

const isBlank = (text: string) => /^[ \t\r\n]*$/.test(text);
const trim = (text: string) => text.replaceAll(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
const doubt = (why: string): never => {
  throw new Error(`the second reading cannot account for ${why}`);
};

/** Reads a message once more; throws for whatever it cannot account for. */
export function readSecondly(bytes: Uint8Array): {
  organizationId: string;
  notifications: SecondNotification[];
} {
  const envelope = toTree(bytes);
  account(envelope);
  const message = envelope.children.find(({ name }) => name === "S:Body")?.children[0];
  const leaf = (parent: Element | undefined, name: string) =>
    trim(parent?.children.find((child) => child.name === name)?.text ?? doubt(`a missing ${name}`));
  const notifications = (message?.children ?? []).filter(({ name }) => name === "O:Notification");
  if (notifications.length < 1 || notifications.length > 100) doubt(`${notifications.length} notifications`);
  if (!/^\w{15,18}$/.test(leaf(message, "O:ActionId"))) doubt("the ActionId");
  return {
    organizationId: leaf(message, "O:OrganizationId"),
    notifications: notifications.map((one) => ({ id: leaf(one, "O:Id"), fields: readFields(one) })),
  };
}

function readFields(notification: Element): Record<string, string | null> {
  const order = notification.children.find(({ name }) => name === "O:sObject");
  const fields: Record<string, string | null> = {};
  for (const { tag, text, children } of order?.children ?? []) {
    if (children.length === 0) fields[tag.local] = nilOf(tag) ? null : text;
    for (const part of children)
      fields[`${tag.local}.${part.tag.local}`] = nilOf(part.tag) ? null : part.text;
  }
  return fields;
}

function nilOf({ attributes }: SaxTag): boolean {
  const nil = trim(
    Object.values(attributes).find((a) => a.uri === XSI && a.local === "nil")?.value ?? "false",
  );
  if (!["true", "1", "false", "0"].includes(nil)) doubt(`xsi:nil="${nil}"`);
  return nil === "true" || nil === "1";
}

function account(element: Element): void {
  const { path, tag, children, text } = element;
  if (children.length > 0) {
    if (!INNER_PATHS.test(path)) doubt(`elements below ${path}`);
    if (!isBlank(text) && !path.includes("/S:Header")) doubt(`text beside the elements of ${path}`);
  } else if (!LEAF_PATHS.test(path) && !isBlank(text)) doubt(`text in ${path}`);
  if (children.length === 0 && path === ORDER && !isBlank(text)) doubt("text in an sObject");
  if (!INNER_PATHS.test(path) && !LEAF_PATHS.test(path)) doubt(path);
  if (path.includes("/S:Header")) accountForHeader(element);
  else accountForAttributes(element);
  const names = children.map(({ name }) => name).filter((name) => !REPEATED.has(name));
  if (!path.includes("/S:Header") && new Set(names).size < names.length) doubt(`twins below ${path}`);
  for (const child of children) account(child);
  if (path === ORDER && children.length > 0) {
    const [prefix, type] = (
      Object.values(tag.attributes).find((a) => a.uri === XSI && a.local === "type")?.value ?? ""
    )
      .trim()
      .split(":") as [string, string | undefined];
    const uri = type === undefined ? tag.ns[""] : tag.ns[prefix];
    if (PREFIXES[uri ?? ""] !== "F" || (type ?? prefix) !== "Order") doubt("the type of an sObject");
  }
}

function accountForHeader({ tag }: Element): void {
  for (const a of Object.values(tag.attributes)) {
    if (PREFIXES[a.uri] === "S" && a.local === "mustUnderstand" && !["0", "false"].includes(trim(a.value)))
      doubt("a header that must be understood");
  }
}

function accountForAttributes({ path, tag, children, text }: Element): void {
  if (nilOf(tag) && (children.length > 0 || !isBlank(text))) doubt(`content of ${path}, which is nil`);
  if (!path.startsWith(MESSAGE)) return;
  for (const a of Object.values(tag.attributes)) {
    const isDeclaration = a.prefix === "xmlns" || (a.prefix === "" && a.local === "xmlns");
    const isKnown = a.uri === XSI && ["nil", "type"].includes(a.local);
    if (!isDeclaration && !isKnown && a.prefix !== "xml") doubt(`the attribute ${a.local} of ${path}`);
  }
}

function toTree(bytes: Uint8Array): Element {
  // XML's own rule, which sax leaves out: line breaks are one character before anything else is read.
  const xml = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
    .decode(bytes)
    .replaceAll(/\r\n?/g, "\n");
  const parser = sax.parser(true, { xmlns: true, strictEntities: true });
  const open: Element[] = [];
  let root: Element | undefined;
  const append = (text: string) => {
    const element = open.at(-1);
    if (element) element.text += text;
  };
  Object.assign(parser, {
    onerror: (error: Error) => {
      throw error;
    },
    ondoctype: () => doubt("a DOCTYPE"),
    onprocessinginstruction: ({ name, body }: { name: string; body: string }) => {
      if (name !== "xml" || open.length > 0) doubt(`the instruction ${name}`);
      const encoding = /encoding\s*=\s*["']([^"']*)/.exec(body)?.[1] ?? "utf-8";
      if (!/version\s*=\s*["']1\.0["']/.test(body) || encoding.toLowerCase() !== "utf-8")
        doubt(`<?xml ${body}?>`);
    },
    onopentag: (tag: SaxTag) => {
      const parent = open.at(-1);
      const name = `${PREFIXES[tag.uri] ?? `{${tag.uri}}`}:${tag.local}`;
      // What sax gives away once is kept as it is now: the prefixes in scope come from a prototype chain.
      const element = { path: `${parent?.path ?? ""}/${name}`, name, tag, children: [], text: "" };
      parent?.children.push(element);
      root ??= element;
      open.push(element);
    },
    onclosetag: () => void open.pop(),
    ontext: append,
    oncdata: append,
  });
  parser.write(xml).close();
  return root ?? doubt("a message without elements");
}
