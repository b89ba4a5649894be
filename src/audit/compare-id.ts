/** Whether a record stands under its own id: what an order change and a redrive pass on tells, an input can tell of others. */
import { digestRunSchema } from "../domain/digest.ts";
import { escalationInputSchema } from "../domain/escalation.ts";
import { ORCHESTRATION, toDigestsInstanceId, toEscalationInstanceId } from "../orchestration/names.ts";
import { Divergence } from "./divergence.ts";
import type { RecordedOrchestration } from "./recorded-orchestration.ts";

/** Throws `Divergence` when the input belongs to an instance with another id. */
export function compareId({ name, instanceId }: RecordedOrchestration, input: unknown, step: number): void {
  const own = toOwnId(name, input);
  if (own === undefined) return;
  // Later runs of the summaries of one minute are numbered.
  const isOwn =
    name === ORCHESTRATION.sendDigests ? instanceId.replace(/:r\d+$/, "") === own : instanceId === own;
  if (isOwn) return;
  const [recorded, now] = [{ instanceId }, { "instanceId that fits the input": own }];
  throw new Divergence({ step, at: "the input at the start, and the id of the instance", recorded, now });
}

function toOwnId(name: string, input: unknown): string | undefined {
  if (name === ORCHESTRATION.escalateNotification) {
    const parsed = escalationInputSchema.safeParse(input).data;
    // A receipt that came first names no notification.
    return parsed && "announcement" in parsed ? toEscalationInstanceId(parsed.announcement.id) : undefined;
  }
  if (name === ORCHESTRATION.sendDigests) {
    const parsed = digestRunSchema.safeParse(input).data;
    if (parsed?.continued) return `${parsed.continued.rootInstanceId}:p${parsed.continued.page}`;
    return parsed && toDigestsInstanceId(parsed.dueMinute);
  }
  return undefined;
}
