/** Reads the SOAP document that Salesforce posts; the reader is strict about structure and leaves every value as text. */
import { SaxesParser, type SaxesTagNS } from "saxes";
import { isNil, isOrder, placeOf, refuse, type Place } from "./outbound-message-grammar.ts";
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

type OpenElement = { place: Place; name: string; isNil: boolean; hasChildren: boolean; text: string };
type Draft = {
  id: string | undefined;
  sObjects: number;
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
  #bodies = 0;
  #messages = 0;
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
    parser.on("xmldecl", ({ encoding = "utf-8" }) => {
      if (encoding.toLowerCase() === "utf-8") return;
      refuse("unknownEncoding", `The XML declaration says ${quote(encoding)}; expected UTF-8.`);
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
    if (parent) parent.hasChildren = true;
    const place = placeOf(parent?.place, tag);
    if (place === "body") this.#bodies += 1;
    if (place === "notifications") this.#messages += 1;
    if (this.#bodies > 1 || this.#messages > 1) {
      refuse("notAnOutboundMessage", "Found a second Body or notifications element; expected one of each.");
    }
    if (place === "notification") this.#startNotification();
    if (place === "sObject") this.#startSObject(tag);
    const name = parent?.place === "field" ? `${parent.name}.${tag.local}` : tag.local;
    this.#open.push({ place, name, isNil: isNil(tag), hasChildren: false, text: "" });
  }

  #append(text: string): void {
    const element = this.#open.at(-1);
    if (element) element.text += text;
  }

  #leave(): void {
    const element = this.#open.pop();
    if (element?.place === "organizationId") this.#organizationId = toOnlyText(element, this.#organizationId);
    if (element?.place === "actionId") this.#actionId = toOnlyText(element, this.#actionId);
    if (element?.place === "notificationId") this.#draft.id = toOnlyText(element, this.#draft.id);
    if (element?.place === "field") keepField(element, this.#draft.fields);
    if (element?.place === "notification") this.#notifications.push(toNotification(this.#draft));
  }

  #startNotification(): void {
    if (this.#notifications.length >= MOST_NOTIFICATIONS) {
      refuse("tooManyNotifications", `Found more than ${MOST_NOTIFICATIONS} notifications in one message.`);
    }
    this.#draft = newDraft();
  }

  #startSObject(tag: SaxesTagNS): void {
    this.#draft.sObjects += 1;
    if (this.#draft.sObjects > 1)
      refuse("notAnOutboundMessage", "Found a notification with a second sObject.");
    this.#draft.isOrder = isOrder(tag, (prefix) => this.#parser.resolve(prefix));
  }

  #finish(): OutboundMessage {
    if (this.#messages === 0)
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
  return { id: undefined, sObjects: 0, isOrder: false, fields: new Map() };
}

function toNotification(draft: Draft): OutboundNotification {
  const id =
    draft.id ?? refuse("noNotificationId", "Found a notification without Id; every notification needs one.");
  if (draft.fields.size > 0 && !draft.isOrder) {
    refuse("notAnOrder", "Found an sObject without xsi:type; expected one of type Order.");
  }
  return { outboundMessageNotificationId: id, fields: Object.fromEntries(draft.fields) };
}

function toOnlyText(element: OpenElement, before: string | undefined): string | undefined {
  if (before !== undefined) refuse("notAnOutboundMessage", `Found a second ${element.name}; expected one.`);
  return element.text.trim() || undefined;
}

/** A compound field (an address, a location) has no text of its own: its parts are kept as `BillingAddress.city`. */
function keepField(element: OpenElement, fields: Map<string, string | null>): void {
  if (element.hasChildren) {
    if (element.text.trim() === "") return;
    refuse(
      "notAnOutboundMessage",
      `The field ${quote(element.name)} mixes text and elements; expected one of them.`,
    );
  }
  if (fields.has(element.name)) {
    refuse("notAnOutboundMessage", `Found the field ${quote(element.name)} twice in one notification.`);
  }
  fields.set(element.name, element.isNil ? null : element.text);
}
