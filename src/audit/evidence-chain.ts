/** Which evidence an orchestration belongs to, read off its id (orchestration/names.ts), and the chain of that evidence. */
import { z } from "zod";
import { salesforceIdSchema } from "../domain/order-change.ts";

/** Chains that are no order's. */
const DIGESTS = "digests";
const REDRIVES = "redrives";
const ESCALATIONS = "escalations";

const ROOTS = [
  { pattern: /^order-([a-zA-Z0-9]{18})-[\w-]{22}$/, chain: (orderId: string | undefined) => orderId },
  { pattern: /^digests-\d{4}-\d\d-\d\dT\d\d-\d\d(?::r\d+)?$/, chain: () => DIGESTS },
  { pattern: /^redrive-[\w-]{22}$/, chain: () => REDRIVES },
  // Its id holds no order: the record does.
  { pattern: /^escalate-\d{13}-[\w-]{22}$/, chain: () => undefined },
];

/** Pages of an audience and batches taken apart are part of their root's evidence. */
export function toRootInstanceId(instanceId: string): string {
  return instanceId.replace(/:p\d+(?:b\d+)?$/, "");
}

/** Whether this is the id of a root that decides something: parts of another do not count, nor echoes and mirrored groups. */
export function leavesEvidence(rootInstanceId: string): boolean {
  return ROOTS.some(({ pattern }) => pattern.test(rootInstanceId));
}

/** The chain that the id says; undefined for an escalation. */
export function toChainOfId(rootInstanceId: string): string | undefined {
  for (const { pattern, chain } of ROOTS) {
    const match = pattern.exec(rootInstanceId);
    if (match) return chain(match[1]);
  }
  return undefined;
}

const escalationSchema = z.object({
  input: z.object({ announcement: z.object({ orderId: salesforceIdSchema }) }),
});

/** The chain of an escalation; one that a receipt came before knows no order. */
export function toChainOfEscalation(record: unknown): string {
  return escalationSchema.safeParse(record).data?.input.announcement.orderId ?? ESCALATIONS;
}
