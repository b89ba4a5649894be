/** The Durable client as the ledger sees it. */
import * as df from "durable-functions";
import type { InvocationContext } from "@azure/functions";
import type { EvidenceArchive } from "../audit/evidence-archive.ts";
import type { OrderChange } from "../domain/order-change.ts";
import { toTraced } from "../domain/traced.ts";
import { ORCHESTRATION } from "../orchestration/names.ts";
import { measure } from "../telemetry/metrics.ts";
import { type SpanName, type SpanOptions, withSpan } from "../telemetry/telemetry.ts";
import type { OrchestrationStarter } from "../usecases/record-changes.ts";

/** The binding that a function must list among its extra inputs. */
export const durableClient = df.input.durableClient();

/**
 * Wraps the client of this invocation; what it starts counts as heard of now. What `archive` has evidence of was started,
 * though Durable may have forgotten it.
 */
export function toOrchestrationStarter(
  context: InvocationContext,
  archive?: Pick<EvidenceArchive, "has">,
): OrchestrationStarter {
  const client = df.getClient(context);
  const heardAt = new Date().toISOString();
  return {
    async start(instanceId, change) {
      const heard = { at: heardAt, route: change.route };
      await withSpan(...toSpan(instanceId, change, context), (traceparent) =>
        client.startNew(ORCHESTRATION.notifyOrderChange, {
          instanceId,
          input: { change, ...toTraced({ traceparent, heard }) },
        }),
      );
      measure("orderbell.changes", 1, { route: change.route });
    },
    async exists(instanceId) {
      try {
        await client.getStatus(instanceId, { showInput: false });
        return true;
      } catch (error) {
        // The client has no other way to say "unknown instance".
        if (error instanceof Error && error.message.includes("HTTP 404")) {
          return archive?.has(instanceId) ?? false;
        }
        throw error;
      }
    },
  };
}

/** The orders of one message share the host's trace of it; one poll may read thousands, and each begins its own. */
function toSpan(
  instanceId: string,
  { orderId, outboundMessageNotificationId, route }: OrderChange,
  { traceContext }: InvocationContext,
): [SpanName, SpanOptions] {
  const attributes = { orderId, outboundMessageNotificationId, instanceId };
  return route === "outboundMessage"
    ? ["outbound-message", { parent: traceContext?.traceParent, attributes }]
    : ["polled-order", { attributes }];
}
