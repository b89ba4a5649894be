/** The timer that removes what is older than the settings say. */
import { app, type InvocationContext, type Timer } from "@azure/functions";
import { getServices } from "../services.ts";
import { applyRetention as removeOld } from "../usecases/apply-retention.ts";

/** Every night, outside the hours of the reconciliation. */
export async function applyRetention(_timer: Timer, context: InvocationContext): Promise<void> {
  const services = getServices();
  const { removed, finished } = await removeOld(services, {
    inboxDays: services.config.INBOX_RETENTION_DAYS,
  });
  context.log(`Retention removed ${removed} rows${finished ? "" : "; the rest is left for tomorrow"}.`);
}

app.timer("applyRetention", { schedule: "0 15 3 * * *", handler: applyRetention });
