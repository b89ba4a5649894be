/** Why a request body was refused as an outbound message. */
import { OrderBellError } from "../domain/errors.ts";

/** Every way in which a body can fail to be an outbound message about orders. */
export type OutboundMessageRefusal =
  | "unknownContentType"
  | "unknownEncoding"
  | "tooLarge"
  | "notUtf8"
  | "notXml"
  | "doctype"
  | "processingInstruction"
  | "tooDeep"
  | "notAnOutboundMessage"
  | "noOrganizationId"
  | "noActionId"
  | "noNotification"
  | "tooManyNotifications"
  | "noNotificationId"
  | "malformedId"
  | "notAnOrder";

/** The body is not an outbound message about orders; sending the same bytes again cannot help. */
export class OutboundMessageError extends OrderBellError {
  readonly retryable = false;
  readonly reason: OutboundMessageRefusal;
  constructor(reason: OutboundMessageRefusal, message: string) {
    super(message);
    this.name = "OutboundMessageError";
    this.reason = reason;
  }
}
