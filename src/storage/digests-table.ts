/**
 * Digests: whom to tell, when quiet hours end, that something came. One row per due minute (`2026-11-22T07:00`, UTC)
 * and person, written with Merge: writing it again only moves its ETag on. What was withheld when is noted as one
 * column per quarter of an hour (a day has 96; a row holds 252), because Merge cannot keep the lesser of two values.
 */
import { inTurns } from "../domain/in-turns.ts";
import { odata, type TransactionAction } from "@azure/data-tables";
import { z } from "zod";
import type { DigestForgetReport, DigestPage, DigestPageRequest, DueDigest } from "../domain/digest.ts";
import { dueMinuteSchema, toDueMinute, toQuarterStart } from "../domain/digest.ts";
import { groupBy } from "../domain/group-by.ts";
import { instantSchema } from "../domain/order-change.ts";
import type { StorageConnection } from "../domain/storage-connection.ts";
import {
  fromKey,
  isStatus,
  openTable,
  readRange,
  submitRows,
  type Table,
  toKey,
  toPrefixEnd,
} from "./table.ts";

/** A person in quiet hours until then (UTC). */
export type QuietPerson = { userId: string; quietUntil: string };

export interface DigestsTable {
  /** Notes that something decided at `decidedAt` was withheld, a transaction per due minute and 100 people. */
  note(people: readonly QuietPerson[], decidedAt: string): Promise<void>;
  /** Due minutes up to `until` that have rows, oldest first; one query for each, and one that finds no more. */
  listDueMinutes(until: string, limit: number): Promise<string[]>;
  /** The people of one due minute by row key, bounded in rows and in bytes of JSON. */
  readPage(request: DigestPageRequest): Promise<DigestPage>;
  /** Removes rows that are still as they were read. */
  forget(dueMinute: string, digests: readonly DueDigest[]): Promise<DigestForgetReport>;
  /** Removes every row of a person, which reads the whole (small) table; answers how many there were. */
  erase(userId: string): Promise<number>;
}

/** A page is an activity result kept in the history. */
const MAX_PAGE_BYTES = 200_000;

const SINCE = "since";
const keysSchema = z.object({ partitionKey: dueMinuteSchema });
const rowSchema = z
  .looseObject({ rowKey: z.string(), etag: z.string() })
  .transform(({ rowKey, etag, ...columns }, context): DueDigest => {
    const sinces = Object.entries(columns)
      .filter(([name]) => name.startsWith(SINCE))
      .map(([, since]) => instantSchema.parse(since));
    const since = sinces.toSorted().at(0);
    if (since !== undefined) return { userId: fromKey(rowKey), since, etag };
    context.addIssue("says of no time that something was withheld");
    return z.NEVER;
  });

/** Opens the table of this account. */
export function openDigestsTable(storage: StorageConnection): DigestsTable {
  const table = openTable(storage, "Digests");
  return {
    async note(people, decidedAt) {
      const since = toQuarterStart(decidedAt);
      const column = SINCE + since.replaceAll(/\D/g, "");
      const minutes = groupBy(people, ({ quietUntil }) => toDueMinute(quietUntil));
      for (const [partitionKey, members] of minutes) {
        const actions = members.map(({ userId }): TransactionAction => {
          return ["upsert", { partitionKey, rowKey: toKey(userId), [column]: since }, "Merge"];
        });
        await submitRows(table, actions);
      }
    },
    async listDueMinutes(until, limit) {
      const found: string[] = [];
      while (found.length < limit) {
        const next = await findDueMinute(table, found.at(-1) ?? "", until);
        if (next === undefined) break;
        found.push(next);
      }
      return found;
    },
    async readPage({ dueMinute, after, limit }) {
      const range = { from: after ?? "", to: toPrefixEnd(""), exclusive: after !== null, limit };
      const rows = await readRange(table, { partitionKey: dueMinute, ...range });
      return cutPage(
        rows.map((row) => rowSchema.parse(row)),
        rows.length === limit,
      );
    },
    async forget(dueMinute, digests) {
      const gone = await inTurns(digests, PARALLEL_DELETES, (digest) => forgetOne(table, dueMinute, digest));
      const forgotten = gone.filter(Boolean).length;
      return { forgotten, kept: digests.length - forgotten };
    },
    async erase(userId) {
      const found = await findDueMinutesOf(table, userId);
      for (const dueMinute of found) await forgetOne(table, dueMinute, { userId, etag: "*" });
      return found.length;
    },
  };
}

/** One by one: the client library cannot put a delete that heeds an ETag into a transaction. */
const PARALLEL_DELETES = 10;

/** False when the row was written again meanwhile and stays; a row that is gone already (a re-run) is as it should be. */
async function forgetOne(
  table: Table,
  dueMinute: string,
  { userId, etag }: Omit<DueDigest, "since">,
): Promise<boolean> {
  try {
    await table.run((client) => client.deleteEntity(dueMinute, toKey(userId), { etag }));
    return true;
  } catch (error) {
    if (isStatus(error, 412)) return false;
    if (isStatus(error, 404)) return true;
    throw error;
  }
}

async function findDueMinute(table: Table, after: string, until: string): Promise<string | undefined> {
  const filter = `${odata`PartitionKey gt ${after}`} and ${odata`PartitionKey le ${until}`}`;
  const queryOptions = { filter, select: ["PartitionKey"] };
  return table.run(async (client) => {
    // A page may be empty and still not the last.
    for await (const page of client.listEntities({ queryOptions }).byPage({ maxPageSize: 1 })) {
      if (page.length > 0) return keysSchema.parse(page[0]).partitionKey;
    }
    return undefined;
  });
}

async function findDueMinutesOf(table: Table, userId: string): Promise<string[]> {
  const queryOptions = { filter: odata`RowKey eq ${toKey(userId)}`, select: ["PartitionKey"] };
  return table.run(async (client) => {
    const found: string[] = [];
    for await (const row of client.listEntities({ queryOptions })) {
      found.push(keysSchema.parse(row).partitionKey);
    }
    return found;
  });
}

function cutPage(digests: readonly DueDigest[], hasMore: boolean): DigestPage {
  let bytes = 0;
  const end = digests.findIndex((digest) => {
    bytes += Buffer.byteLength(JSON.stringify(digest)) + 1;
    return bytes > MAX_PAGE_BYTES;
  });
  const taken = end === -1 ? [...digests] : digests.slice(0, end);
  const last = taken.at(-1);
  return { digests: taken, next: last && (hasMore || end !== -1) ? toKey(last.userId) : null };
}
