/** GET /api/subscriptions, PUT and DELETE /api/subscriptions/{scope}: what a person follows. */
import { app } from "@azure/functions";
import { z } from "zod";
import { ForbiddenError } from "../domain/errors.ts";
import { subscriptionRulesSchema } from "../domain/subscription.ts";
import { listSubscriptions, putSubscription } from "../usecases/put-subscription.ts";
import { forUser, parseRequest, pathScopeSchema, readJson } from "./endpoint.ts";

/** What names somebody else in a line of an import. */
const TARGET_KEYS = ["target", "group", "userId"];

/** What the caller follows and may follow. */
export const getSubscriptions = forUser(async ({ caller, services }) => ({
  jsonBody: await listSubscriptions(services, caller.userId),
}));

/** Follows a scope; `{}` means everything of it. Answers the rules that stand now: an administrator's `escalate` stays. */
export const putOwnSubscription = forUser(async ({ caller, request, services }) => {
  const scope = parseRequest(pathScopeSchema, request.params["scope"]);
  const body = await readJson(request, z.record(z.string(), z.unknown()));
  if (TARGET_KEYS.some((key) => key in body)) {
    throw new ForbiddenError("Only administrators may subscribe groups and other people, by an import.");
  }
  const rules = parseRequest(subscriptionRulesSchema, body);
  const written = await putSubscription(services, caller.userId, scope, rules);
  return { jsonBody: { scope, ...written } };
});

/** Stops following a scope; stopping twice is no error. */
export const deleteOwnSubscription = forUser(async ({ caller, request, services }) => {
  const scope = parseRequest(pathScopeSchema, request.params["scope"]);
  await services.subscriptions.remove(scope, { kind: "user", userId: caller.userId });
  return { status: 204 };
});

app.http("getSubscriptions", {
  route: "api/subscriptions",
  methods: ["GET"],
  authLevel: "anonymous",
  handler: getSubscriptions,
});
app.http("putSubscription", {
  route: "api/subscriptions/{scope}",
  methods: ["PUT"],
  authLevel: "anonymous",
  handler: putOwnSubscription,
});
app.http("deleteSubscription", {
  route: "api/subscriptions/{scope}",
  methods: ["DELETE"],
  authLevel: "anonymous",
  handler: deleteOwnSubscription,
});
