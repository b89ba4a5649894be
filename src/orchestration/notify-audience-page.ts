/** The orchestration of one further page of a large audience. */
import type { OrchestrationContext, Task } from "durable-functions";
import { audiencePageSchema } from "../domain/audience.ts";
import { audiencePageInputSchema, type PageManifest } from "../domain/manifest.ts";
import { toScopes } from "../domain/subscription.ts";
import { toTraced } from "../domain/traced.ts";
import { callActivity } from "./call-activity.ts";
import { ACTIVITY } from "./names.ts";
import { notifyPage } from "./notify-page.ts";

/** Input: `audiencePageInputSchema`; output: a `PageManifest`. */
export function* notifyAudiencePage(context: OrchestrationContext): Generator<Task, PageManifest, unknown> {
  const { change, claim, rootInstanceId, after, ...rest } = audiencePageInputSchema.parse(
    context.df.getInput(),
  );
  if (claim.transition.outcome === "silent") throw new Error("A silent transition has no audience.");
  const request = { scopes: toScopes(change), after, decidedAt: claim.decidedAt };
  const page = yield* callActivity(context, ACTIVITY.loadAudience, request, audiencePageSchema);
  const traced = toTraced(rest);
  return yield* notifyPage(context, { change, claim, news: claim.transition, rootInstanceId, traced }, page);
}
