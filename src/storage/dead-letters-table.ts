/**
 * DeadLetters (UTC day of the decision / `<notification id>|<target>`): what could not be delivered. Notification ids
 * descend with time, so a day reads newest first; and the same failure writes the same row however often it is written.
 * A letter's id is the base64url of both keys. Rows are merged: what was redriven is never overwritten.
 */
import type { TransactionAction } from "@azure/data-tables";
import { z } from "zod";
import { recipientSchema, toTargetKey } from "../domain/audience.ts";
import { type DeadLetter, isRedriven, type Redrive, redriveSchema } from "../domain/dead-letter.ts";
import { groupBy } from "../domain/group-by.ts";
import { announcementSchema } from "../domain/notification.ts";
import { deleteRows } from "./delete-rows.ts";
import {
  fromKey,
  isConflict,
  jsonText,
  openTable,
  readPartitions,
  readRange,
  readRow,
  submitRows,
  type Table,
  toKey,
  toPrefixEnd,
} from "./table.ts";

/** A letter before anybody redrove it. */
export type NewDeadLetter = Omit<DeadLetter, "id" | "redrives">;

export interface DeadLettersTable {
  /** Keeps letters; doing it again changes nothing. */
  put(letters: readonly NewDeadLetter[]): Promise<void>;
  /** Undefined when there is none with this id. */
  read(id: string): Promise<DeadLetter | undefined>;
  /** Letters of one day (`2026-11-22`), newest first, at most `limit`, after the one with the id `after`. */
  readDay(day: string, o: { limit: number; after?: string | undefined }): Promise<DeadLetter[]>;
  /** Adds a redrive; one that is there already, by its instance id, stays as it is. */
  addRedrive(id: string, redrive: Redrive): Promise<void>;
  /** Removes a person's letters of all days; answers how many there were. */
  erase(userId: string): Promise<number>;
}

/** A property holds 32 K characters; a person who follows very many scopes needs more for their reasons. */
const COLUMN_CHARACTERS = 30_000;
const MAX_RECIPIENT_COLUMNS = 16;

const rowSchema = z
  .looseObject({
    partitionKey: z.string(),
    rowKey: z.string(),
    instanceId: z.string(),
    announcement: jsonText.pipe(announcementSchema),
    cause: z.string(),
    attempts: z.int(),
    isStored: z.boolean(),
    redrives: jsonText.pipe(z.array(redriveSchema)).default([]),
  })
  .transform(({ partitionKey, rowKey, ...columns }, context): DeadLetter => {
    const recipient = jsonText.pipe(recipientSchema).safeParse(joinRecipient(columns));
    if (!recipient.success) {
      context.addIssue("holds no recipient");
      return z.NEVER;
    }
    const { instanceId, announcement, cause, attempts, isStored, redrives } = columns;
    const id = toId(partitionKey, rowKey);
    return { id, instanceId, announcement, recipient: recipient.data, cause, attempts, isStored, redrives };
  });

const keyedSchema = z.object({ partitionKey: z.string(), rowKey: z.string() });
const keysSchema = z.tuple([z.iso.date(), z.string().min(1)]);

/** Opens the table behind `connectionString`. */
export function openDeadLettersTable(connectionString: string): DeadLettersTable {
  const table = openTable(connectionString, "DeadLetters");
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
      return row === undefined ? undefined : rowSchema.parse(row);
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
      return rows.map((row) => rowSchema.parse(row));
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
    async addRedrive(id, redrive) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await tryToAddRedrive(table, id, redrive);
        } catch (error) {
          if (!isConflict(error) || attempt === 5) throw error;
        }
      }
    },
  };
}

async function tryToAddRedrive(table: Table, id: string, redrive: Redrive): Promise<void> {
  const keys = toKeys(id);
  const row = keys && (await readRow(table, ...keys));
  // Retention may have removed it while it was on its way.
  if (keys === undefined || row === undefined) return;
  const { redrives } = rowSchema.parse(row);
  if (redrives.some(({ instanceId }) => instanceId === redrive.instanceId)) return;
  const all = [...redrives, redrive].slice(-MAX_REDRIVES);
  const [partitionKey, rowKey] = keys;
  const columns = {
    redrives: JSON.stringify(all),
    redrivenAt: redrive.redrivenAt,
    redrivenBy: redrive.redrivenBy,
    isRedriven: isRedriven({ redrives: all }),
  };
  const { etag } = z.object({ etag: z.string() }).parse(row);
  await table.run((client) => client.updateEntity({ partitionKey, rowKey, ...columns }, "Merge", { etag }));
}

/** The last ones are kept; each says who and when. */
const MAX_REDRIVES = 50;

/** The UTC day of the decision, not of the failure: a re-run after midnight must find the same row. */
function toDay({ announcement }: Pick<DeadLetter, "announcement">): string {
  return announcement.createdAt.slice(0, 10);
}

function toRowKey({ announcement, recipient }: Pick<DeadLetter, "announcement" | "recipient">): string {
  return `${announcement.id}|${toKey(toTargetKey(recipient.target))}`;
}

function toId(day: string, rowKey: string): string {
  return toKey(`${day}/${rowKey}`);
}

/** Undefined when the id is none of ours. */
function toKeys(id: string): [day: string, rowKey: string] | undefined {
  const text = fromKey(id);
  const slash = text.indexOf("/");
  const keys = keysSchema.safeParse([text.slice(0, slash), text.slice(slash + 1)]);
  return keys.success && toId(...keys.data) === id ? keys.data : undefined;
}

function toColumns({
  announcement,
  recipient,
  ...letter
}: NewDeadLetter): Record<string, string | number | boolean> {
  const text = JSON.stringify(recipient);
  const parts = Array.from(
    { length: Math.ceil(text.length / COLUMN_CHARACTERS) },
    (_, index): [string, string] => [
      `recipient${index}`,
      text.slice(index * COLUMN_CHARACTERS, (index + 1) * COLUMN_CHARACTERS),
    ],
  );
  return { ...letter, announcement: JSON.stringify(announcement), ...Object.fromEntries(parts) };
}

function joinRecipient(columns: Record<string, unknown>): string {
  return Array.from({ length: MAX_RECIPIENT_COLUMNS }, (_, index) => columns[`recipient${index}`])
    .filter((text) => typeof text === "string")
    .join("");
}
