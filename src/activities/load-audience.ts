/** Loads one further page of the audience. */
import type { AudiencePage } from "../domain/audience.ts";
import type { AudienceRequest } from "../domain/claim.ts";
import type { SubscriptionsTable } from "../storage/subscriptions-table.ts";

/** Builds the activity. */
export function createLoadAudience(deps: {
  subscriptions: SubscriptionsTable;
}): (request: AudienceRequest) => Promise<AudiencePage> {
  return ({ scopes, after }) => deps.subscriptions.loadPage(scopes, after);
}
