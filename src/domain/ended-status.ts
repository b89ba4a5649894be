/** The runtime statuses of an orchestration that has ended, as Durable's API spells them. */
export const ENDED_STATUSES: ReadonlySet<string> = new Set(["Completed", "Failed", "Terminated", "Canceled"]);
