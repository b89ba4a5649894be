/**
 * Preferences (user / `preferences`) is what a person said last. PreferencesPending (`pending` / user) names everybody
 * whose subscriptions may not carry it yet; it is normally empty.
 *
 * A change is announced there before it is written, so an interrupted one is always found. Whoever finishes it marks
 * the row of Preferences first: that makes a writer who announced, but has not written yet, begin again.
 */
import { z } from "zod";
import type { VersionedPreferences } from "../domain/copied-preferences.ts";
import { NO_PREFERENCES, type Preferences, preferencesSchema } from "../domain/preferences.ts";
import type { StorageConnection } from "../domain/storage-connection.ts";
import {
  fromKey,
  isConflict,
  isStatus,
  jsonText,
  openTable,
  readRange,
  readRow,
  type Table,
  toKey,
  toPrefixEnd,
} from "./table.ts";

/** A person's preferences as they were read; the ETag says whether somebody else has written since. */
export type StoredPreferences = VersionedPreferences & { copiedVersion: number; etag: string };

/** A person whose change may not have reached their subscriptions, as of one announcement. */
export type PendingPreferences = { userId: string; etag: string };

export interface PreferencesTable {
  /** Undefined for somebody who never said anything. */
  read(userId: string): Promise<StoredPreferences | undefined>;
  /** Says that a change is coming; every announcement has an ETag of its own. */
  announce(userId: string, version: number): Promise<PendingPreferences>;
  /** Writes the next version; false when somebody else wrote since `before` was read. */
  write(userId: string, preferences: Preferences, before: StoredPreferences | undefined): Promise<boolean>;
  /** Notes that every subscription carries what was read; false when somebody else wrote since. */
  markCopied(userId: string, stored: StoredPreferences | undefined): Promise<boolean>;
  /** Everybody who was announced and not yet finished. */
  listPending(): Promise<PendingPreferences[]>;
  /** Takes an announcement back, unless there has been a later one. */
  removePending(pending: PendingPreferences): Promise<void>;
  /** Forgets a person; false when there was nothing. */
  remove(userId: string): Promise<boolean>;
}

const ROW_KEY = "preferences";
const PENDING = "pending";

const rowSchema = z.object({
  etag: z.string(),
  version: z.int(),
  copiedVersion: z.int(),
  preferences: jsonText.pipe(preferencesSchema),
});
const pendingRowSchema = z
  .object({ rowKey: z.string(), etag: z.string() })
  .transform(({ rowKey, etag }): PendingPreferences => ({ userId: fromKey(rowKey), etag }));

/** Opens both tables of this account. */
export function openPreferencesTable(storage: StorageConnection): PreferencesTable {
  const table = openTable(storage, "Preferences");
  const pending = openTable(storage, "PreferencesPending");
  return {
    async read(userId) {
      const row = await readRow(table, toKey(userId), ROW_KEY);
      return row === undefined ? undefined : rowSchema.parse(row);
    },
    async announce(userId, version) {
      const row = { partitionKey: PENDING, rowKey: toKey(userId), version };
      const { etag = "" } = await pending.run((client) => client.upsertEntity(row, "Replace"));
      return { userId, etag };
    },
    write: (userId, preferences, before) =>
      writeRow(table, userId, before, {
        preferences: JSON.stringify(preferences),
        version: (before?.version ?? 0) + 1,
        copiedVersion: before?.copiedVersion ?? 0,
      }),
    markCopied: (userId, stored) =>
      writeRow(table, userId, stored, {
        // Without a row, one that says nothing stops whoever is about to write the first.
        preferences: JSON.stringify(stored?.preferences ?? NO_PREFERENCES),
        version: stored?.version ?? 0,
        copiedVersion: stored?.version ?? 0,
      }),
    async listPending() {
      const rows = await readRange(pending, { partitionKey: PENDING, from: "", to: toPrefixEnd("") });
      return rows.map((row) => pendingRowSchema.parse(row));
    },
    async removePending({ userId, etag }) {
      try {
        await pending.run((client) => client.deleteEntity(PENDING, toKey(userId), { etag }));
      } catch (error) {
        if (!isStatus(error, 404) && !isStatus(error, 412)) throw error;
      }
    },
    async remove(userId) {
      // The announcement goes first: finishing it would write the row anew.
      await removeRow(pending, PENDING, toKey(userId));
      return removeRow(table, toKey(userId), ROW_KEY);
    },
  };
}

/** Writes where `before` was read, or where nothing was. */
async function writeRow(
  table: Table,
  userId: string,
  before: StoredPreferences | undefined,
  columns: object,
): Promise<boolean> {
  const entity = { partitionKey: toKey(userId), rowKey: ROW_KEY, ...columns };
  try {
    await table.run((client) =>
      before ? client.updateEntity(entity, "Replace", { etag: before.etag }) : client.createEntity(entity),
    );
    return true;
  } catch (error) {
    // 404: the person was removed.
    if (isConflict(error) || isStatus(error, 404)) return false;
    throw error;
  }
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
