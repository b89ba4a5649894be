/**
 * Evidence: what was archived, and where. A partition is a chain: the row `head` names its last evidence, a row
 * `instance|<id>` one evidence; both are written in one transaction, so the chain has one end. The partition
 * `of|<instance id>` leads from an instance whose id names no chain to its chain, and `keys` holds every public key that
 * ever signed.
 */
import type { TransactionAction } from "@azure/data-tables";
import { z } from "zod";
import { instantSchema } from "../domain/order-change.ts";
import type { StorageConnection } from "../domain/storage-connection.ts";
import { isConflict, jsonText, openTable, readRange, readRow, submitRows, toPrefixEnd } from "./table.ts";

const rowSchema = z.object({
  instanceId: z.string(),
  /** Place in the chain, from 1. */
  position: z.int(),
  createdAt: instantSchema,
  /** Of the whole file. */
  sha256: z.string(),
  /** When the orchestration was created, in the words of its record: an id may run again under another. */
  recordedAt: z.string(),
  /** Orchestrations in it beside its own. */
  parts: z.int(),
});

const headSchema = rowSchema.extend({ etag: z.string() });

export type EvidenceRow = z.infer<typeof rowSchema>;
export type ChainHead = z.infer<typeof headSchema>;

export interface EvidenceTable {
  /** The last evidence of a chain. */
  readHead(chain: string): Promise<ChainHead | undefined>;
  find(chain: string, instanceId: string): Promise<EvidenceRow | undefined>;
  /** In the order of the chain. */
  list(chain: string): Promise<EvidenceRow[]>;
  /** Makes `row` the last of its chain, which `head` was until now; losing a race is no loss. */
  append(chain: string, row: EvidenceRow, head: ChainHead | undefined): Promise<void>;
  readChainOf(instanceId: string): Promise<string | undefined>;
  noteChainOf(instanceId: string, chain: string): Promise<void>;
  noteKey(kid: string, jwk: object): Promise<void>;
  /** The public keys, not yet checked. */
  listKeys(): Promise<unknown[]>;
}

const HEAD = "head";
const KEYS = "keys";
const INSTANCE = "instance|";
const chainSchema = z.object({ chain: z.string() });
const keySchema = z.object({ jwk: jsonText }).transform(({ jwk }) => jwk);

/** Opens the table of this account. */
export function openEvidenceTable(storage: StorageConnection): EvidenceTable {
  const table = openTable(storage, "Evidence");
  return {
    async readHead(chain) {
      const row = await readRow(table, chain, HEAD);
      return row === undefined ? undefined : headSchema.parse(row);
    },
    async find(chain, instanceId) {
      const row = await readRow(table, chain, INSTANCE + instanceId);
      return row === undefined ? undefined : rowSchema.parse(row);
    },
    async list(chain) {
      const range = { partitionKey: chain, from: INSTANCE, to: toPrefixEnd(INSTANCE) };
      const rows = (await readRange(table, range)).map((row) => rowSchema.parse(row));
      return rows.sort((a, b) => a.position - b.position);
    },
    async append(chain, row, head) {
      const last = { partitionKey: chain, rowKey: HEAD, ...row };
      const actions: TransactionAction[] = [
        head ? ["update", last, "Replace", { etag: head.etag }] : ["create", last],
        ["create", { ...last, rowKey: INSTANCE + row.instanceId }],
      ];
      try {
        await submitRows(table, actions);
      } catch (error) {
        if (!isConflict(error)) throw error;
      }
    },
    async readChainOf(instanceId) {
      const row = await readRow(table, `of|${instanceId}`, "chain");
      return row === undefined ? undefined : chainSchema.parse(row).chain;
    },
    async noteChainOf(instanceId, chain) {
      const entity = { partitionKey: `of|${instanceId}`, rowKey: "chain", chain };
      await table.run((client) => client.upsertEntity(entity, "Replace"));
    },
    async noteKey(kid, jwk) {
      const entity = { partitionKey: KEYS, rowKey: kid, jwk: JSON.stringify(jwk) };
      await table.run((client) => client.upsertEntity(entity, "Replace"));
    },
    async listKeys() {
      const rows = await readRange(table, { partitionKey: KEYS, from: "", to: toPrefixEnd("") });
      return rows.map((row) => keySchema.parse(row));
    },
  };
}
