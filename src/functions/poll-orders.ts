/** The timers that read Salesforce; without a Salesforce login they have nothing to do. */
import { app, type InvocationContext, type Timer } from "@azure/functions";
import { getServices } from "../services.ts";
import { durableClient, toOrchestrationStarter } from "./orchestration-starter.ts";

/** Every minute: what changed since the last time. */
export async function pollOrders(_timer: Timer, context: InvocationContext): Promise<void> {
  const { pollOrders, evidenceArchive } = getServices();
  await pollOrders?.(toOrchestrationStarter(context, evidenceArchive), context);
}

/** Every night: the last three days once more. */
export async function reconcileOrders(_timer: Timer, context: InvocationContext): Promise<void> {
  const { reconcileOrders, evidenceArchive } = getServices();
  await reconcileOrders?.(toOrchestrationStarter(context, evidenceArchive), context);
}

const extraInputs = [durableClient];
app.timer("pollOrders", { schedule: "0 * * * * *", extraInputs, handler: pollOrders });
app.timer("reconcileOrders", { schedule: "0 30 2 * * *", extraInputs, handler: reconcileOrders });
