/**
 * Evidence: one self-contained file that proves what an orchestration knew, decided and did. UTF-8, one JSON value a
 * line, each line ended by LF:
 *
 *   1. the header: whose evidence, since when, after which other evidence (`previous`), and the SHA-256 of each part,
 *   2. the parts, each `{"part":<name>,"content":…}`: histories (the status API's answers as they were read, the
 *      instance first, then everything it started), configuration (the settings that matter to a decision; never a
 *      secret) and code (which code decided, which wrote the evidence),
 *   3. the signature over every byte before it (evidence-signature.ts).
 *
 * `previous` chains the evidence of one order, of all digests, or of all redrives: what was removed leaves a gap that
 * the later evidence names. Receipts that are echoed to other devices and groups that are mirrored to SignalR decide
 * nothing: their orchestrations leave no evidence.
 */
import { z } from "zod";
import { instantSchema } from "../domain/order-change.ts";
import { toSha256 } from "../domain/sha256.ts";
import {
  EvidenceRefusedError,
  type EvidenceSigner,
  type PublicJwk,
  verifySignatureLine,
  writeSignatureLine,
} from "./evidence-signature.ts";

export { EvidenceRefusedError };

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, "is not a SHA-256");
const PARTS = ["histories", "configuration", "code"] as const;

export const evidenceHeaderSchema = z.strictObject({
  evidence: z.literal(1),
  instanceId: z.string().min(1),
  /** An order id, `digests`, `redrives`, or `escalations` (of those whose record names no order). */
  chain: z.string().min(1),
  createdAt: instantSchema,
  /** The evidence before this one in the chain, by the SHA-256 of its whole file; null for the first. */
  previous: z.strictObject({ instanceId: z.string().min(1), sha256: sha256Schema }).nullable(),
  parts: z.tuple([partDigestSchema(0), partDigestSchema(1), partDigestSchema(2)]),
});

function partDigestSchema(index: 0 | 1 | 2) {
  return z.strictObject({ name: z.literal(PARTS[index]), sha256: sha256Schema });
}

/** The settings that a decision depends on. */
export const evidenceConfigurationSchema = z.strictObject({
  coreFields: z.array(z.string()),
  ruleFields: z.array(z.string()),
  orderLink: z.string().nullable(),
  historyRetentionDays: z.int(),
});

/** Which code decided (null: the record does not say), which code wrote the evidence, and on which Node.js. */
export const evidenceCodeSchema = z.strictObject({
  recorded: z.string().nullable(),
  archived: z.string(),
  node: z.string(),
});

export type EvidenceHeader = z.infer<typeof evidenceHeaderSchema>;
export type EvidenceConfiguration = z.infer<typeof evidenceConfigurationSchema>;
export type EvidenceCode = z.infer<typeof evidenceCodeSchema>;

/** What evidence is written of. */
export type EvidenceContent = Pick<EvidenceHeader, "instanceId" | "chain" | "createdAt" | "previous"> & {
  /** Answers of the status API, the root's first. */
  histories: readonly unknown[];
  configuration: EvidenceConfiguration;
  code: EvidenceCode;
};

/** Evidence that holds. */
export interface VerifiedEvidence {
  header: EvidenceHeader;
  histories: unknown[];
  configuration: EvidenceConfiguration;
  codeVersion: EvidenceCode;
  /** The SHA-256 of the whole file, which the next evidence of the chain names. */
  sha256: string;
  keyThumbprint: string;
  /** False: nothing but the file itself vouches for the key. */
  isKeyPinned: boolean;
}

/** Writes and signs; the SHA-256 is that of the whole file. */
export async function writeEvidence(
  content: EvidenceContent & { signer: EvidenceSigner },
): Promise<{ text: string; sha256: string }> {
  const { instanceId, chain, createdAt, previous, histories, configuration, code, signer } = content;
  const contents = { histories, configuration, code };
  const parts = PARTS.map((part) => JSON.stringify({ part, content: contents[part] }));
  const header = evidenceHeaderSchema.parse({
    evidence: 1,
    instanceId,
    chain,
    createdAt,
    previous,
    parts: PARTS.map((name, index) => ({ name, sha256: toSha256(parts[index] ?? "") })),
  });
  const signed = [JSON.stringify(header), ...parts].map((line) => `${line}\n`).join("");
  const text = `${signed}${await writeSignatureLine(signed, signer)}\n`;
  return { text, sha256: toSha256(text) };
}

/**
 * Verifies a file; bytes are checked as such, text as its UTF-8. Throws EvidenceRefusedError for anything that is not,
 * byte for byte, what `writeEvidence` wrote; with `key`, also for evidence that another key signed.
 */
export async function verifyEvidence(
  file: string | Uint8Array,
  o: { key?: PublicJwk } = {},
): Promise<VerifiedEvidence> {
  const text = typeof file === "string" ? file : decode(file);
  const lines = text.split("\n");
  const [headerLine = "", histories = "", configuration = "", code = "", signature = "", end, ...more] =
    lines;
  if (end !== "" || more.length > 0) {
    throw new EvidenceRefusedError(
      `Evidence has five lines, each with a line break; this file has ${lines.length - 1}.`,
    );
  }
  const signed = text.slice(0, text.length - signature.length - 1);
  const { jwk, keyThumbprint } = await verifySignatureLine(signed, parseLine(signature, "The signature"));
  const header = parse(evidenceHeaderSchema, parseLine(headerLine, "The header"), headerLine, "The header");
  const parts = [histories, configuration, code];
  for (const [index, { name, sha256 }] of header.parts.entries()) {
    if (toSha256(parts[index] ?? "") !== sha256)
      throw new EvidenceRefusedError(`The part ${name} is not what the header says.`);
  }
  if (o.key !== undefined && (o.key.x !== jwk.x || o.key.y !== jwk.y)) {
    throw new EvidenceRefusedError(`It was signed by another key: ${keyThumbprint}.`);
  }
  return {
    header,
    histories: readPart("histories", z.array(z.unknown()).min(1), histories),
    configuration: readPart("configuration", evidenceConfigurationSchema, configuration),
    codeVersion: readPart("code", evidenceCodeSchema, code),
    sha256: toSha256(text),
    keyThumbprint,
    isKeyPinned: o.key !== undefined,
  };
}

function readPart<Content>(name: (typeof PARTS)[number], content: z.ZodType<Content>, line: string): Content {
  const what = `The part ${name}`;
  return parse(z.strictObject({ part: z.literal(name), content }), parseLine(line, what), line, what).content;
}

/** Strict, and in the one order of keys in which evidence is written. */
function parse<Value>(schema: z.ZodType<Value>, value: unknown, line: string, what: string): Value {
  const parsed = schema.safeParse(value);
  if (!parsed.success)
    throw new EvidenceRefusedError(`${what} is not in order: ${z.prettifyError(parsed.error)}`);
  if (JSON.stringify(parsed.data) !== line)
    throw new EvidenceRefusedError(`${what} is not written as evidence is written.`);
  return parsed.data;
}

/** Only the one text that this JSON value is written as: no spaces, no key twice, no other escapes. */
function parseLine(line: string, what: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new EvidenceRefusedError(`${what} is not JSON.`);
  }
  if (JSON.stringify(value) !== line)
    throw new EvidenceRefusedError(`${what} is not written as evidence is written.`);
  return value;
}

function decode(bytes: Uint8Array): string {
  try {
    // A byte order mark is not part of evidence: left in the text, it is refused.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new EvidenceRefusedError("The file is not UTF-8.");
  }
}
