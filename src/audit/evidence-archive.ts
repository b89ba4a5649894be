/** The archive of evidence: once per instance, and read long after Durable's own histories are gone. */
import { z } from "zod";
import { ENDED_STATUSES } from "../domain/ended-status.ts";
import { OrderBellError } from "../domain/errors.ts";
import { inTurns } from "../domain/in-turns.ts";
import { toSha256 } from "../domain/sha256.ts";
import type { EvidenceRow } from "../storage/evidence-table.ts";
import { appendEvidence, type AppendDeps, toBlobName, verifyOwnEvidence } from "./append-evidence.ts";
import { leavesEvidence, toChainOfEscalation, toChainOfId, toRootInstanceId } from "./evidence-chain.ts";
import { EvidenceRefusedError } from "./evidence.ts";
import { type EvidenceSigner, publicJwkSchema, type PublicJwk, toThumbprint } from "./evidence-signature.ts";
import type { RecordReader } from "./recorded-orchestration.ts";

/** Durable's own histories. */
export interface LiveHistories extends RecordReader {
  /** Ids of the orchestrations that a root started, as parts of it, in the order of ids. */
  listParts(rootId: string): Promise<string[]>;
}

export interface EvidenceArchiveDeps extends AppendDeps {
  /** Null without EVIDENCE_KEY: then nothing is archived, but what was can be read. */
  openSigner: (() => Promise<EvidenceSigner>) | null;
}

/** One evidence as a list shows it. */
export type EvidenceEntry = Pick<EvidenceRow, "instanceId" | "createdAt" | "sha256">;

export interface EvidenceArchive {
  /** False without EVIDENCE_KEY. */
  readonly isOn: boolean;
  /**
   * The evidence of an instance (of its root's, when it is a part of one), written now unless it was; `live` reads
   * Durable's histories. "running": something of it has not ended. Undefined: unknown, or it leaves none.
   */
  archive(
    instanceId: string,
    live: LiveHistories,
  ): Promise<{ text: string; sha256: string; createdAt: string } | "running" | undefined>;
  /** The same, without reading the file. */
  ensure(instanceId: string, live: LiveHistories): Promise<EvidenceRow | "running" | undefined>;
  /** Whether there is evidence of it, or of the root that it is a part of. */
  has(instanceId: string): Promise<boolean>;
  /** The file that was archived, as it was written. */
  read(instanceId: string): Promise<string | undefined>;
  /** In the order of the chain: an order id, `digests`, `redrives` or `escalations`. */
  list(chain: string): Promise<EvidenceEntry[]>;
  /** The instances that the root's evidence holds beside itself. */
  listParts(rootId: string): Promise<string[]>;
  /** What Durable's status API said of an instance, root or part, from its verified evidence. */
  readRecord(instanceId: string): Promise<{ record: unknown; source: "evidence" } | undefined>;
  /** Every public key that ever signed here. */
  listKeys(): Promise<PublicJwk[]>;
}

/** There is no EVIDENCE_KEY, so no evidence can be signed. */
export class EvidenceKeyMissingError extends OrderBellError {
  readonly retryable = true;
  constructor() {
    super("The app setting EVIDENCE_KEY is not set, so there is no evidence.");
  }
}

