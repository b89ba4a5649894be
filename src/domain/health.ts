/** What health says: told to anyone who asks, so without names, ids or Salesforce's own words. */
import { z } from "zod";
import { isApiLimitNear, isPaused, type PollingState } from "./polling.ts";
import type { ReconciliationState } from "./reconciliation.ts";
import type { SalesforceProblem } from "./salesforce-error.ts";
import { isWebhookSilent } from "./webhook-watch.ts";

/** One thing that can be well or not; `off` is not asked for. */
export const healthCheckSchema = z.object({
  name: z.enum(["storage", "polling", "webhook"]),
  status: z.enum(["ok", "degraded", "unavailable", "off"]),
  detail: z.string(),
});

/** The answer to `GET /api/health/ready`. */
export const healthSchema = z.object({
  status: z.enum(["ok", "degraded", "unavailable"]),
  checks: z.array(healthCheckSchema),
});

export type HealthCheck = z.infer<typeof healthCheckSchema>;
export type Health = z.infer<typeof healthSchema>;

/** The worst of the checks. */
export function toHealth(checks: HealthCheck[]): Health {
  const has = (status: HealthCheck["status"]) => checks.some((check) => check.status === status);
  return { status: has("unavailable") ? "unavailable" : has("degraded") ? "degraded" : "ok", checks };
}

/** Polling that has not come to its end for so long is behind (ms). */
const BEHIND_MS = 10 * 60_000;

/** Whether polling keeps up. */
export function checkPolling(
  state: PollingState | undefined,
  reconciliation: ReconciliationState | undefined,
  now: Date,
): HealthCheck {
  const is = (status: HealthCheck["status"], detail: string) =>
    ({ name: "polling", status, detail }) as const;
  if (state === undefined) return is("ok", "The first poll has not run yet.");
  const { apiUsage, problem, upTo } = state;
  if (isPaused(state, now)) {
    const usage = isApiLimitNear(apiUsage) && apiUsage ? `${apiUsage.used} of ${apiUsage.limit}` : "all";
    return is(
      "degraded",
      `Polling waits: ${usage} API calls of 24 hours are used in the Salesforce organisation.`,
    );
  }
  if (problem !== null && problem.problem !== "locatorExpired") {
    return is("degraded", `Polling stopped at ${problem.at}: ${PROBLEM_WORDS[problem.problem]}`);
  }
  if (upTo === null) return is("ok", "The first poll is reading what is in Salesforce already.");
  if (now.getTime() - Date.parse(upTo) > BEHIND_MS) {
    return is("degraded", `Polling is behind: orders changed after ${upTo} are not read yet.`);
  }
  if (reconciliation !== undefined && reconciliation.problem !== null) {
    const { problem: cause, at } = reconciliation.problem;
    return is("degraded", `The nightly reconciliation stopped at ${at}: ${PROBLEM_WORDS[cause]}`);
  }
  return is("ok", `Orders changed before ${upTo} are read.`);
}

/** Whether outbound messages still come. */
export function checkWebhook(state: PollingState | undefined, now: Date): HealthCheck {
  const is = (status: HealthCheck["status"], detail: string) =>
    ({ name: "webhook", status, detail }) as const;
  if (state === undefined) return is("ok", "Polling has not compared yet.");
  const { unheard, unheardSince, lastHeardAt } = state.webhook;
  if (isWebhookSilent(state.webhook, now)) {
    return is(
      "degraded",
      `No outbound message since ${lastHeardAt}, while polling found ${unheard} changes since ${unheardSince}.`,
    );
  }
  if (lastHeardAt === null) return is("ok", "No change that polling met had come by outbound message yet.");
  return is("ok", "Outbound messages come.");
}

const PROBLEM_WORDS: Readonly<Record<SalesforceProblem, string>> = {
  loginRefused: "Salesforce refuses the login; the secret or key may have expired.",
  sessionRefused: "Salesforce refuses the session.",
  apiLimitReached: "the API calls of the organisation are used up.",
  invalidField: "a core field does not exist in the organisation, or the login does not see it.",
  queryRefused: "Salesforce refuses the query.",
  locatorExpired: "a page had expired.",
  maintenance: "Salesforce is under maintenance.",
  timeout: "Salesforce did not answer in time.",
  unreachable: "Salesforce cannot be reached.",
  unreadableAnswer: "Salesforce's answer could not be read.",
};
