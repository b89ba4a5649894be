/**
 * DeadLetters (UTC day of the decision / `<notification id>|<target>`): what could not be delivered. Notification ids
 * descend with time, so a day reads newest first; and the same failure writes the same row however often it is written.
 * A letter's id is the base64url of both keys. Rows are merged: what was redriven is never overwritten.
 */
import type { TransactionAction } from "@azure/data-tables";
import { z } from "zod";
import { toTargetKey } from "../domain/audience.ts";
import { type DeadLetter, isRedriven, type LetterClaim, type Redrive } from "../domain/dead-letter.ts";
import { ConflictError } from "../domain/errors.ts";
import { groupBy } from "../domain/group-by.ts";
import type { StorageConnection } from "../domain/storage-connection.ts";
import {
  deadLetterRowSchema,
  type NewDeadLetter,
  toClaimColumns,
  toColumns,
  toDay,
  toKeys,
  toRowKey,
} from "./dead-letter-row.ts";
import { deleteRows } from "./delete-rows.ts";
import {
  isConflict,
  isStatus,
  openTable,
  readPartitions,
  readRange,
  readRow,
  submitRows,
  type Table,
  toKey,
  toPrefixEnd,
} from "./table.ts";

export interface DeadLettersTable {
  /** Keeps letters; doing it again changes nothing. */
  put(letters: readonly NewDeadLetter[]): Promise<void>;
  /** Undefined when there is none with this id. */
  read(id: string): Promise<DeadLetter | undefined>;
  /** Letters of one day (`2026-11-22`), newest first, at most `limit`, after the one with the id `after`. */
  readDay(day: string, o: { limit: number; after?: string | undefined }): Promise<DeadLetter[]>;
  /**
   * Claims a letter for a redrive, or renews its claim; `mayTake` decides by how the letter stands. Undefined when it may
   * not, or when there is no such letter. Of two at once only one gets it.
   */
  claim(
    id: string,
    claim: LetterClaim,
    mayTake: (letter: DeadLetter) => Promise<boolean>,
  ): Promise<DeadLetter | undefined>;
  /** Adds a redrive and ends its claim; one that is there already, by its instance id, stays as it is. */
  addRedrive(id: string, redrive: Redrive): Promise<void>;
  /** Removes a person's letters of all days; answers how many there were. */
  erase(userId: string): Promise<number>;
}

const keyedSchema = z.object({ partitionKey: z.string(), rowKey: z.string() });

/** Opens the table of this account. */
export function openDeadLettersTable(storage: StorageConnection): DeadLettersTable {
  const table = openTable(storage, "DeadLetters");
  return {
    async put(letters) {
      for (const [partitionKey, members] of groupBy(letters, toDay)) {
        const actions = members.map((letter): TransactionAction => {
          return ["upsert", { partitionKey, rowKey: toRowKey(letter), ...toColumns(letter) }, "Merge"];
        });
        await submitRows(table, actions);
      }
    },
    async read(id) {
      const keys = toKeys(id);
      const row = keys && (await readRow(table, ...keys));
      return row === undefined ? undefined : deadLetterRowSchema.parse(row);
    },
    async readDay(partitionKey, { limit, after }) {
      const from = after === undefined ? "" : (toKeys(after)?.[1] ?? "");
      const rows = await readRange(table, {
        partitionKey,
        from,
        to: toPrefixEnd(""),
        exclusive: after !== undefined,
        limit,
      });
      return rows.map((row) => deadLetterRowSchema.parse(row));
    },
    async erase(userId) {
      const suffix = `|${toKey(toTargetKey({ kind: "user", userId }))}`;
      const range = { from: "", to: toPrefixEnd(""), columns: ["PartitionKey", "RowKey"] };
      let removed = 0;
      for await (const page of readPartitions(table, range)) {
        const keys = page.map((row) => keyedSchema.parse(row));
        const own = groupBy(
          keys.filter(({ rowKey }) => rowKey.endsWith(suffix)),
          (key) => key.partitionKey,
        );
        for (const [day, rows] of own)
          removed += await deleteRows(
            table,
            day,
            rows.map(({ rowKey }) => rowKey),
          );
      }
      return removed;
    },
    async claim(id, claim, mayTake) {
      let claimed: DeadLetter | undefined;
      const isWritten = await changeLetter(table, id, async (letter) => {
        claimed = (await mayTake(letter)) ? { ...letter, claim } : undefined;
        return claimed && toClaimColumns(claim);
      });
      return isWritten ? claimed : undefined;
    },
    async addRedrive(id, redrive) {
      await changeLetter(table, id, async (letter) => toRedriveColumns(letter, redrive));
    },
  };
}

type Columns = Record<string, string | boolean>;

/** More writers of one letter than this at a time are a fault. */
const MAX_TRIES = 10;

/** Changes a letter; `toChange` is asked again when somebody was quicker. False when nothing was to be changed. */
async function changeLetter(
  table: Table,
  id: string,
  toChange: (letter: DeadLetter) => Promise<Columns | undefined>,
): Promise<boolean> {
  const keys = toKeys(id);
  if (keys === undefined) return false;
  const [partitionKey, rowKey] = keys;
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const row = await readRow(table, partitionKey, rowKey);
    // Retention may have removed it while it was on its way.
    if (row === undefined) return false;
    const columns = await toChange(deadLetterRowSchema.parse(row));
    if (columns === undefined) return false;
    const { etag } = z.object({ etag: z.string() }).parse(row);
    try {
      const change = { partitionKey, rowKey, ...columns };
      await table.run((client) => client.updateEntity(change, "Merge", { etag }));
      return true;
    } catch (error) {
      if (!isConflict(error) && !isStatus(error, 404)) throw error;
    }
  }
  throw new ConflictError("A dead letter kept changing while it was written.");
}

function toRedriveColumns({ redrives, claim }: DeadLetter, redrive: Redrive): Columns | undefined {
  if (redrives.some(({ instanceId }) => instanceId === redrive.instanceId)) return undefined;
  const all = [...redrives, redrive].slice(-MAX_REDRIVES);
  return {
    redrives: JSON.stringify(all),
    redrivenAt: redrive.redrivenAt,
    redrivenBy: redrive.redrivenBy,
    isRedriven: isRedriven({ redrives: all }),
    ...(claim?.claimedBy === redrive.instanceId ? toClaimColumns(undefined) : {}),
  };
}

/** The last ones are kept; each says who and when. */
const MAX_REDRIVES = 50;