/** Parts that are read side by side. */
const SIDE_BY_SIDE = 8;
/** Builds the archive. */
export function createEvidenceArchive(deps: EvidenceArchiveDeps): EvidenceArchive {
  const { table, blobs } = deps;
  const getSigner = createSignerOpener(deps);

  const find = async (rootId: string): Promise<{ chain: string; row: EvidenceRow } | undefined> => {
    if (!leavesEvidence(rootId)) return undefined;
    const chain = toChainOfId(rootId) ?? (await table.readChainOf(rootId));
    const row = chain === undefined ? undefined : await table.find(chain, rootId);
    return chain !== undefined && row ? { chain, row } : undefined;
  };
  const readFile = async ({ chain, row }: { chain: string; row: EvidenceRow }): Promise<string> => {
    const bytes = await blobs.read(toBlobName(chain, row.position));
    const text = bytes === undefined ? undefined : Buffer.from(bytes).toString("utf8");
    if (text === undefined || toSha256(text) !== row.sha256) {
      throw new EvidenceRefusedError(
        `The archived evidence of ${row.instanceId} is ${text ? "not what was written" : "gone"}.`,
      );
    }
    return text;
  };
  const ensure = async (instanceId: string, live: LiveHistories) => {
    const rootId = toRootInstanceId(instanceId);
    if (!leavesEvidence(rootId)) return undefined;
    const known = await find(rootId);
    if (known) return known.row;
    const signer = await getSigner();
    const records = await readHistories(live, rootId);
    if (records === undefined || records === "running") return records;
    const chain = toChainOfId(rootId) ?? toChainOfEscalation(records.histories[0]);
    // First: once it is in the chain, it must be found.
    if (toChainOfId(rootId) === undefined) await table.noteChainOf(rootId, chain);
    return appendEvidence(deps, signer, { rootId, chain, ...records });
  };
  const read = async (instanceId: string) => {
    const found = await find(toRootInstanceId(instanceId));
    return found && readFile(found);
  };
  const readRecords = async (instanceId: string): Promise<Map<string, unknown>> => {
    const text = await read(instanceId);
    if (text === undefined) return new Map();
    const rootId = toRootInstanceId(instanceId);
    const { header, histories } = await verifyOwnEvidence(table, text, `of ${rootId}`);
    if (header.instanceId !== rootId) {
      throw new EvidenceRefusedError(`The archived evidence of ${rootId} is that of ${header.instanceId}.`);
    }
    return new Map(histories.map((one) => [recordSchema.parse(one).instanceId, one]));
  };
  return {
    isOn: deps.openSigner !== null,
    ensure,
    read,
    has: async (instanceId) => (await find(toRootInstanceId(instanceId))) !== undefined,
    async archive(instanceId, live) {
      const row = await ensure(instanceId, live);
      if (row === undefined || row === "running") return row;
      const text = await read(instanceId);
      return text === undefined ? undefined : { text, sha256: row.sha256, createdAt: row.createdAt };
    },
    async list(chain) {
      const rows = await table.list(chain);
      return rows.map(({ instanceId, createdAt, sha256 }) => ({ instanceId, createdAt, sha256 }));
    },
    async listParts(rootId) {
      return [...(await readRecords(rootId)).keys()].filter((id) => id !== rootId);
    },
    async readRecord(instanceId) {
      const record = (await readRecords(instanceId)).get(instanceId);
      return record === undefined ? undefined : { record, source: "evidence" };
    },
    async listKeys() {
      await getSigner();
      return (await table.listKeys()).map((jwk) => publicJwkSchema.parse(jwk));
    },
  };
}

/** Opens the signer once, and notes its public key before it signs anything. */
function createSignerOpener({ openSigner, table }: EvidenceArchiveDeps): () => Promise<EvidenceSigner> {
  let opening: Promise<EvidenceSigner> | undefined;
  const open = async (): Promise<EvidenceSigner> => {
    if (openSigner === null) throw new EvidenceKeyMissingError();
    const signer = await openSigner();
    await table.noteKey(await toThumbprint(signer.jwk), signer.jwk);
    return signer;
  };
  return () => {
    opening ??= open().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
}

const recordSchema = z.object({ instanceId: z.string(), runtimeStatus: z.string() });

/** What the status API says, word for word; nothing of it need be understood to be kept. */
async function readHistories(live: LiveHistories, rootId: string) {
  const root = await live.read(rootId);
  if (root === undefined) return undefined;
  const parts = await inTurns(await live.listParts(rootId), SIDE_BY_SIDE, (id) => live.read(id));
  const histories = [root, ...parts].flatMap((one) => one?.record ?? []);
  const isRunning = histories.some((one) => !ENDED_STATUSES.has(recordSchema.parse(one).runtimeStatus));
  return isRunning ? "running" : { histories };
}
