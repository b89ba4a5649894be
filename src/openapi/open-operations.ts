/** Routes that nobody signs in for. */
import { z } from "zod";
import { healthSchema } from "../domain/health.ts";
import { liveSchema } from "./answers.ts";
import { jsonAnswer, type Operation } from "./operation.ts";

const ready = (description: string) => ({
  ...jsonAnswer(healthSchema, description),
  headers: { "cache-control": "no-store" },
});
const SOAP = ["text/xml"];

export const OPEN_OPERATIONS: readonly Operation[] = [
  {
    id: "outboundMessages",
    method: "post",
    path: "/api/salesforce/outbound-messages",
    summary: "Takes an outbound message of up to 100 orders; acknowledged is only what is durably started.",
    audience: "salesforce",
    body: {
      types: SOAP,
      isRequired: true,
      description: "A SOAP 1.1 envelope in UTF-8, as Salesforce sends it.",
    },
    answers: {
      200: { description: "`<Ack>true</Ack>`.", types: SOAP },
      400: { description: "A SOAP fault that says what does not fit.", types: SOAP },
      403: { description: "A SOAP fault: an organisation or a certificate that is not listed.", types: SOAP },
      503: {
        description: "A SOAP fault: not durably started. Salesforce sends the message again.",
        types: SOAP,
      },
    },
  },
  {
    id: "getLive",
    method: "get",
    path: "/api/health/live",
    summary: "Says that the app answers.",
    audience: "anyone",
    answers: { 200: jsonAnswer(liveSchema, "It does.") },
  },
  {
    id: "getReady",
    method: "get",
    path: "/api/health/ready",
    summary: "Says how storage, polling and the webhook are.",
    audience: "anyone",
    answers: { 200: ready("Well, or degraded."), 503: ready("Unavailable.") },
  },
  {
    id: "getPage",
    method: "get",
    path: "/app/{file}",
    summary: "Serves a page or a file of one; `file` may hold slashes, and nothing asks for the first page.",
    audience: "anyone",
    parameters: z.object({ file: z.string() }),
    answers: {
      200: { description: "The file.", types: ["text/html", "text/javascript", "text/css", "image/svg+xml"] },
      404: { description: "There is no such file." },
    },
  },
];
