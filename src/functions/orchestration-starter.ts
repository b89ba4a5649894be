/** The Durable client as the ledger sees it. */
import * as df from "durable-functions";
import type { InvocationContext } from "@azure/functions";
import { ORCHESTRATION } from "../orchestration/names.ts";
import type { OrchestrationStarter } from "../usecases/record-changes.ts";

/** The binding that a function must list among its extra inputs. */
export const durableClient = df.input.durableClient();

/** Wraps the client of this invocation. */
export function toOrchestrationStarter(context: InvocationContext): OrchestrationStarter {
  const client = df.getClient(context);
  return {
    async start(instanceId, change) {
      await client.startNew(ORCHESTRATION.notifyOrderChange, { instanceId, input: { change } });
    },
    async exists(instanceId) {
      try {
        await client.getStatus(instanceId, { showInput: false });
        return true;
      } catch (error) {
        // The client has no other way to say "unknown instance".
        if (error instanceof Error && error.message.includes("HTTP 404")) return false;
        throw error;
      }
    },
  };
}
