import type { OrchestrationContext } from "durable-functions";
import { expect, it } from "vitest";
import { createDeliverBatch } from "../../../src/activities/deliver-batch.ts";
import { deliveryBatchSchema } from "../../../src/domain/delivery-batch.ts";
import type { Subscription } from "../../../src/domain/subscription.ts";
import type { News } from "../../../src/domain/transition.ts";
import { notifyPage } from "../../../src/orchestration/notify-page.ts";
import { openDigestsTable } from "../../../src/storage/digests-table.ts";
import { recordReceipts } from "../../../src/usecases/record-receipts.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import { openInboxTables, toUserTarget } from "../../support/inbox.ts";
import { createOrderChange } from "../../support/order-change.ts";
import { runOrchestrator } from "../../support/run-orchestrator.ts";

it("an escalation ends when anybody of the page has received the notification", async () => {
  const storage = claimStorage();
  const tables = openInboxTables(storage);
  const news: News = { outcome: "news", kinds: ["created"], changes: [], before: "none", uncertain: false };
  const claim = { transition: news, decidedAt: "2026-11-22T10:00:00.000Z", link: null };
  const subscriptions: Subscription[] = [
    { scope: "all", target: { kind: "user", userId: "bob" }, rules: { priority: "normal" } },
    {
      scope: "all",
      target: { kind: "user", userId: "ada" },
      rules: { priority: "high", escalate: { afterMinutes: 5, group: "night" } },
    },
  ];
  const decision = { change: createOrderChange(), claim, news, rootInstanceId: "order-1", traced: {} };
  const { calls } = runOrchestrator(
    (context: OrchestrationContext) => notifyPage(context, decision, { subscriptions, next: null }),
    null,
    () => ({ stored: 2, pushed: 2, withheld: 0 }),
  );
  const deliver = createDeliverBatch({
    inbox: tables.inbox,
    digests: openDigestsTable(storage),
    now: () => new Date(),
  });
  await deliver(deliveryBatchSchema.parse(calls[0]?.input));
  const [row] = await tables.inbox.read(toUserTarget("bob"), {});
  const id = row?.id ?? "";
  const ended: string[] = [];
  const end = async (ids: readonly string[]) => void ended.push(...ids);
  await recordReceipts(tables, "bob", { ids: [id], state: "received" }, new Date(), end);
  expect(ended).toEqual([id]);
});
