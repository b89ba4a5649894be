/** The Durable client as redriving sees it. */
import type { InvocationContext } from "@azure/functions";
import * as df from "durable-functions";
import { ENDED_STATUSES } from "../domain/ended-status.ts";
import { ORCHESTRATION } from "../orchestration/names.ts";
import type { LoadDeadLettersDeps } from "../usecases/load-dead-letters.ts";
import type { RedriveStarter } from "../usecases/redrive.ts";

/** Wraps the client of this invocation, which must list `durableClient` among its extra inputs. */
export function toRedriveStarter(
  context: InvocationContext,
): RedriveStarter & Pick<LoadDeadLettersDeps, "isUnderWay"> {
  const client = df.getClient(context);
  const isUnderWay = async (instanceId: string): Promise<boolean> => {
    try {
      const { runtimeStatus } = await client.getStatus(instanceId, { showInput: false });
      return !ENDED_STATUSES.has(runtimeStatus);
    } catch (error) {
      // The client has no other way to say "unknown instance".
      if (error instanceof Error && error.message.includes("HTTP 404")) return false;
      throw error;
    }
  };
  return {
    isUnderWay,
    async start(instanceId, input) {
      if (await isUnderWay(instanceId)) return;
      try {
        await client.startNew(ORCHESTRATION.redriveDeadLetters, { instanceId, input });
      } catch (error) {
        // Somebody else may have started it in between.
        if (!(await isUnderWay(instanceId))) throw error;
      }
    },
  };
}
