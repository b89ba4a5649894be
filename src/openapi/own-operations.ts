/** Routes of a signed-in person: what is theirs alone. */
import { z } from "zod";
import { inboxPageSchema } from "../domain/notification.ts";
import { preferencesSchema } from "../domain/preferences.ts";
import { receiptSchema } from "../domain/receipt.ts";
import { subscriptionRulesSchema } from "../domain/subscription.ts";
import { pathScopeSchema } from "../functions/endpoint.ts";
import { querySchema as inboxQuerySchema } from "../functions/notifications.ts";
import {
  connectionSchema,
  openApiSchema,
  ownSubscriptionSchema,
  ownSubscriptionsSchema,
  readAllSchema,
  recordedReceiptsSchema,
} from "./answers.ts";
import { DONE, jsonAnswer, jsonBody, type Operation } from "./operation.ts";

const audience = "signedIn";
const scopeParameters = z.object({ scope: pathScopeSchema });

export const OWN_OPERATIONS: readonly Operation[] = [
  {
    id: "negotiate",
    method: "post",
    path: "/api/negotiate",
    summary: "Gives a SignalR address and a token for exactly the person who asks; the hub is `orders`.",
    audience,
    answers: { 200: jsonAnswer(connectionSchema, "Where to connect, and with what.") },
  },
  {
    id: "getNotifications",
    method: "get",
    path: "/api/notifications",
    summary:
      "The newest notifications; with `since` what is new or changed, with `before` the next older ones.",
    audience,
    parameters: inboxQuerySchema,
    answers: { 200: jsonAnswer(inboxPageSchema, "A page, newest first; `nextSince` is the next `since`.") },
  },
  {
    id: "postReceipts",
    method: "post",
    path: "/api/notifications/receipts",
    summary:
      "Says what the client did with notifications; a state implies the ones before it, and none is taken back.",
    audience,
    body: jsonBody(receiptSchema),
    answers: { 200: jsonAnswer(recordedReceiptsSchema, "How many rose, and which ids are unknown.") },
  },
  {
    id: "postReadAll",
    method: "post",
    path: "/api/notifications/read-all",
    summary: "Marks everything unread as read.",
    audience,
    body: jsonBody(z.strictObject({}), false),
    answers: { 200: jsonAnswer(readAllSchema, "How many rose; `more` asks to call again.") },
  },
  {
    id: "getSubscriptions",
    method: "get",
    path: "/api/subscriptions",
    summary: "What the person follows and may follow.",
    audience,
    answers: { 200: jsonAnswer(ownSubscriptionsSchema, "Subscriptions and grants.") },
  },
  {
    id: "putSubscription",
    method: "put",
    path: "/api/subscriptions/{scope}",
    summary: "Follows a scope that was granted; `{}` means everything of it.",
    audience,
    parameters: scopeParameters,
    body: jsonBody(subscriptionRulesSchema, false),
    answers: { 200: jsonAnswer(ownSubscriptionSchema, "The rules that stand now.") },
  },
  {
    id: "deleteSubscription",
    method: "delete",
    path: "/api/subscriptions/{scope}",
    summary: "Stops following a scope; stopping twice is no error.",
    audience,
    parameters: scopeParameters,
    answers: DONE,
  },
  {
    id: "getPreferences",
    method: "get",
    path: "/api/preferences",
    summary: "What the person wants to be spared.",
    audience,
    answers: { 200: jsonAnswer(preferencesSchema, "Quiet hours and mutes.") },
  },
  {
    id: "putPreferences",
    method: "put",
    path: "/api/preferences",
    summary: "Replaces what the person wants to be spared; `{}` spares nothing.",
    audience,
    body: jsonBody(preferencesSchema, false),
    answers: { 200: jsonAnswer(preferencesSchema, "What stands now.") },
  },
  {
    id: "getRoot",
    method: "get",
    path: "/",
    summary: "Leads to the first page.",
    audience,
    answers: { 302: { description: "The first page.", headers: { location: "`/app/`" } } },
  },
  {
    id: "getOpenApi",
    method: "get",
    path: "/api/openapi.json",
    summary: "This description.",
    audience,
    answers: { 200: jsonAnswer(openApiSchema, "OpenAPI 3.1.") },
  },
];
