/**
 * Completes what an outbound message does not say: one call to Salesforce per message, whatever it lacks.
 *
 * An order that has to be completed is taken as Salesforce has it now, all of it, so that its fields belong to one
 * version; a message only ever promises the state at some time after the change.
 */
import { REQUIRED_FIELDS } from "../domain/order-change.ts";
import { SalesforceError } from "../domain/salesforce-error.ts";
import { inTime } from "../ingress/in-time.ts";
import type { OutboundNotification } from "../ingress/outbound-message.ts";
import type { Salesforce } from "../ingress/salesforce.ts";
import { findOrderFields, type OrderFieldNames } from "./find-order-fields.ts";
import { checkApiLimit } from "./read-order-pages.ts";

/** What completing asks of Salesforce. */
export type CompletionSource = Pick<
  Salesforce,
  "findFields" | "forgetFields" | "retrieveOrders" | "apiUsage"
>;

export interface CompleteNotificationsDeps {
  /** Opens the connection; null without a login: then messages are taken as they are. */
  openSalesforce: (() => Promise<CompletionSource>) | null;
  fields: OrderFieldNames;
  /** Fields that rules may use; one that is not in the message is unknown, not empty. */
  ruleFields: readonly string[];
  now(): Date;
}

/** Throws SalesforceError only when an order without the call could not be taken at all; `warn` hears of the others. */
export type CompleteNotifications = (
  notifications: readonly OutboundNotification[],
  warn: (text: string) => void,
) => Promise<OutboundNotification[]>;

/** Builds the use case. */
export function createCompleteNotifications(deps: CompleteNotificationsDeps): CompleteNotifications {
  // Salesforce leaves empty fields out, so a field that is not there may be empty or not selected in the message.
  const wanted = [...REQUIRED_FIELDS, ...deps.fields.coreFields, ...deps.ruleFields];
  return async (notifications, warn) => {
    const open = deps.openSalesforce;
    const incomplete = notifications.filter(({ fields }) => lacksAny(fields, wanted));
    const ids = incomplete.flatMap(({ fields }) => fields["Id"] ?? []);
    if (open === null || ids.length === 0) return [...notifications];
    const salesforce = await open();
    try {
      const orders = await inTime(retrieve(deps, salesforce, ids), MOST_MS, toTimeout);
      return notifications.flatMap((one) => (incomplete.includes(one) ? replace(one, orders) : one));
    } catch (error) {
      if (!(error instanceof SalesforceError)) throw error;
      if (error.problem === "invalidField") salesforce.forgetFields();
      if (incomplete.some(({ fields }) => lacksAny(fields, REQUIRED_FIELDS))) throw error;
      warn(`Orders of an outbound message were taken without fields that it lacks: ${error.message}`);
      return [...notifications];
    }
  };
}

/** Salesforce waits 60 seconds for the Ack, and the changes have to be started after this (ms). */
const MOST_MS = 25_000;

function toTimeout(): SalesforceError {
  return new SalesforceError(
    "timeout",
    "Salesforce did not complete the orders of an outbound message in time.",
  );
}

async function retrieve(
  { fields, now }: CompleteNotificationsDeps,
  salesforce: CompletionSource,
  ids: readonly string[],
): Promise<ReadonlyMap<string, OutboundNotification["fields"]>> {
  checkApiLimit(salesforce, now());
  const { visible } = await findOrderFields(salesforce, fields);
  const orders = await salesforce.retrieveOrders([...new Set(ids)], visible);
  return new Map(orders.map((order) => [toKey(order["Id"]), order]));
}

/** An order that is gone has nothing more to tell, unless the message itself was enough. */
function replace(
  notification: OutboundNotification,
  orders: ReadonlyMap<string, OutboundNotification["fields"]>,
): OutboundNotification[] {
  const { Id: id } = notification.fields;
  // Not an order that is gone: without an id nothing was asked for.
  if (id == null) return [notification];
  const fields = orders.get(toKey(id));
  if (fields !== undefined) return [{ ...notification, fields }];
  return lacksAny(notification.fields, REQUIRED_FIELDS) ? [] : [notification];
}

/** Ids of 15 and 18 characters of one order meet in the first 15. */
function toKey(id: string | null | undefined): string {
  return (id ?? "").slice(0, 15);
}

function lacksAny(fields: OutboundNotification["fields"], wanted: readonly string[]): boolean {
  return wanted.some((field) => !(field in fields));
}
