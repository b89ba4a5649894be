/** Schedule statuses that last as long as the test. */
import type { ScheduleStatus, ScheduleStatuses } from "../../../local/host/timers/schedule-status.ts";

export function memoryStatuses(): ScheduleStatuses {
  const statuses = new Map<string, ScheduleStatus>();
  return {
    read: (functionName) => statuses.get(functionName) ?? null,
    write: (functionName, status) => {
      statuses.set(functionName, status);
      return Promise.resolve();
    },
  };
}
