/** Registers the escalation: started when everybody was told, ended by the first receipt. */
import type { FunctionHandler, InvocationContext } from "@azure/functions";
import * as df from "durable-functions";
import { escalationRequestSchema, MAX_ESCALATION_GROUPS, RECEIVED_EVENT } from "../domain/escalation.ts";
import { toDecidedAt } from "../domain/notification-id.ts";
import { inTime } from "../ingress/in-time.ts";
import { ACTIVITY, ORCHESTRATION, toEscalationInstanceId } from "../orchestration/names.ts";
import { durableClient } from "./orchestration-starter.ts";
import { startOnce } from "./start-once.ts";

/** How many escalations one receipt ends side by side. */
const SIDE_BY_SIDE = 10;

/** A receipt waits no longer for the end of an escalation, and when so much time is gone, begins with no further ones. */
const PATIENCE_MS = 5_000;

/**
 * No escalation waits for longer (a day at most, and begins within two hours). Later receipts find nothing to end; and an
 * id whose history was removed must not run again.
 */
const WAITS_AT_MOST_MS = 26 * 60 * 60_000;

const startEscalation: FunctionHandler = async (input, context) => {
  const request = escalationRequestSchema.parse(input);
  const { id } = request.announcement;
  if (request.leftOut > 0) {
    context.warn(
      `The escalation of ${id} leaves out ${request.leftOut} groups: it tells ${MAX_ESCALATION_GROUPS}.`,
    );
  }
  const started = await startOnce(context, {
    name: ORCHESTRATION.escalateNotification,
    instanceId: toEscalationInstanceId(id),
    input: request,
  });
  return { started };
};

/**
 * Ends the escalations of notifications that somebody has just received. Never throws: a receipt must not fail because
 * of it. The function that calls it must list `durableClient` among its extra inputs.
 */
export async function endEscalations(
  context: InvocationContext,
  notificationIds: readonly string[],
): Promise<void> {
  const receivedAt = new Date().toISOString();
  const waiting = notificationIds.filter((id) => Date.now() - Date.parse(toDecidedAt(id)) < WAITS_AT_MOST_MS);
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (let start = 0; start < waiting.length; start += SIDE_BY_SIDE) {
    if (Date.now() >= giveUpAt) {
      context.warn(`${waiting.length - start} escalations were not ended: it took too long.`);
      return;
    }
    const some = waiting.slice(start, start + SIDE_BY_SIDE);
    await Promise.all(some.map((id) => endEscalation(context, id, receivedAt)));
  }
}

async function endEscalation(
  context: InvocationContext,
  notificationId: string,
  receivedAt: string,
): Promise<void> {
  const instanceId = toEscalationInstanceId(notificationId);
  const end = async () => {
    if (!(await raiseReceived(context, instanceId, receivedAt))) {
      await takePlace(context, instanceId, receivedAt);
    }
  };
  try {
    await inTime(end(), PATIENCE_MS, () => new Error(`it took longer than ${PATIENCE_MS} ms`));
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    context.warn(`The escalation of ${notificationId} could not be ended: ${cause}`);
  }
}

/**
 * People who look at their screen receive a notification before its escalation is started. The receipt starts it in its
 * place, as one that is over, so that `startEscalation` finds the id taken.
 */
async function takePlace(context: InvocationContext, instanceId: string, receivedAt: string): Promise<void> {
  try {
    await df
      .getClient(context)
      .startNew(ORCHESTRATION.escalateNotification, { instanceId, input: { receivedAt } });
  } catch (error) {
    // Somebody else was quicker: another receipt, or the escalation itself, which is there to be told now.
    if (!(await raiseReceived(context, instanceId, receivedAt))) throw error;
  }
}

/** False when there is no such instance; one that has ended takes it in silence. */
async function raiseReceived(context: InvocationContext, instanceId: string, at: string): Promise<boolean> {
  try {
    await df.getClient(context).raiseEvent(instanceId, RECEIVED_EVENT, { at });
    return true;
  } catch (error) {
    // The client has no other way to say "unknown instance".
    if (error instanceof Error && error.message.startsWith("No instance with ID")) return false;
    throw error;
  }
}

df.app.activity(ACTIVITY.startEscalation, { handler: startEscalation, extraInputs: [durableClient] });
