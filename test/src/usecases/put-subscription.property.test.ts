import fc from "fast-check";
import { expect, it } from "vitest";
import { unlinkOwner } from "../../../src/usecases/change-owner-link.ts";
import {
  putSubscription,
  revokeGrant,
  type SubscriptionTables,
} from "../../../src/usecases/put-subscription.ts";
import { OWNER_ID } from "../../support/order-change.ts";

const SCOPE = `owner:${OWNER_ID}`;
const notAsked = () => Promise.reject(new Error("is not asked here"));

/** Operations on storage that wait until they are chosen, one at a time. */
function createStorage() {
  const waiting: (() => void)[] = [];
  return {
    at: <Result>(deed: () => Result): Promise<Result> =>
      new Promise((resolve) => {
        waiting.push(() => resolve(deed()));
      }),
    /** Runs what waits, by the chooser's numbers, until nobody asks for anything any more. */
    async run(choices: readonly number[]): Promise<void> {
      for (let step = 0; waiting.length > 0; step += 1) {
        const [chosen] = waiting.splice((choices[step] ?? 0) % waiting.length, 1);
        chosen?.();
        // Who waited for it asks for their next operation first, so that every order can come.
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

type Rows = { granted: boolean; linked: boolean; followed: boolean };

/** The three rows that matter. */
function createTables(at: ReturnType<typeof createStorage>["at"], rows: Rows): SubscriptionTables {
  return {
    grants: {
      has: () => at(() => rows.granted),
      remove: () => at(() => void (rows.granted = false)),
      put: notAsked,
      list: notAsked,
    },
    ownerLinks: {
      has: () => at(() => rows.linked),
      remove: () => at(() => void (rows.linked = false)),
      put: notAsked,
      listOfUser: notAsked,
      listOfSalesforceUser: notAsked,
    },
    subscriptions: {
      put: notAsked,
      putOwn: (_scope, _userId, toRules) =>
        at(() => {
          rows.followed = true;
          return toRules(undefined);
        }),
      remove: () => at(() => !(rows.followed = false)),
      listOfUser: notAsked,
      copyPreferences: notAsked,
      loadRanges: notAsked,
    },
  };
}

const anyDeeds = fc.array(fc.constantFrom("put", "revoke", "unlink"), { minLength: 1, maxLength: 5 });
const anyChoices = fc.array(fc.nat({ max: 59 }), { minLength: 40, maxLength: 40 });
const anyRows = fc.record({ granted: fc.boolean(), linked: fc.boolean(), followed: fc.constant(false) });

it("leaves no subscription without a ground, however puts, revocations and unlinkings interleave", async () => {
  await fc.assert(
    fc.asyncProperty(anyDeeds, anyChoices, anyRows, async (deeds, choices, start) => {
      const rows = { ...start };
      const storage = createStorage();
      const tables = createTables(storage.at, rows);
      const run = {
        put: () => putSubscription(tables, "ada", SCOPE, { priority: "normal" }),
        revoke: () => revokeGrant(tables, "ada", SCOPE),
        unlink: () => unlinkOwner(tables, OWNER_ID, "ada"),
      };
      const all = Promise.allSettled(deeds.map((deed) => run[deed]()));
      await storage.run(choices);
      await all;
      expect(rows.followed && !rows.granted && !rows.linked).toBe(false);
    }),
    { numRuns: 1_000 },
  );
});
