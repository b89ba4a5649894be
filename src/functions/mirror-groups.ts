/** Registers the mirror of a person's groups, and starts it at most once a day. */
import { createHash } from "node:crypto";
import type { FunctionHandler, InvocationContext } from "@azure/functions";
import * as df from "durable-functions";
import { inTime } from "../ingress/in-time.ts";
import { pushGroupsInputSchema } from "../orchestration/mirror-groups.ts";
import { ACTIVITY, ORCHESTRATION, toMirrorInstanceId } from "../orchestration/names.ts";
import { getServices, type Services } from "../services.ts";
import { listMirroredGroups, planMirror, planMirrorCorrection } from "../usecases/plan-mirror.ts";
import { createSignalROutput } from "./signalr-bindings.ts";
import { startOnce } from "./start-once.ts";

/** The sign-in waits no longer for this. */
const PATIENCE_MS = 2_000;

/** So many people are remembered; forgetting costs one read and one question each. */
const MAX_REMEMBERED = 50_000;

/** Instance ids that need no further look: mirrored today, or in no group when they came. */
const done = new Set<string>();

/**
 * Starts the mirror of this person's groups unless it ran today. Never throws: a failure is a warning, not a failed
 * sign-in. The function that calls it must list `durableClient` among its extra inputs.
 */
export async function mirrorGroupsDaily(
  context: InvocationContext,
  { groups, now }: Pick<Services, "groups" | "now">,
  userId: string,
): Promise<void> {
  const userHash = createHash("sha256").update(userId).digest("base64url").slice(0, 22);
  const instanceId = toMirrorInstanceId(userHash, now().toISOString().slice(0, 10));
  if (done.has(instanceId)) return;
  const start = async () => {
    if ((await listMirroredGroups(groups, userId)).length === 0) return;
    await startOnce(context, { name: ORCHESTRATION.mirrorGroups, instanceId, input: { userId } });
  };
  try {
    await inTime(start(), PATIENCE_MS, () => new Error(`it took longer than ${PATIENCE_MS} ms`));
    if (done.size >= MAX_REMEMBERED) done.clear();
    done.add(instanceId);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    context.warn(`The mirror of somebody's groups was not started: ${cause}`);
  }
}

const pushes = createSignalROutput();

const pushGroups: FunctionHandler = async (input, context) => {
  const { userId, added } = pushGroupsInputSchema.parse(input);
  const { groups } = getServices();
  const actions =
    added === undefined
      ? await planMirror(groups, userId)
      : await planMirrorCorrection(groups, userId, added);
  context.extraOutputs.set(pushes, actions);
  return { groups: actions.map(({ groupName }) => groupName) };
};

df.app.activity(ACTIVITY.pushGroups, { handler: pushGroups, extraOutputs: [pushes] });
