/** Which code decided, as the record says. */
import { z } from "zod";
import { ACTIVITY } from "../orchestration/names.ts";

const claimSchema = z.object({
  EventType: z.literal("TaskCompleted"),
  FunctionName: z.literal(ACTIVITY.claimChange),
  Result: z.object({ codeVersion: z.string() }),
});
const recordSchema = z.object({ historyEvents: z.array(z.unknown()) });

/** The code version in the result of the claim; null where the record holds none. */
export function findRecordedCodeVersion(record: unknown): string | null {
  for (const event of recordSchema.safeParse(record).data?.historyEvents ?? []) {
    const claim = claimSchema.safeParse(event).data;
    if (claim) return claim.Result.codeVersion;
  }
  return null;
}
