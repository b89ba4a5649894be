/** Starts an orchestration unless its id is taken: Durable would replace the history of one that has ended. */
import type { InvocationContext } from "@azure/functions";
import * as df from "durable-functions";
import { toOrchestrationStarter } from "./orchestration-starter.ts";

/** Answers whether it was started now; the function must list `durableClient` among its extra inputs. */
export async function startOnce(
  context: InvocationContext,
  o: { name: string; instanceId: string; input: object },
): Promise<boolean> {
  if (await toOrchestrationStarter(context).exists(o.instanceId)) return false;
  await df.getClient(context).startNew(o.name, { instanceId: o.instanceId, input: o.input });
  return true;
}
