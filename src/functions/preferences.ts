/** GET and PUT /api/preferences: what a person wants to be spared; and the timer that finishes interrupted changes. */
import { app, type InvocationContext, type Timer } from "@azure/functions";
import { preferencesSchema } from "../domain/preferences.ts";
import { getServices } from "../services.ts";
import { finishPreferences as finishAll } from "../usecases/finish-preferences.ts";
import { putPreferences, readPreferences } from "../usecases/put-preferences.ts";
import { forUser, readJson } from "./endpoint.ts";

/** What the caller said last; nothing at all is spared to begin with. */
export const getPreferences = forUser(async ({ caller, services }) => ({
  jsonBody: await readPreferences(services, caller.userId),
}));

/** Replaces what the caller said; `{}` spares nothing. */
export const putOwnPreferences = forUser(async ({ caller, request, services }) => {
  const preferences = await readJson(request, preferencesSchema);
  await putPreferences(services, caller.userId, preferences);
  return { jsonBody: preferences };
});

/** Every minute: changes that were interrupted before they reached every subscription. */
export async function finishPreferences(_timer: Timer, context: InvocationContext): Promise<void> {
  const { finished } = await finishAll(getServices());
  if (finished > 0) context.log(`Finished ${finished} changes of preferences.`);
}

const route = "api/preferences";
app.http("getPreferences", { route, methods: ["GET"], authLevel: "anonymous", handler: getPreferences });
app.http("putPreferences", { route, methods: ["PUT"], authLevel: "anonymous", handler: putOwnPreferences });
app.timer("finishPreferences", { schedule: "0 * * * * *", handler: finishPreferences });
