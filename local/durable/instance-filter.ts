/** Which instances a query means. */
import type { InstanceRow } from "./stored-rows.ts";
import type { RuntimeStatus } from "./runtime-status.ts";

/** Conditions that must all hold; an absent one holds for every instance. */
export interface InstanceFilter {
  runtimeStatuses?: ReadonlySet<RuntimeStatus> | undefined;
  createdFromMs?: number | undefined;
  createdToMs?: number | undefined;
  instanceIdPrefix?: string | undefined;
}

/** Part of the matching instances, and where the next part begins. */
export interface InstancePage {
  instances: InstanceRow[];
  /** The id to list behind next; null on the last page. */
  continueAfter: string | null;
}

/** Whether the instance meets all conditions. */
export function matchesFilter(row: InstanceRow, filter: InstanceFilter): boolean {
  return (
    (filter.runtimeStatuses?.has(row.runtimeStatus) ?? true) &&
    row.createdAtMs >= (filter.createdFromMs ?? -Infinity) &&
    row.createdAtMs <= (filter.createdToMs ?? Infinity) &&
    row.instanceId.startsWith(filter.instanceIdPrefix ?? "")
  );
}
