/**
 * The process that the kill test kills: an org whose orders are saved again and again, with a sender. It prints each
 * order when its save is answered. Arguments: the folder of the state, and the endpoint.
 */
import { createMessageSender } from "../../../local/salesforce/message-sender.ts";
import { createOrg } from "../../../local/salesforce/org.ts";
import { createOrgFaults } from "../../../local/salesforce/org-faults.ts";
import { openState } from "../../../local/state/open-state.ts";

const [folder = "", endpoint = ""] = process.argv.slice(2);
const state = openState(folder);
const org = createOrg({ state, now: () => new Date(), organizationId: "00D000000000001EAA" });
const timing = {
  firstRetryMs: 50,
  longestRetryMs: 200,
  giveUpAfterMs: 600_000,
  batchAfterMs: 1,
  timeoutMs: 5_000,
};
createMessageSender({ org, state, faults: createOrgFaults(), endpoint: () => endpoint, timing }).start();
const draft = { AccountId: "001000000000001AAA", EffectiveDate: "2026-11-22", Status: "Draft" };
for (let n = 1; ; n += 1) {
  const [order] = await org.createOrders([{ ...draft, TotalAmount: n }]);
  process.stdout.write(`${order?.Id}\n`);
}
