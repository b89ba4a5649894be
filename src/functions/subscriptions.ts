/** GET /api/subscriptions, PUT and DELETE /api/subscriptions/{scope}: what a person follows. */
import { app } from "@azure/functions";
import { scopeSchema, subscriptionRulesSchema } from "../domain/subscription.ts";
import { listSubscriptions, putSubscription } from "../usecases/put-subscription.ts";
import { forUser, parseRequest, readJson } from "./endpoint.ts";

/** What the caller follows and may follow. */
export const getSubscriptions = forUser(async ({ caller, services }) => ({
  jsonBody: await listSubscriptions(services, caller.userId),
}));

/** Follows a scope; `{}` means everything of it. */
export const putOwnSubscription = forUser(async ({ caller, request, services }) => {
  const scope = parseRequest(scopeSchema, request.params["scope"]);
  const rules = await readJson(request, subscriptionRulesSchema);
  await putSubscription(services, caller.userId, scope, rules);
  return { jsonBody: { scope, ...rules } };
});

/** Stops following a scope; stopping twice is no error. */
export const deleteOwnSubscription = forUser(async ({ caller, request, services }) => {
  const scope = parseRequest(scopeSchema, request.params["scope"]);
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
