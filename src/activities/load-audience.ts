/** Loads one further page of the audience. */
import type { AudiencePage } from "../domain/audience.ts";
import type { AudienceRequest } from "../domain/claim.ts";
import { loadAudiencePage, type LoadAudiencePageDeps } from "../usecases/load-audience-page.ts";

/** Builds the activity. */
export function createLoadAudience(
  deps: LoadAudiencePageDeps,
): (request: AudienceRequest) => Promise<AudiencePage> {
  return (request) => loadAudiencePage(deps, request);
}
