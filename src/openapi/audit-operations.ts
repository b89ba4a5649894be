/** Routes of auditors; every access is itself recorded. */
import { z } from "zod";
import { auditAccessesSchema } from "../domain/audit-access.ts";
import { orderAuditSchema, replayReportSchema, timelineSchema } from "../domain/audit.ts";
import { coverageSchema } from "../domain/coverage.ts";
import { whatIfAnswerSchema, whatIfRequestSchema } from "../domain/what-if.ts";
import { querySchema as accessesQuerySchema } from "../functions/audit-accesses.ts";
import { paramsSchema as instanceParamsSchema, periodSchema } from "../functions/audit-orchestrations.ts";
import { askedSchema } from "../functions/audit-orders.ts";
import { querySchema as coverageQuerySchema } from "../functions/coverage.ts";
import { paramsSchema as evidenceParamsSchema } from "../functions/evidence.ts";
import { keySetSchema, orchestrationPageSchema, problemSchema } from "./answers.ts";
import { type Answer, jsonAnswer, jsonBody, type Operation } from "./operation.ts";

const audience = "OrderBell.Auditor";
const refused = (description: string): Answer => ({
  ...jsonAnswer(problemSchema, description),
  types: ["application/problem+json"],
});
const orchestration = "/api/audit/orchestrations/{instanceId}";
const unread = {
  404: refused("There is no record of it."),
  422: refused("Its record cannot be read, or its evidence does not stand."),
};

export const AUDIT_OPERATIONS: readonly Operation[] = [
  {
    id: "getCoverage",
    method: "get",
    path: "/api/audit/coverage",
    summary: "Which versions of orders Salesforce told by which route.",
    audience,
    parameters: coverageQuerySchema,
    answers: { 200: jsonAnswer(coverageSchema, "Counts per hour or day.") },
  },
  {
    id: "getOrderAudit",
    method: "get",
    path: "/api/audit/orders/{orderId}",
    summary: "The changes of one order and what was decided about each.",
    audience,
    parameters: askedSchema,
    answers: {
      200: jsonAnswer(orderAuditSchema, "A hundred changes a page, oldest first."),
      404: refused("Nothing was ever heard of this order."),
    },
  },
  {
    id: "getOrchestrations",
    method: "get",
    path: "/api/audit/orchestrations",
    summary: "Orchestrations of a period that have ended.",
    audience,
    parameters: periodSchema,
    answers: { 200: jsonAnswer(orchestrationPageSchema, "A page of ids.") },
  },
  {
    id: "getTimeline",
    method: "get",
    path: orchestration,
    summary: "What happened in one orchestration, in words: who was told, who was not, and why.",
    audience,
    parameters: instanceParamsSchema,
    answers: { 200: jsonAnswer(timelineSchema, "The timeline."), ...unread },
  },
  {
    id: "postReplay",
    method: "post",
    path: `${orchestration}/replay`,
    summary: "Decides again over what is recorded, and says whether the same comes out; nothing is sent.",
    audience,
    parameters: instanceParamsSchema,
    body: jsonBody(z.strictObject({}), false),
    answers: { 200: jsonAnswer(replayReportSchema, "The verdict."), ...unread },
  },
  {
    id: "getEvidence",
    method: "get",
    path: `${orchestration}/evidence`,
    summary: "The signed evidence of one orchestration.",
    audience,
    parameters: evidenceParamsSchema,
    answers: {
      200: {
        description: "The file.",
        types: ["application/x-ndjson"],
        headers: { etag: "SHA-256 of the file.", "content-disposition": "The name of the file." },
      },
      404: refused("There is no evidence of it."),
      409: refused("It, or a part of it, is still running."),
    },
  },
  {
    id: "getAuditKeys",
    method: "get",
    path: "/api/audit/keys",
    summary: "The public keys of evidence.",
    audience,
    answers: {
      200: { ...jsonAnswer(keySetSchema, "A JWKS (RFC 7517)."), types: ["application/jwk-set+json"] },
    },
  },
  {
    id: "getAuditAccesses",
    method: "get",
    path: "/api/audit/accesses",
    summary: "Who looked at what an audit shows; reading it is an access too.",
    audience,
    parameters: accessesQuerySchema,
    answers: { 200: jsonAnswer(auditAccessesSchema, "The accesses of a day, oldest first.") },
  },
  {
    id: "postWhatIf",
    method: "post",
    path: "/api/audit/what-if",
    summary:
      "Who would gain and who would lose, if other subscriptions or today's code had decided; nothing is sent.",
    audience,
    body: jsonBody(whatIfRequestSchema),
    answers: { 200: jsonAnswer(whatIfAnswerSchema, "What would differ.") },
  },
];
