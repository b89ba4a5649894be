/** Reads some of the people to whom a summary is due. */
import type { DigestPage, DigestPageRequest } from "../domain/digest.ts";
import type { DigestsTable } from "../storage/digests-table.ts";

/** Builds the activity. */
export function createLoadDigests(deps: {
  digests: Pick<DigestsTable, "readPage">;
}): (request: DigestPageRequest) => Promise<DigestPage> {
  return (request) => deps.digests.readPage(request);
}
