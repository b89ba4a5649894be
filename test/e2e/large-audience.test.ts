import { describe, expect, it } from "vitest";
import { manifestSchema } from "../../src/domain/manifest.ts";
import { until } from "../support/app-client.ts";
import { startApp } from "../support/start-app.ts";

const app = await startApp();

describe("an audience larger than a page", () => {
  it(
    "is notified whole and once, page by page in sub-orchestrations of their own",
    { timeout: 90_000 },
    async () => {
      const [orderId, accountId] = ["801000000000001AAA", "001000000000001AAA"];
      const people = Array.from({ length: 1_100 }, (_, index) => `person-${index}`);
      const admin = await app.signIn("admin", ["OrderBell.Admin"]);
      const scope = `account:${accountId}`;
      const lines = people.map((userId) => JSON.stringify({ scope, target: { kind: "user", userId } }));
      const imported = await fetch(`${app.url}/api/admin/subscriptions`, {
        method: "PUT",
        headers: { cookie: admin.cookie, "content-type": "application/x-ndjson" },
        body: lines.join("\n"),
      });
      expect(await imported.json()).toEqual({ imported: people.length });

      await app.postOrders({ Id: orderId, AccountId: accountId });
      const all = await until(async () => {
        const orchestrations = await app.orchestrations(orderId);
        return orchestrations.every(({ runtimeStatus }) => runtimeStatus === "Completed") && orchestrations;
      }, 60_000);

      const root = all.find(({ instanceId }) => !instanceId.includes(":"));
      const manifest = manifestSchema.parse(root?.output);
      expect(all.map(({ instanceId }) => instanceId).toSorted()).toEqual([
        root?.instanceId,
        `${root?.instanceId}:p1`,
      ]);
      expect(manifest.counts).toMatchObject({
        pages: 2,
        recipients: 1_100,
        stored: 1_100,
        pushed: 1_100,
        failedBatches: 0,
      });
      for (const userId of [people[0], people[999], people[1_099]]) {
        const person = await app.signIn(String(userId));
        expect((await person.inbox()).items).toHaveLength(1);
      }
    },
  );
});
