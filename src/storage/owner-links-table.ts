/**
 * Owner links: which Salesforce user is which person. A Salesforce user may be several people, a person several
 * Salesforce users. Each link stands twice, under the person and under the Salesforce user; the person's row is the
 * one that counts: it is written last and removed first.
 */
import { z } from "zod";
import type { StorageConnection } from "../domain/storage-connection.ts";
import { fromKey, isStatus, openTable, readRange, readRow, type Table, toKey, toPrefixEnd } from "./table.ts";

/** Salesforce users are named by 18-character ids. */
export interface OwnerLinksTable {
  put(salesforceUserId: string, userId: string): Promise<void>;
  remove(salesforceUserId: string, userId: string): Promise<void>;
  has(salesforceUserId: string, userId: string): Promise<boolean>;
  /** The Salesforce users that a person is. */
  listOfUser(userId: string): Promise<string[]>;
  /** The people that a Salesforce user is. */
  listOfSalesforceUser(salesforceUserId: string): Promise<string[]>;
}

type Keys = [partitionKey: string, rowKey: string];

/** Opens the table of this account. */
export function openOwnerLinksTable(storage: StorageConnection): OwnerLinksTable {
  const table = openTable(storage, "OwnerLinks");
  const toKeys = (salesforceUserId: string, userId: string): { ofSalesforceUser: Keys; ofUser: Keys } => ({
    ofSalesforceUser: [toSalesforcePartition(salesforceUserId), toKey(userId)],
    ofUser: [toUserPartition(userId), salesforceUserId],
  });
  return {
    async put(salesforceUserId, userId) {
      const { ofSalesforceUser, ofUser } = toKeys(salesforceUserId, userId);
      await upsert(table, ofSalesforceUser);
      await upsert(table, ofUser);
    },
    async remove(salesforceUserId, userId) {
      const { ofSalesforceUser, ofUser } = toKeys(salesforceUserId, userId);
      await removeRow(table, ofUser);
      await removeRow(table, ofSalesforceUser);
    },
    async has(salesforceUserId, userId) {
      return (await readRow(table, ...toKeys(salesforceUserId, userId).ofUser)) !== undefined;
    },
    listOfUser: (userId) => listRowKeys(table, toUserPartition(userId)),
    async listOfSalesforceUser(salesforceUserId) {
      return (await listRowKeys(table, toSalesforcePartition(salesforceUserId))).map(fromKey);
    },
  };
}

function toUserPartition(userId: string): string {
  return `user:${toKey(userId)}`;
}

function toSalesforcePartition(salesforceUserId: string): string {
  return `salesforce:${salesforceUserId}`;
}

const rowSchema = z.object({ rowKey: z.string() });

async function listRowKeys(table: Table, partitionKey: string): Promise<string[]> {
  const rows = await readRange(table, { partitionKey, from: "", to: toPrefixEnd("") });
  return rows.map((row) => rowSchema.parse(row).rowKey);
}

async function upsert(table: Table, [partitionKey, rowKey]: Keys): Promise<void> {
  await table.run((client) => client.upsertEntity({ partitionKey, rowKey }, "Replace"));
}

async function removeRow(table: Table, [partitionKey, rowKey]: Keys): Promise<void> {
  try {
    await table.run((client) => client.deleteEntity(partitionKey, rowKey));
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
  }
}
