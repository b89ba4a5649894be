/**
 * Subscriptions (scope / target) answer "who" with one range per scope; UserSubscriptions (user / scope) answers
 * "what do I follow". The first is the truth, the second an index that is written after it.
 */
import { z } from "zod";
import type { AudiencePage } from "../domain/audience.ts";
import {
  type Scope,
  scopeSchema,
  type Subscription,
  subscriptionRulesSchema,
  subscriptionSchema,
  type Target,
} from "../domain/subscription.ts";
import { cutAudiencePage, MAX_PAGE_ROWS, type ScopeRange } from "./cut-audience-page.ts";
import { fromKey, isStatus, openTable, readRange, type Table, toKey, toPrefixEnd } from "./table.ts";

export interface SubscriptionsTable {
  put(subscription: Subscription): Promise<void>;
  /** Ends a subscription; false when there was none. */
  remove(scope: Scope, target: Target): Promise<boolean>;
  /** A person's own subscriptions, without those of their groups. */
  listOfUser(userId: string): Promise<Subscription[]>;
  /** The targets after row key `after` ("" starts), merged over all scopes and never cut inside one target. */
  loadPage(scopes: readonly Scope[], after: string): Promise<AudiencePage>;
}

const rulesText = z.string().transform((text) => subscriptionRulesSchema.parse(JSON.parse(text)));
const rowSchema = z.object({ partitionKey: scopeSchema, rowKey: z.string(), rules: rulesText });
const indexRowSchema = z.object({ rowKey: scopeSchema, rules: rulesText });

/** Opens both tables behind `connectionString`. */
export function openSubscriptionsTable(connectionString: string): SubscriptionsTable {
  const byScope = openTable(connectionString, "Subscriptions");
  const byUser = openTable(connectionString, "UserSubscriptions");
  return {
    async put({ scope, target, rules }) {
      const columns = { rules: JSON.stringify(rules) };
      await upsert(byScope, scope, toTargetRowKey(target), columns);
      if (target.kind === "user") await upsert(byUser, toKey(target.userId), scope, columns);
    },
    async remove(scope, target) {
      const removed = await removeRow(byScope, scope, toTargetRowKey(target));
      if (target.kind === "user") await removeRow(byUser, toKey(target.userId), scope);
      return removed;
    },
    async listOfUser(userId) {
      const rows = await readRange(byUser, { partitionKey: toKey(userId), from: "", to: toPrefixEnd("") });
      return rows.map((row) => {
        const { rowKey: scope, rules } = indexRowSchema.parse(row);
        return { scope, target: { kind: "user", userId }, rules };
      });
    },
    async loadPage(scopes, after) {
      const ranges = await Promise.all(scopes.map((scope) => loadRange(byScope, scope, after)));
      return cutAudiencePage(ranges);
    },
  };
}

async function loadRange(table: Table, scope: Scope, after: string): Promise<ScopeRange> {
  const rows = await readRange(table, {
    partitionKey: scope,
    from: after,
    to: toPrefixEnd("user:"),
    limit: MAX_PAGE_ROWS,
    exclusive: true,
  });
  return {
    full: rows.length >= MAX_PAGE_ROWS,
    rows: rows.map((row) => {
      const { rowKey, rules } = rowSchema.parse(row);
      return { rowKey, subscription: subscriptionSchema.parse({ scope, target: fromRowKey(rowKey), rules }) };
    }),
  };
}

async function upsert(table: Table, partitionKey: string, rowKey: string, columns: object): Promise<void> {
  await table.run((client) => client.upsertEntity({ partitionKey, rowKey, ...columns }, "Replace"));
}

async function removeRow(table: Table, partitionKey: string, rowKey: string): Promise<boolean> {
  try {
    await table.run((client) => client.deleteEntity(partitionKey, rowKey));
    return true;
  } catch (error) {
    if (isStatus(error, 404)) return false;
    throw error;
  }
}

function toTargetRowKey(target: Target): string {
  switch (target.kind) {
    case "user":
      return `user:${toKey(target.userId)}`;
    case "group":
      return `group:${toKey(target.group)}`;
  }
}

function fromRowKey(rowKey: string): Target {
  const [kind, key = ""] = rowKey.split(":");
  return kind === "group" ? { kind, group: fromKey(key) } : { kind: "user", userId: fromKey(key) };
}
