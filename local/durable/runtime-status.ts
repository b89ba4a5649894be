/** The states of an instance, by the names that the management API uses. */

/** Every runtime status. */
export const runtimeStatuses = [
  "Pending",
  "Running",
  "ContinuedAsNew",
  "Suspended",
  "Completed",
  "Failed",
  "Terminated",
  "Canceled",
] as const;

/** The state of an instance. */
export type RuntimeStatus = (typeof runtimeStatuses)[number];

const terminal = new Set<RuntimeStatus>(["Completed", "Failed", "Terminated", "Canceled"]);

/** Whether the instance has ended. */
export function isTerminal(status: RuntimeStatus): boolean {
  return terminal.has(status);
}
