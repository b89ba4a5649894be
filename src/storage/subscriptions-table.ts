/**
 * Subscriptions (scope / target) answer "who" with one range per scope, and carry their person's preferences;
 * UserSubscriptions (user / scope) answers "what do I follow", and where preferences have to be copied to: it is written
 * first and removed last, so that it never misses one.
 */
import { z } from "zod";
import {
  type CopiedPreferences,
  copiedPreferencesSchema,
  toCopiedPreferences,
  type VersionedPreferences,
} from "../domain/copied-preferences.ts";
import { ConflictError } from "../domain/errors.ts";
import {
  type Scope,
  type Subscription,
  subscriptionRulesSchema,
  type Target,
} from "../domain/subscription.ts";
import { MAX_PAGE_ROWS } from "./cut-audience-page.ts";
import { openPreferencesTable, type PreferencesTable } from "./preferences-table.ts";
import { fromScopeKey, toScopeKey } from "./scope-key.ts";
import { fromTargetRowKey, toTargetRowKey } from "./target-key.ts";
import {
  isConflict,
  isStatus,
  jsonText,
  openTable,
  readRange,
  readStart,
  readRow,
  type Table,
  toKey,
  toPrefixEnd,
} from "./table.ts";

/** A subscription as it is stored; `copied` is absent for groups, and for people who never said anything. */
export type StoredSubscription = Omit<Subscription, "preferences"> & {
  rowKey: string;
  copied?: CopiedPreferences | undefined;
};

/** The first rows of one scope after a cursor, by row key; `full` when the scope may hold more. */
export type StoredRange = { full: boolean; rows: StoredSubscription[] };

export interface SubscriptionsTable {
  /** Subscribes, or replaces the rules; the row carries the person's preferences from the beginning. */
  put(subscription: Omit<Subscription, "preferences">): Promise<void>;
  /** Ends a subscription; false when there was none. */
  remove(scope: Scope, target: Target): Promise<boolean>;
  /** A person's own subscriptions, without those of their groups. */
  listOfUser(userId: string): Promise<Subscription[]>;
  /** Copies preferences onto a person's subscription, unless it carries newer ones or has ended. */
  copyPreferences(scope: Scope, userId: string, stored: VersionedPreferences): Promise<void>;
  /** What follows row key `after` ("" starts) in each of the scopes. */
  loadRanges(scopes: readonly Scope[], after: string): Promise<StoredRange[]>;
}

const rulesColumn = jsonText.pipe(subscriptionRulesSchema);
const copiedColumn = jsonText.pipe(copiedPreferencesSchema).optional();
const rowSchema = z.object({ rowKey: z.string(), rules: rulesColumn, preferences: copiedColumn });
const copiedRowSchema = z.object({ etag: z.string(), preferences: copiedColumn });
const indexRowSchema = z.object({ rowKey: z.string().transform(fromScopeKey), rules: rulesColumn });

/** Opens both tables behind `connectionString`; the preferences are those that new rows carry. */
export function openSubscriptionsTable(
  connectionString: string,
  preferences: Pick<PreferencesTable, "read"> = openPreferencesTable(connectionString),
): SubscriptionsTable {
  const byScope = openTable(connectionString, "Subscriptions");
  const byUser = openTable(connectionString, "UserSubscriptions");
  return {
    async put({ scope, target, rules }) {
      const columns = { rules: JSON.stringify(rules) };
      const keys = { partitionKey: toScopeKey(scope), rowKey: toTargetRowKey(target) };
      if (target.kind === "group") {
        await byScope.run((client) => client.upsertEntity({ ...keys, ...columns }, "Replace"));
        return;
      }
      const { userId } = target;
      const before = await preferences.read(userId);
      const index = { partitionKey: toKey(userId), rowKey: toScopeKey(scope), ...columns };
      await byUser.run((client) => client.upsertEntity(index, "Replace"));
      await insertOrMerge(byScope, { ...keys, ...columns }, before && toCopyColumn(before, scope));
      // A change that was copied while this row was not there yet has missed it.
      const after = await preferences.read(userId);
      if (after && after.version > (before?.version ?? 0))
        await copyPreferences(byScope, scope, userId, after);
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

type Row = { partitionKey: string; rowKey: string; rules: string };
type CopyColumn = { preferences: string };

/** More writers of one row than this at a time are a fault. */
const MAX_TRIES = 20;

/** A row that is there keeps the copy it carries, which may be newer than the one at hand. */
async function insertOrMerge(table: Table, row: Row, copy: CopyColumn | undefined): Promise<void> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    try {
      await table.run((client) => client.createEntity({ ...row, ...copy }));
      return;
    } catch (error) {
      if (!isStatus(error, 409)) throw error;
    }
    try {
      await table.run((client) => client.updateEntity(row, "Merge"));
      return;
    } catch (error) {
      if (!isStatus(error, 404)) throw error;
    }
  }
  throw new ConflictError("A subscription kept being made and ended while it was written.");
}

async function copyPreferences(
  table: Table,
  scope: Scope,
  userId: string,
  stored: VersionedPreferences,
): Promise<void> {
  const keys = { partitionKey: toScopeKey(scope), rowKey: toTargetRowKey({ kind: "user", userId }) };
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const row = await readRow(table, keys.partitionKey, keys.rowKey);
    if (row === undefined) return;
    const { etag, preferences } = copiedRowSchema.parse(row);
    if ((preferences?.version ?? 0) >= stored.version) return;
    try {
      const columns = { ...keys, ...toCopyColumn(stored, scope) };
      await table.run((client) => client.updateEntity(columns, "Merge", { etag }));
      return;
    } catch (error) {
      if (isStatus(error, 404)) return;
      if (!isConflict(error)) throw error;
    }
  }
  throw new ConflictError("A subscription kept changing while preferences were copied onto it.");
}

function toCopyColumn(stored: VersionedPreferences, scope: Scope): CopyColumn {
  return { preferences: JSON.stringify(toCopiedPreferences(stored, scope)) };
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
