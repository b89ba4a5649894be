import { describe, expect, it } from "vitest";
import {
  checkPolling,
  checkWebhook,
  type HealthCheck,
  healthSchema,
  toHealth,
} from "../../../src/domain/health.ts";
import { NEW_POLLING_STATE, type PollingState } from "../../../src/domain/polling.ts";
import { NEW_RECONCILIATION_STATE } from "../../../src/domain/reconciliation.ts";
import { salesforceProblemSchema } from "../../../src/domain/salesforce-error.ts";

const MINUTE = 60_000;
const now = new Date("2026-11-22T10:00:00.000Z");
const ago = (ms: number) => new Date(now.getTime() - ms).toISOString();
const well: PollingState = {
  ...NEW_POLLING_STATE,
  pollingSince: ago(99 * MINUTE),
  upTo: ago(MINUTE),
  finishedAt: ago(MINUTE),
};
const check = (status: HealthCheck["status"]): HealthCheck => ({ name: "polling", status, detail: "" });

describe("health", () => {
  it.each([
    [["ok", "off"], "ok"],
    [["ok", "degraded", "off"], "degraded"],
    [["degraded", "unavailable"], "unavailable"],
    [["off"], "ok"],
    [[], "ok"],
  ] as const)("of %j is %s", (statuses, expected) => {
    const health = toHealth(statuses.map(check));
    expect(health.status).toBe(expected);
    expect(healthSchema.parse(health)).toEqual(health);
  });
});

describe("polling", () => {
  it("is well before its first run, during it, and when it keeps up", () => {
    const states = [undefined, NEW_POLLING_STATE, well];
    expect(states.map((state) => checkPolling(state, undefined, now).status)).toEqual(["ok", "ok", "ok"]);
    expect(checkPolling(well, NEW_RECONCILIATION_STATE, now)).toMatchObject({
      status: "ok",
      detail: "Orders changed before 2026-11-22T09:59:00.000Z are read.",
    });
  });

  it.each(salesforceProblemSchema.options.filter((problem) => problem !== "locatorExpired"))(
    "is degraded by the problem %s, in words",
    (problem) => {
      const { status, detail } = checkPolling(
        { ...well, problem: { problem, at: ago(MINUTE) } },
        undefined,
        now,
      );
      expect(status).toBe("degraded");
      expect(detail).toMatch(/\.$/);
      expect(detail).not.toContain("undefined");
      const night = { ...NEW_RECONCILIATION_STATE, problem: { problem, at: ago(MINUTE) } };
      expect(checkPolling(well, night, now)).toMatchObject({
        status: "degraded",
        detail: expect.stringMatching(/^The nightly reconciliation stopped at /),
      });
    },
  );

  it("is not degraded by a page that had expired", () => {
    const state: PollingState = { ...well, problem: { problem: "locatorExpired", at: ago(MINUTE) } };
    expect(checkPolling(state, undefined, now).status).toBe("ok");
  });

  it("is behind after ten minutes", () => {
    const upTo = (ms: number) => checkPolling({ ...well, upTo: ago(ms) }, undefined, now);
    expect(upTo(10 * MINUTE).status).toBe("ok");
    expect(upTo(10 * MINUTE + 1)).toMatchObject({
      status: "degraded",
      detail: expect.stringContaining("Polling is behind: orders changed after 2026-11-22T09:49:59.999Z"),
    });
  });

  it("says how many API calls are used while it waits, and that all are when Salesforce refused", () => {
    const used = { ...well, apiUsage: { used: 95, limit: 100, at: ago(MINUTE) } };
    expect(checkPolling(used, undefined, now).detail).toContain("95 of 100 API calls of 24 hours");
    const refused: PollingState = { ...well, problem: { problem: "apiLimitReached", at: ago(MINUTE) } };
    expect(checkPolling(refused, undefined, now).detail).toContain("all API calls of 24 hours");
  });
});

describe("the webhook", () => {
  const watched = (webhook: PollingState["webhook"]) => checkWebhook({ ...well, webhook }, now);

  it("is well before anything was compared, and where it never was in use", () => {
    expect(checkWebhook(undefined, now).status).toBe("ok");
    expect(watched({ lastHeardAt: null, unheard: 99, unheardSince: ago(60 * MINUTE) })).toMatchObject({
      status: "ok",
      detail: "No change that polling met had come by outbound message yet.",
    });
  });

  it("is degraded when it was heard once and is silent now", () => {
    const lastHeardAt = ago(90 * MINUTE);
    expect(watched({ lastHeardAt, unheard: 5, unheardSince: ago(15 * MINUTE) })).toEqual({
      name: "webhook",
      status: "degraded",
      detail: expect.stringMatching(/08:30:00\.000Z.* 5 changes.*09:45:00\.000Z/),
    });
    expect(watched({ lastHeardAt, unheard: 5, unheardSince: ago(14 * MINUTE) }).status).toBe("ok");
    expect(watched({ lastHeardAt, unheard: 4, unheardSince: ago(60 * MINUTE) }).status).toBe("ok");
  });
});
