/**
 * Removes the rows of people who were told. A row that was written again since it was read stays: what it stands for
 * may have come after the count.
 */
import type { DigestBatch, DigestForgetReport } from "../domain/digest.ts";
import type { DigestsTable } from "../storage/digests-table.ts";

/** Builds the activity. */
export function createForgetDigests(deps: {
  digests: Pick<DigestsTable, "forget">;
}): (batch: DigestBatch) => Promise<DigestForgetReport> {
  return ({ dueMinute, digests }) => deps.digests.forget(dueMinute, digests);
}
