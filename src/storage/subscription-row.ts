/** Writing a row of the table Subscriptions: rules and a person's preferences stand in it, and each has its own writers. */
import { z } from "zod";
import {
  copiedPreferencesSchema,
  toCopiedPreferences,
  type VersionedPreferences,
} from "../domain/copied-preferences.ts";
import { ConflictError } from "../domain/errors.ts";
import { type Scope, type SubscriptionRules, subscriptionRulesSchema } from "../domain/subscription.ts";
import { toScopeKey } from "./scope-key.ts";
import { isConflict, isStatus, jsonText, readRow, type Table } from "./table.ts";
import { toTargetRowKey } from "./target-key.ts";

/** The column `rules`. */
export const rulesColumn = jsonText.pipe(subscriptionRulesSchema);
/** The column `preferences`; absent for groups, and for people who never said anything. */
export const copiedColumn = jsonText.pipe(copiedPreferencesSchema).optional();

const ruledRowSchema = z.object({ etag: z.string(), rules: rulesColumn });
const copiedRowSchema = z.object({ etag: z.string(), preferences: copiedColumn });

/** A row as it is written. */
export type Row = { partitionKey: string; rowKey: string; rules: string };
/** The column that holds a copy of preferences. */
export type CopyColumn = { preferences: string };

/** More writers of one row than this at a time are a fault. */
const MAX_TRIES = 20;

/** Writes rules; a row that is there keeps the copy it carries, which may be newer than the one at hand. */
export async function insertOrMerge(table: Table, row: Row, copy: CopyColumn | undefined): Promise<void> {
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

/** Writes what `toRules` makes of the rules that are there, `before` having been told of it; asks again after a conflict. */
export async function replaceRules(
  table: Table,
  keys: { partitionKey: string; rowKey: string },
  o: {
    copy: CopyColumn | undefined;
    toRules: (stored: SubscriptionRules | undefined) => SubscriptionRules;
    before: (rules: SubscriptionRules) => Promise<void>;
  },
): Promise<SubscriptionRules> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const row = await readRow(table, keys.partitionKey, keys.rowKey);
    const stored = row === undefined ? undefined : ruledRowSchema.parse(row);
    const rules = o.toRules(stored?.rules);
    await o.before(rules);
    const columns = { ...keys, rules: JSON.stringify(rules) };
    try {
      await table.run((client) =>
        stored === undefined
          ? client.createEntity({ ...columns, ...o.copy })
          : client.updateEntity(columns, "Merge", { etag: stored.etag }),
      );
      return rules;
    } catch (error) {
      if (!isConflict(error) && !isStatus(error, 404)) throw error;
    }
  }
  throw new ConflictError("A subscription kept changing while it was written.");
}

/** Copies preferences onto a person's row, unless it carries newer ones or is gone. */
export async function copyPreferences(
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

/** Spells preferences as they bear on one scope. */
export function toCopyColumn(stored: VersionedPreferences, scope: Scope): CopyColumn {
  return { preferences: JSON.stringify(toCopiedPreferences(stored, scope)) };
}
