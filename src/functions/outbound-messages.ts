/** POST /api/salesforce/outbound-messages: the webhook; acknowledges only what is durably started. */
import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from "@azure/functions";
import { ForbiddenError, OrderBellError } from "../domain/errors.ts";
import { SalesforceError } from "../domain/salesforce-error.ts";
import { checkClientCertificate, CLIENT_CERTIFICATE_HEADER } from "../ingress/client-certificate.ts";
import { toAck, toFault } from "../ingress/outbound-message-answer.ts";
import { getServices } from "../services.ts";
import { toLogText } from "./problem.ts";
import { durableClient, toOrchestrationStarter } from "./orchestration-starter.ts";

/** Answers `<Ack>true</Ack>`, or a SOAP fault, on which Salesforce sends the whole message again for 24 hours. */
export async function receiveOutboundMessage(
  request: HttpRequest,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  try {
    const { config, now, takeOutboundMessage, evidenceArchive } = getServices();
    const thumbprints = config.SALESFORCE_CLIENT_CERT_THUMBPRINTS;
    checkClientCertificate(request.headers.get(CLIENT_CERTIFICATE_HEADER), thumbprints, now());
    const bytes = new Uint8Array(await request.arrayBuffer());
    const contentType = request.headers.get("content-type");
    const warn = (text: string) => context.warn(text);
    await takeOutboundMessage(
      { bytes, contentType },
      { starter: toOrchestrationStarter(context, evidenceArchive), warn },
    );
    return toXml(200, toAck());
  } catch (error) {
    return toFaultAnswer(error, context);
  }
}

function toFaultAnswer(error: unknown, context: InvocationContext): HttpResponseInit {
  // What goes wrong between us and Salesforce's API is no fault of the message.
  if (error instanceof OrderBellError && !error.retryable && !(error instanceof SalesforceError)) {
    context.warn(`An outbound message was refused: ${error.message}`);
    return toXml(error instanceof ForbiddenError ? 403 : 400, toFault("Client", error.message));
  }
  context.error(`An outbound message could not be taken over: ${toLogText(error)}`);
  return toXml(503, toFault("Server", "The changes could not be durably started. Send the message again."));
}

function toXml(status: number, body: string): HttpResponseInit {
  return { status, headers: { "content-type": "text/xml; charset=utf-8" }, body };
}

app.http("outboundMessages", {
  route: "api/salesforce/outbound-messages",
  methods: ["POST"],
  authLevel: "function",
  extraInputs: [durableClient],
  handler: receiveOutboundMessage,
});
