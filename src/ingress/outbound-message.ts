/** Reads the SOAP document that Salesforce posts; the reader is strict about structure and leaves every value as text. */
import { SaxesParser, type SaxesTagNS } from "saxes";
import {
  checkAttributes,
  checkText,
  isNil,
  isOrder,
  placeOf,
  refuse,
  trimSpace,
  type Place,
} from "./outbound-message-grammar.ts";
import { quote } from "./quote.ts";

/** One notification: an order as Salesforce sent it, or no fields at all when the order was deleted before sending. */
export type OutboundNotification = {
  outboundMessageNotificationId: string;
  fields: Record<string, string | null>;
};

/** What Salesforce sent, every value as text, nothing interpreted. */
export type OutboundMessage = {
  organizationId: string;
  actionId: string;
  notifications: OutboundNotification[];
};

/** The XML parser looks through all open elements at each new one: without a limit, time is quadratic in depth. */
const DEEPEST = 16;
const MOST_NOTIFICATIONS = 100;
/** Per element, namespace declarations included: far more than any sender writes, and few enough to stay quick. */
const MOST_ATTRIBUTES = 100;

/** Salesforce ids; which ones make sense is for others to say. */
const ID = /^[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?$/;

type OpenElement = { place: Place; name: string; isNil: boolean; children: Set<string>; text: string };
type Draft = {
  id: string | undefined;
  isOrder: boolean;
  fields: Map<string, string | null>;
};

/** Reads an outbound message about orders; throws `OutboundMessageError`, and nothing else, for anything else. */
export function parseOutboundMessage(xml: string): OutboundMessage {
  return new Reader().read(xml);
}

class Reader {
  readonly #parser = new SaxesParser({ xmlns: true, defaultXMLVersion: "1.0", forceXMLVersion: true });
  readonly #open: OpenElement[] = [];
  readonly #notifications: OutboundNotification[] = [];
  #organizationId: string | undefined;
  #actionId: string | undefined;
  #hasMessage = false;
  #draft = newDraft();

  read(xml: string): OutboundMessage {
    const parser = this.#parser;
    parser.on("error", (error) =>
      refuse("notXml", `The body is not well-formed XML: ${quote(error.message)}.`),
    );
    parser.on("doctype", () => refuse("doctype", "The body has a DOCTYPE, which SOAP forbids."));
    parser.on("processinginstruction", ({ target }) =>
      refuse("processingInstruction", `The body has the instruction ${quote(target)}, which SOAP forbids.`),
    );
    parser.on("xmldecl", ({ encoding = "utf-8", version = "1.0" }) => {
      if (version !== "1.0") refuse("notXml", `The body is XML ${quote(version)}; expected 1.0.`);
      if (encoding.toLowerCase() === "utf-8") return;
      refuse("unknownEncoding", `The XML declaration says ${quote(encoding)}; expected UTF-8.`);
    });
    let attributes = 0;
    parser.on("opentagstart", () => (attributes = 0));
    parser.on("attribute", () => {
      attributes += 1;
      if (attributes > MOST_ATTRIBUTES)
        refuse("notAnOutboundMessage", `Found an element with more than ${MOST_ATTRIBUTES} attributes.`);
    });
    parser.on("opentag", (tag) => this.#enter(tag));
    parser.on("text", (text) => this.#append(text));
    parser.on("cdata", (text) => this.#append(text));
    parser.on("closetag", () => this.#leave());
    parser.write(xml).close();
    return this.#finish();
  }

  #enter(tag: SaxesTagNS): void {
    if (this.#open.length >= DEEPEST) {
      refuse("tooDeep", `The elements are nested deeper than ${DEEPEST}.`);
    }
    const parent = this.#open.at(-1);
    const place = placeOf(parent, tag);
    checkAttributes(place, tag);
    if (parent && place !== "notification" && place !== "header") checkOnlyOne(parent, tag);
    parent?.children.add(tag.local);
    if (place === "notifications") this.#hasMessage = true;
    if (place === "notification") this.#startNotification();
    if (place === "sObject") this.#draft.isOrder = isOrder(tag, (prefix) => this.#parser.resolve(prefix));
    const name = place === "part" ? `${parent?.name}.${tag.local}` : tag.local;
    const nil = place !== "header" && isNil(tag);
    this.#open.push({ place, name, isNil: nil, children: new Set(), text: "" });
  }

  #append(text: string): void {
    const element = this.#open.at(-1);
    if (element === undefined || element.place === "header") return;
    checkText(element, text);
    element.text += text;
  }

  #leave(): void {
    const element = this.#open.pop();
    if (element === undefined) return;
    checkNil(element);
    const { place, text } = element;
    if (place === "organizationId") this.#organizationId = trimSpace(text) || undefined;
    if (place === "actionId") this.#actionId = toId(element);
    if (place === "notificationId") this.#draft.id = toId(element);
    if (place === "field" || place === "part") keepField(element, this.#draft.fields);
    if (place === "notification") this.#notifications.push(toNotification(this.#draft));
  }

  #startNotification(): void {
    if (this.#notifications.length >= MOST_NOTIFICATIONS) {
      refuse("tooManyNotifications", `Found more than ${MOST_NOTIFICATIONS} notifications in one message.`);
    }
    this.#draft = newDraft();
  }

  #finish(): OutboundMessage {
    if (!this.#hasMessage)
      refuse("notAnOutboundMessage", "Found no notifications element in a SOAP 1.1 Body.");
    const organizationId =
      this.#organizationId ??
      refuse("noOrganizationId", "Found no OrganizationId; expected the id of the org.");
    const actionId =
      this.#actionId ?? refuse("noActionId", "Found no ActionId; expected that of the outbound message.");
    if (this.#notifications.length === 0) {
      refuse("noNotification", `Found no Notification; expected 1 to ${MOST_NOTIFICATIONS}.`);
    }
    return { organizationId, actionId, notifications: this.#notifications };
  }
}

function newDraft(): Draft {
  return { id: undefined, isOrder: false, fields: new Map() };
}

function toNotification(draft: Draft): OutboundNotification {
  const id =
    draft.id ?? refuse("noNotificationId", "Found a notification without Id; every notification needs one.");
  if (draft.fields.size > 0 && !draft.isOrder) {
    refuse("notAnOrder", "Found an sObject without xsi:type; expected one of type Order.");
  }
  return { outboundMessageNotificationId: id, fields: Object.fromEntries(draft.fields) };
}

/** A field that stands twice says two things, and only one of them could be kept. */
function checkOnlyOne(parent: OpenElement, tag: SaxesTagNS): void {
  if (!parent.children.has(tag.local)) return;
  refuse("notAnOutboundMessage", `Found a second ${quote(tag.local)} in one ${quote(parent.name)}.`);
}

function checkNil({ isNil: nil, name, children, text }: OpenElement): void {
  if (!nil || (children.size === 0 && trimSpace(text) === "")) return;
  refuse("notAnOutboundMessage", `The element ${quote(name)} is nil and has content; expected one of them.`);
}

function toId({ name, text }: OpenElement): string | undefined {
  const id = trimSpace(text);
  if (id === "") return undefined;
  if (!ID.test(id))
    refuse("malformedId", `The ${name} is ${quote(id)}; expected 15 or 18 letters and digits.`);
  return id;
}

/** A compound field (an address, a location) has no text of its own: its parts are kept as `BillingAddress.city`. */
function keepField(element: OpenElement, fields: Map<string, string | null>): void {
  if (element.children.size === 0) {
    fields.set(element.name, element.isNil ? null : element.text);
  } else if (trimSpace(element.text) !== "") {
    refuse(
      "notAnOutboundMessage",
      `The field ${quote(element.name)} mixes text and elements; expected one of them.`,
    );
  }
}
