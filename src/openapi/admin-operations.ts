/** Routes of administrators: who may follow what, and what could not be delivered. */
import { z } from "zod";
import { grantLineSchema } from "../domain/grant-lines.ts";
import { ownerLinkLineSchema } from "../domain/owner-link-lines.ts";
import { scopeSchema, subscriptionRulesSchema, targetSchema } from "../domain/subscription.ts";
import { deleteQuerySchema, getQuerySchema } from "../functions/admin-subscriptions.ts";
import { CONTENT_TYPE, querySchema as importQuerySchema } from "../functions/bulk-request.ts";
import { daySchema, idSchema, querySchema as lettersQuerySchema } from "../functions/dead-letters.ts";
import { bodySchema as grantBodySchema, paramsSchema as grantParamsSchema } from "../functions/grants.ts";
import { paramsSchema as memberParamsSchema } from "../functions/group-members.ts";
import { paramsSchema as linkParamsSchema } from "../functions/owner-links.ts";
import { paramsSchema as userParamsSchema } from "../functions/users.ts";
import {
  deadLetterPageSchema,
  erasedUserSchema,
  importAnswerSchema,
  problemSchema,
  redriveDaySchema,
  redriveSchema,
  removableAnswerSchema,
} from "./answers.ts";
import { DONE, jsonAnswer, jsonBody, type Operation } from "./operation.ts";

const audience = "OrderBell.Admin";
const BULK_TYPES = [CONTENT_TYPE.ndjson, CONTENT_TYPE.csv];

/** A bulk is written whole or not at all. */
function toImport(o: {
  id: string;
  path: string;
  summary: string;
  line: z.ZodType;
  answer: z.ZodType;
}): Operation {
  return {
    id: o.id,
    method: "put",
    path: o.path,
    summary: o.summary,
    audience,
    parameters: importQuerySchema,
    body: {
      types: BULK_TYPES,
      schema: o.line,
      isRequired: true,
      description:
        "At most 10,000 lines and 8 MB in UTF-8. Each line of NDJSON fits `x-line-schema`; CSV has the same columns.",
    },
    answers: { 200: jsonAnswer(o.answer, "What was written, or with `dryRun=true` would be.") },
  };
}

/** PUT and DELETE of something that a path names. */
function toPair(o: {
  name: string;
  path: string;
  parameters: z.ZodType;
  puts: string;
  ends: string;
}): Operation[] {
  const common = { path: o.path, audience, parameters: o.parameters, answers: DONE } as const;
  return [
    { id: `put${o.name}`, method: "put", summary: o.puts, ...common },
    { id: `delete${o.name}`, method: "delete", summary: o.ends, ...common },
  ];
}

const grants = toPair({
  name: "Grant",
  path: "/api/admin/grants/{userId}/{scope}",
  parameters: grantParamsSchema,
  puts: "Lets a person follow a scope.",
  ends: "Takes a grant back and ends the subscription that stood on it.",
}).map((one) => (one.method === "put" ? { ...one, body: jsonBody(grantBodySchema, false) } : one));

export const ADMIN_OPERATIONS: readonly Operation[] = [
  ...grants,
  toImport({
    id: "putGrants",
    path: "/api/admin/grants",
    summary: "Grants in bulk, and the ends of many.",
    line: grantLineSchema,
    answer: removableAnswerSchema,
  }),
  ...toPair({
    name: "OwnerLink",
    path: "/api/admin/owner-links/{salesforceUserId}/{userId}",
    parameters: linkParamsSchema,
    puts: "Lets a person follow the orders that a Salesforce user owns.",
    ends: "Ends a link and the subscription that stood on it.",
  }),
  toImport({
    id: "putOwnerLinks",
    path: "/api/admin/owner-links",
    summary: "Owner links in bulk, and the ends of many.",
    line: ownerLinkLineSchema,
    answer: removableAnswerSchema,
  }),
  ...toPair({
    name: "GroupMember",
    path: "/api/admin/groups/{group}/members/{userId}",
    parameters: memberParamsSchema,
    puts: "Adds a person to a group; they see what is said from now on.",
    ends: "Takes a person out of a group; they keep what was said while they were in it.",
  }),
  {
    id: "getAdminSubscriptions",
    method: "get",
    path: "/api/admin/subscriptions",
    summary: "Every subscription of people and groups, page by page.",
    audience,
    parameters: getQuerySchema,
    answers: {
      200: {
        description: "A page.",
        types: BULK_TYPES,
        headers: { link: "The next page (RFC 8288), if there is one." },
      },
    },
  },
  toImport({
    id: "putAdminSubscriptions",
    path: "/api/admin/subscriptions",
    summary: "Subscriptions of people and groups in bulk.",
    line: subscriptionRulesSchema.safeExtend({ scope: scopeSchema, target: targetSchema }),
    answer: importAnswerSchema,
  }),
  {
    id: "deleteAdminSubscription",
    method: "delete",
    path: "/api/admin/subscriptions",
    summary: "Ends one subscription, of a user or of a group.",
    audience,
    parameters: deleteQuerySchema,
    answers: DONE,
  },
  {
    id: "getDeadLetters",
    method: "get",
    path: "/api/admin/dead-letters",
    summary: "What could not be delivered, of a day or of the last seven.",
    audience,
    parameters: lettersQuerySchema,
    answers: { 200: jsonAnswer(deadLetterPageSchema, "A page, newest first.") },
  },
  {
    id: "postRedriveDay",
    method: "post",
    path: "/api/admin/dead-letters/redrive",
    summary: "Delivers the letters of a day again.",
    audience,
    body: jsonBody(daySchema),
    answers: {
      202: jsonAnswer(
        redriveDaySchema,
        "What was started, and how many letters are left for a further call.",
      ),
    },
  },
  {
    id: "postRedrive",
    method: "post",
    path: "/api/admin/dead-letters/{id}/redrive",
    summary: "Delivers one letter again.",
    audience,
    parameters: z.object({ id: idSchema }),
    answers: {
      202: jsonAnswer(redriveSchema, "Started."),
      404: { ...jsonAnswer(problemSchema, "There is no such letter."), types: ["application/problem+json"] },
      409: { ...jsonAnswer(problemSchema, "It was redriven already."), types: ["application/problem+json"] },
    },
  },
  {
    id: "deleteUser",
    method: "delete",
    path: "/api/admin/users/{userId}",
    summary: "Erases a person, and says what remains.",
    audience,
    parameters: userParamsSchema,
    answers: { 200: jsonAnswer(erasedUserSchema, "What was removed, and what the audit keeps.") },
  },
];
