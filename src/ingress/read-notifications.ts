/** The way in for an outbound message: bytes → text → message → allowed organisation → what it says of each order. */
import { ForbiddenError } from "../domain/errors.ts";
import { isAllowedOrganization } from "./organization.ts";
import { decodeBody } from "./outbound-message-body.ts";
import { type OutboundNotification, parseOutboundMessage } from "./outbound-message.ts";

/** Reads every notification that tells of an order, or throws and says why; there is no half of a message. */
export function readNotifications(
  body: { bytes: Uint8Array; contentType: string | null },
  allowedOrganizations: readonly string[],
): OutboundNotification[] {
  const message = parseOutboundMessage(decodeBody(body.bytes, body.contentType));
  if (!isAllowedOrganization(message.organizationId, allowedOrganizations)) {
    throw new ForbiddenError(
      "Messages of this organisation are not taken here: its id is not in SALESFORCE_ORG_IDS.",
    );
  }
  // An order deleted before sending comes without any field: there is nothing to tell, and a fault would hold back
  // the other orders of the message for 24 hours.
  return message.notifications.filter(({ fields }) => Object.keys(fields).length > 0);
}
