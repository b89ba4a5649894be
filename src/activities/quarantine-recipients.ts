/**
 * Keeps whom a batch could not reach, so that an administrator can deliver it again. Most failures are refused pushes,
 * after which the inbox row stands already; the rows are written once more here, without a push, to know which do.
 * It runs at least once: the same failure writes the same rows.
 */
import type { FailedRecipient, QuarantineReport, QuarantineRequest } from "../domain/dead-letter.ts";
import type { DeliveryBatch } from "../domain/delivery-batch.ts";
import { inTurns } from "../domain/in-turns.ts";
import type { DeadLettersTable } from "../storage/dead-letters-table.ts";

export interface QuarantineDeps {
  deadLetters: Pick<DeadLettersTable, "put">;
  /** The activity itself, not its function: nothing that it answers is pushed. */
  deliverBatch: (batch: DeliveryBatch) => Promise<unknown>;
}

/** Builds the activity. */
export function createQuarantineRecipients({
  deadLetters,
  deliverBatch,
}: QuarantineDeps): (request: QuarantineRequest) => Promise<QuarantineReport> {
  return async ({ instanceId, announcement, failed }) => {
    const store = async (recipients: readonly FailedRecipient[]): Promise<boolean> => {
      try {
        const batch = { instanceId, announcement, recipients: recipients.map(({ recipient }) => recipient) };
        await deliverBatch(batch);
        return true;
      } catch {
        // Why is known already: it is the cause that the letter keeps.
        return false;
      }
    };
    // One that cannot be stored keeps none of the others from it.
    const areStored = (await store(failed))
      ? failed.map(() => true)
      : await inTurns(failed, STORES_AT_ONCE, (one) => store([one]));
    await deadLetters.put(
      failed.map((one, index) => ({ ...one, instanceId, announcement, isStored: areStored[index] ?? false })),
    );
    return { areStored };
  };
}

const STORES_AT_ONCE = 10;
