/** The orchestration that tells SignalR once a day which groups a person is in. */
import type { OrchestrationContext, Task } from "durable-functions";
import { z } from "zod";
import { principalIdSchema } from "../domain/subscription.ts";
import { callActivity } from "./call-activity.ts";
import { ACTIVITY } from "./names.ts";

/** The input of the orchestration. */
export const mirrorGroupsInputSchema = z.object({ userId: principalIdSchema });

/** The input of the activity: without `added` it adds, with it it removes those of `added` that were left meanwhile. */
export const pushGroupsInputSchema = mirrorGroupsInputSchema.extend({
  added: z.array(z.string()).optional(),
});

/** The result of the activity: the groups that the person was added to or removed from. */
export const pushGroupsOutputSchema = z.object({ groups: z.array(z.string()) });

/** Input: `mirrorGroupsInputSchema`; output: how many groups were added, and how many of them removed again. */
export function* mirrorGroups(
  context: OrchestrationContext,
): Generator<Task, { added: number; removed: number }, unknown> {
  const { userId } = mirrorGroupsInputSchema.parse(context.df.getInput());
  const { groups: added } = yield* callActivity(
    context,
    ACTIVITY.pushGroups,
    { userId },
    pushGroupsOutputSchema,
  );
  if (added.length === 0) return { added: 0, removed: 0 };
  const check = { userId, added };
  const { groups: removed } = yield* callActivity(
    context,
    ACTIVITY.pushGroups,
    check,
    pushGroupsOutputSchema,
  );
  return { added: added.length, removed: removed.length };
}
