/** Tells a person's other devices what one of them said; a hint, since each of them reads the inbox anyway. */
import type { OrchestrationContext, Task } from "durable-functions";
import { z } from "zod";
import { receiptEchoSchema } from "../domain/receipt.ts";
import { callActivities, type Outcome } from "./call-activity.ts";
import { ACTIVITY } from "./names.ts";

/** What the activity `pushReceipts` answers: messages handed to SignalR. */
export const echoReportSchema = z.object({ pushed: z.int() });

/** Input: `receiptEchoSchema`; output: the outcome of the push, also when SignalR was out of reach for long. */
export function* echoReceipts(
  context: OrchestrationContext,
): Generator<Task, { push: Outcome<z.infer<typeof echoReportSchema>> | undefined }, unknown> {
  const echo = receiptEchoSchema.parse(context.df.getInput());
  const [push] = yield* callActivities(context, ACTIVITY.pushReceipts, [echo], echoReportSchema);
  return { push };
}
