/** Settings and calls for tests in which the app reads the simulated Salesforce org. */
import type { Person } from "./app-client.ts";
import { until } from "./app-client.ts";
import { healthSchema, type Health } from "../../src/domain/health.ts";

/** Lets the org run on any free port, and the app sign in to it. */
export const SALESFORCE_SETTINGS = {
  SALESFORCE_LOGIN_URL: "http://localhost:0",
  SALESFORCE_CLIENT_ID: "orderbell",
  SALESFORCE_CLIENT_SECRET: "local",
} as const;

/** Runs a timer function now, as the portal does; it may still run when this resolves. */
export async function runTimer(anyone: Person, name: string): Promise<void> {
  const response = await anyone.call("POST", `/admin/functions/${name}?code=local`, { input: "" });
  if (response.status !== 202) throw new Error(`${name} was not run: ${response.status}`);
}

/** What `GET /api/health/ready` says. */
export async function readHealth(url: string): Promise<Health> {
  return healthSchema.parse(await (await fetch(`${url}/api/health/ready`)).json());
}

/** Polls Salesforce again and again until `check` holds; what is younger than five seconds is not read yet. */
export async function pollUntil<Result>(
  anyone: Person,
  check: () => Promise<Result | undefined | false>,
): Promise<Result> {
  const deadline = Date.now() + 25_000;
  for (;;) {
    await runTimer(anyone, "pollOrders");
    try {
      return await until(check, 1_000);
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}
