/** The whole way in for an outbound message: bytes → text → message → allowed organisation → changes. */
import { OTHER_FIELDS, type OrderChange } from "../domain/order-change.ts";
import { ForbiddenError } from "../domain/errors.ts";
import { isAllowedOrganization } from "./organization.ts";
import { decodeBody } from "./outbound-message-body.ts";
import { parseOutboundMessage } from "./outbound-message.ts";
import { toOrderChange } from "./to-order-change.ts";

/** Reads every change of a message, or throws and says why; there is no half of a message. */
export function readOrderChanges(
  body: { bytes: Uint8Array; contentType: string | null },
  o: { allowedOrganizations: readonly string[]; coreFields: readonly string[] },
): OrderChange[] {
  const message = parseOutboundMessage(decodeBody(body.bytes, body.contentType));
  if (!isAllowedOrganization(message.organizationId, o.allowedOrganizations)) {
    throw new ForbiddenError(
      "Messages of this organisation are not taken here: its id is not in SALESFORCE_ORG_IDS.",
    );
  }
  // An order deleted before sending comes without any field: there is nothing to tell, and a fault would hold back
  // the other orders of the message for 24 hours.
  const told = message.notifications.filter(({ fields }) => Object.keys(fields).length > 0);
  return told.map(({ fields, outboundMessageNotificationId }) =>
    toOrderChange(fields, {
      coreFields: o.coreFields,
      otherFields: OTHER_FIELDS,
      route: "outboundMessage",
      outboundMessageNotificationId,
    }),
  );
}
