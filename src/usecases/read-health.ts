/** Whether OrderBell hears what it should. */
import { checkPolling, checkWebhook, type Health, type HealthCheck, toHealth } from "../domain/health.ts";
import type { WatermarksTable } from "../storage/watermarks-table.ts";

export interface ReadHealthDeps {
  watermarks: Pick<WatermarksTable, "polling" | "reconciliation">;
  /** Without a Salesforce login there is nothing to poll. */
  isPollingOn: boolean;
  now(): Date;
}

/** Builds the use case; it never throws, a table that cannot be read is itself the finding. */
export function createReadHealth({ watermarks, isPollingOn, now }: ReadHealthDeps): () => Promise<Health> {
  return async () => {
    try {
      const [polling, reconciliation] = await Promise.all([
        watermarks.polling.read(),
        watermarks.reconciliation.read(),
      ]);
      const checks = isPollingOn
        ? [checkPolling(polling?.state, reconciliation?.state, now()), checkWebhook(polling?.state, now())]
        : NOT_POLLING;
      return toHealth([{ name: "storage", status: "ok", detail: "The tables can be read." }, ...checks]);
    } catch {
      return toHealth([{ name: "storage", status: "unavailable", detail: "The tables cannot be read." }]);
    }
  };
}

const NOT_POLLING: readonly HealthCheck[] = [
  { name: "polling", status: "off", detail: "No Salesforce login is configured." },
  {
    name: "webhook",
    status: "off",
    detail: "Without polling nobody can tell whether outbound messages are missing.",
  },
];
