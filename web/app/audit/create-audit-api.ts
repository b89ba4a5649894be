/** What the audit page asks the API; only auditors may, and every call but a failed one is itself on record. */
import "../../client/parse-without-eval.ts";
import {
  type OrderAudit,
  orderAuditSchema,
  type ReplayReport,
  replayReportSchema,
  type Timeline,
  timelineSchema,
} from "../../../src/domain/audit.ts";
import { UnreachableError } from "../../client/api-errors.ts";
import { createRequest, type RequestOptions } from "../../client/create-request.ts";

/** The calls of the audit page. */
export interface AuditApi {
  /** The changes of an order, oldest first; `after` is the `next` of the answer before. */
  readOrder(orderId: string, after: string | null, signal: AbortSignal): Promise<OrderAudit>;
  /** One orchestration in words. */
  readTimeline(instanceId: string, signal: AbortSignal): Promise<Timeline>;
  /** Has the decision made again from its record. */
  replay(instanceId: string, signal: AbortSignal): Promise<ReplayReport>;
  /** The signed file. */
  readEvidence(instanceId: string, signal: AbortSignal): Promise<Blob>;
}

/** Makes the calls. */
export function createAuditApi(o: RequestOptions = {}): AuditApi {
  const { read, request } = createRequest(o);
  return {
    readOrder(orderId, after, signal) {
      const query = after === null ? "" : `?${new URLSearchParams({ after })}`;
      return read(`/api/audit/orders/${encodeURIComponent(orderId)}${query}`, orderAuditSchema, { signal });
    },
    readTimeline: (instanceId, signal) => read(toPath(instanceId), timelineSchema, { signal }),
    replay: (instanceId, signal) =>
      read(`${toPath(instanceId)}/replay`, replayReportSchema, { method: "POST", signal }),
    async readEvidence(instanceId, signal) {
      const response = await request(`${toPath(instanceId)}/evidence`, { signal });
      // The answer may break off while the file comes in.
      return response.blob().catch((error: unknown) => {
        throw new UnreachableError(error);
      });
    },
  };
}

function toPath(instanceId: string): string {
  return `/api/audit/orchestrations/${encodeURIComponent(instanceId)}`;
}
