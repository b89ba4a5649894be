/**
 * Subscriptions (scope / target) answer "who" with one range per scope, and carry their person's preferences;
 * UserSubscriptions (user / scope) answers "what do I follow", and where preferences have to be copied to: it is written
 * first and removed last, so that it never misses one.
 */
import { z } from "zod";
import { type CopiedPreferences, type VersionedPreferences } from "../domain/copied-preferences.ts";
import {
  type Scope,
  type Subscription,
  type SubscriptionRules,
  type Target,
} from "../domain/subscription.ts";
import type { StorageConnection } from "../domain/storage-connection.ts";
import { MAX_PAGE_ROWS } from "./cut-audience-page.ts";
import { openPreferencesTable, type PreferencesTable } from "./preferences-table.ts";
import { fromScopeKey, toScopeKey } from "./scope-key.ts";
import {
  copiedColumn,
  type CopyColumn,
  copyPreferences,
  insertOrMerge,
  replaceRules,
  rulesColumn,
  toCopyColumn,
} from "./subscription-row.ts";
import { fromTargetRowKey, toTargetRowKey } from "./target-key.ts";
import { isStatus, openTable, readRange, readStart, type Table, toKey, toPrefixEnd } from "./table.ts";

/** A subscription as it is stored; `copied` is absent for groups, and for people who never said anything. */
export type StoredSubscription = Omit<Subscription, "preferences"> & {
  rowKey: string;
  copied?: CopiedPreferences | undefined;
};

/** The first rows of one scope after a cursor, by row key; `full` when the scope may hold more. */
export type StoredRange = { full: boolean; rows: StoredSubscription[] };

type ToRules = (stored: SubscriptionRules | undefined) => SubscriptionRules;

export interface SubscriptionsTable {
  /** Subscribes, or replaces the rules; the row carries the person's preferences from the beginning. */
  put(subscription: Omit<Subscription, "preferences">): Promise<void>;
  /**
   * Subscribes a person to a scope with what `toRules` makes of the rules that stand there; it is asked again when somebody
   * changed them meanwhile, and may throw. Answers the rules that were written.
   */
  putOwn(scope: Scope, userId: string, toRules: ToRules): Promise<SubscriptionRules>;
  /** Ends a subscription; false when there was none. */
  remove(scope: Scope, target: Target): Promise<boolean>;
  /** A person's own subscriptions, without those of their groups. */
  listOfUser(userId: string): Promise<Subscription[]>;
  /** Copies preferences onto a person's subscription, unless it carries newer ones or has ended. */
  copyPreferences(scope: Scope, userId: string, stored: VersionedPreferences): Promise<void>;
  /** What follows row key `after` ("" starts) in each of the scopes. */
  loadRanges(scopes: readonly Scope[], after: string): Promise<StoredRange[]>;
}

const rowSchema = z.object({ rowKey: z.string(), rules: rulesColumn, preferences: copiedColumn });
const indexRowSchema = z.object({ rowKey: z.string().transform(fromScopeKey), rules: rulesColumn });

/** Opens both tables of this account; the preferences are those that new rows carry. */
export function openSubscriptionsTable(
  storage: StorageConnection,
  preferences: Pick<PreferencesTable, "read"> = openPreferencesTable(storage),
): SubscriptionsTable {
  const byScope = openTable(storage, "Subscriptions");
  const byUser = openTable(storage, "UserSubscriptions");
  const putIndex = async (scope: Scope, userId: string, rules: SubscriptionRules) => {
    const row = { partitionKey: toKey(userId), rowKey: toScopeKey(scope), rules: JSON.stringify(rules) };
    await byUser.run((client) => client.upsertEntity(row, "Replace"));
  };
  /** Writes a person's row with their preferences. */
  const write = async <Result>(
    scope: Scope,
    userId: string,
    run: (copy: CopyColumn | undefined) => Promise<Result>,
  ): Promise<Result> => {
    const before = await preferences.read(userId);
    const result = await run(before && toCopyColumn(before, scope));
    // A change that was copied while this row was not there yet has missed it.
    const after = await preferences.read(userId);
    if (after && after.version > (before?.version ?? 0)) await copyPreferences(byScope, scope, userId, after);
    return result;
  };
  return {
    async put({ scope, target, rules }) {
      const keys = { partitionKey: toScopeKey(scope), rowKey: toTargetRowKey(target) };
      const row = { ...keys, rules: JSON.stringify(rules) };
      if (target.kind === "group") {
        await byScope.run((client) => client.upsertEntity(row, "Replace"));
        return;
      }
      await write(scope, target.userId, async (copy) => {
        await putIndex(scope, target.userId, rules);
        await insertOrMerge(byScope, row, copy);
      });
    },
    async putOwn(scope, userId, toRules) {
      const keys = { partitionKey: toScopeKey(scope), rowKey: toTargetRowKey({ kind: "user", userId }) };
      const before = (rules: SubscriptionRules) => putIndex(scope, userId, rules);
      return write(scope, userId, (copy) => replaceRules(byScope, keys, { copy, toRules, before }));
    },
    async remove(scope, target) {
      const removed = await removeRow(byScope, toScopeKey(scope), toTargetRowKey(target));
      if (target.kind === "user") await removeRow(byUser, toKey(target.userId), toScopeKey(scope));
      return removed;
    },
    async listOfUser(userId) {
      const rows = await readRange(byUser, { partitionKey: toKey(userId), from: "", to: toPrefixEnd("") });
      return rows.map((row) => {
        const { rowKey: scope, rules } = indexRowSchema.parse(row);
        return { scope, target: { kind: "user", userId }, rules };
      });
    },
    copyPreferences: (scope, userId, stored) => copyPreferences(byScope, scope, userId, stored),
    loadRanges: (scopes, after) => Promise.all(scopes.map((scope) => loadRange(byScope, scope, after))),
  };
}

async function loadRange(table: Table, scope: Scope, after: string): Promise<StoredRange> {
  const { rows, hasMore } = await readStart(table, {
    partitionKey: toScopeKey(scope),
    from: after,
    to: toPrefixEnd("user:"),
    limit: MAX_PAGE_ROWS,
    exclusive: true,
  });
  return {
    // Exactly a page of them is all of them: an empty page would cost an orchestration of its own.
    full: hasMore,
    rows: rows.map((row) => {
      const { rowKey, rules, preferences: copied } = rowSchema.parse(row);
      return { rowKey, scope, target: fromTargetRowKey(rowKey), rules, copied };
    }),
  };
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
