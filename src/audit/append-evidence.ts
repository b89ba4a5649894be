/**
 * One chain without forks. A blob bears its place in the chain as its name and is never overwritten, so of two archivers
 * exactly one writes the next evidence. The table follows: one transaction makes it the head of the chain and finds it by
 * its instance. Whoever meets a blob that the table does not know yet (its writer died in between, or is about to go on)
 * checks and enters it, and only then writes its own after it. Nothing is ever left over.
 */
import { z } from "zod";
import { ConflictError } from "../domain/errors.ts";
import type { EvidenceBlobs } from "../storage/evidence-blobs.ts";
import type { ChainHead, EvidenceRow, EvidenceTable } from "../storage/evidence-table.ts";
import {
  type EvidenceConfiguration,
  EvidenceRefusedError,
  type VerifiedEvidence,
  verifyEvidence,
  writeEvidence,
} from "./evidence.ts";
import { type EvidenceSigner, publicJwkSchema, toThumbprint } from "./evidence-signature.ts";
import { findRecordedCodeVersion } from "./recorded-code-version.ts";

export interface AppendDeps {
  table: EvidenceTable;
  blobs: EvidenceBlobs;
  configuration: EvidenceConfiguration;
  /** Of the code that archives, and its Node.js. */
  codeVersion: string;
  nodeVersion: string;
  now(): Date;
}

/** So many others may be writing the same chain at once. */
const ATTEMPTS = 50;

/** What is archived: the status answers of a root and its parts, the root first. */
export type Append = { rootId: string; chain: string; histories: unknown[] };

/** Writes evidence as the last of its chain, unless there is some of the instance. */
export async function appendEvidence(
  deps: AppendDeps,
  signer: EvidenceSigner,
  o: Append,
): Promise<EvidenceRow> {
  const { table, blobs, configuration } = deps;
  const { rootId, chain, histories } = o;
  const code = {
    recorded: findRecordedCodeVersion(histories[0]),
    archived: deps.codeVersion,
    node: deps.nodeVersion,
  };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    // In this order: who enters the instance after the head was read, takes the place that we are about to try.
    const head = await table.readHead(chain);
    const known = await table.find(chain, rootId);
    if (known) return known;
    const name = toBlobName(chain, (head?.position ?? 0) + 1);
    const previous = toPrevious(head);
    const createdAt = deps.now().toISOString();
    const content = { instanceId: rootId, chain, createdAt, previous, histories, configuration, code };
    const { text } = await writeEvidence({ ...content, signer });
    const written = await blobs.create(name, text);
    const bytes = written ? Buffer.from(text) : await blobs.read(name);
    if (bytes === undefined) throw new EvidenceRefusedError(`The evidence ${name} is gone.`);
    await enter(deps, { chain, head, name, bytes });
  }
  throw new ConflictError(`Others write the chain ${chain} again and again.`);
}

type Entry = { chain: string; head: ChainHead | undefined; name: string; bytes: Uint8Array };

/** Enters a blob that follows the head, whoever wrote it; what this app did not sign is refused. */
async function enter({ table }: AppendDeps, { chain, head, name, bytes }: Entry): Promise<void> {
  const { header, histories, sha256 } = await verifyOwnEvidence(table, bytes, name);
  const fits = header.chain === chain && JSON.stringify(header.previous) === JSON.stringify(toPrevious(head));
  if (!fits) throw new EvidenceRefusedError(`The evidence ${name} is not one that this app wrote there.`);
  const { instanceId, createdAt } = header;
  const row = {
    instanceId,
    createdAt,
    sha256,
    parts: histories.length - 1,
    recordedAt: toRecordedAt(histories[0]),
  };
  await table.append(chain, { ...row, position: (head?.position ?? 0) + 1 }, head);
}

/** Verifies a file of the archive: any key can sign a file that names it, so it must be one that ever signed here. */
export async function verifyOwnEvidence(
  table: Pick<EvidenceTable, "listKeys">,
  file: string | Uint8Array,
  name: string,
): Promise<VerifiedEvidence> {
  const evidence = await verifyEvidence(file);
  const keys = (await table.listKeys()).map((jwk) => publicJwkSchema.parse(jwk));
  const thumbprints = await Promise.all(keys.map(toThumbprint));
  if (thumbprints.includes(evidence.keyThumbprint)) return evidence;
  throw new EvidenceRefusedError(`The evidence ${name} is signed by a key that never signed here.`);
}

const recordedAtSchema = z.object({ createdTime: z.string() });

function toRecordedAt(record: unknown): string {
  return recordedAtSchema.safeParse(record).data?.createdTime ?? "";
}

function toPrevious(head: ChainHead | undefined) {
  return head ? { instanceId: head.instanceId, sha256: head.sha256 } : null;
}

/** The name of the blob at a place of a chain, from 1; names of one chain sort in its order. */
export function toBlobName(chain: string, position: number): string {
  return `${chain}/${String(position).padStart(10, "0")}.ndjson`;
}
