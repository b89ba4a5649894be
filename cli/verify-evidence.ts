/** `orderbell audit verify`: checks evidence offline, with nothing but the files and, if wanted, the public key. */
import { createPublicKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { EvidenceRefusedError, type VerifiedEvidence, verifyEvidence } from "../src/audit/evidence.ts";
import { publicJwkSchema, type PublicJwk, toThumbprint } from "../src/audit/evidence-signature.ts";
import { CommandError, EXIT, type ExitCode, type Terminal } from "./terminal.ts";

/** Verifies each file, and the links between those of one chain; a file that cannot be read ends the command. */
export async function runVerify(
  files: readonly string[],
  { keyFile }: { keyFile?: string | undefined },
  { out, err }: Terminal,
): Promise<ExitCode> {
  const keys =
    keyFile === undefined ? undefined : toPublicKeys(keyFile, (await read(keyFile)).toString("utf8"));
  const verified: { file: string; evidence: VerifiedEvidence }[] = [];
  let refused = 0;
  for (const file of files) {
    try {
      const evidence = await verify(await read(file), keys);
      verified.push({ file, evidence });
      out.write(toText(file, evidence));
    } catch (error) {
      if (!(error instanceof EvidenceRefusedError)) throw error;
      refused += 1;
      out.write(`${file}: REFUSED\n  ${toPrintable(error.message)}\n`);
    }
  }
  for (const text of findGaps(verified)) out.write(`CHAIN INCOMPLETE: ${text}\n`);
  const breaks = findBreaks(verified);
  for (const text of breaks) out.write(`CHAIN BROKEN: ${toPrintable(text)}\n`);
  if (keys === undefined && verified.length > 0) {
    err.write("Nothing but the files themselves vouches for the key: give --key to check whose it is.\n");
  }
  return refused + breaks.length > 0 ? EXIT.refused : EXIT.done;
}

/** By any of the keys; without keys, by the one in the file. */
async function verify(file: Uint8Array, keys: readonly PublicJwk[] | undefined): Promise<VerifiedEvidence> {
  const evidence = await verifyEvidence(file);
  if (keys === undefined) return evidence;
  const thumbprints = await Promise.all(keys.map(toThumbprint));
  const key = keys[thumbprints.indexOf(evidence.keyThumbprint)];
  if (key === undefined) {
    throw new EvidenceRefusedError(
      `It was signed by another key than those given: ${evidence.keyThumbprint}.`,
    );
  }
  return { ...evidence, isKeyPinned: true };
}

function toText(file: string, { header, histories, codeVersion, ...evidence }: VerifiedEvidence): string {
  const vouched = evidence.isKeyPinned ? "a key that was given" : "a key that the file alone names";
  const after = header.previous
    ? `${header.previous.instanceId} (${header.previous.sha256})`
    : "nothing: the first";
  const lines = [
    `${file}: holds`,
    `of      ${header.instanceId}, with ${histories.length - 1} further orchestrations, archived ${header.createdAt}`,
    `code    decided by ${codeVersion.recorded ?? "a version that the record does not name"}, archived by ${codeVersion.archived}`,
    `signed  by ${vouched}: ${evidence.keyThumbprint}`,
    `chain   ${header.chain}, after ${after}`,
    `sha256  ${evidence.sha256}`,
  ];
  return `${lines.map(toPrintable).join("\n  ")}\n`;
}

/** A file says what it likes: in a terminal it must not write lines, or over the lines, of this command. */
function toPrintable(text: string): string {
  return text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ");
}

/** Those that follow evidence which is not among the files, though there is older evidence of the chain; somebody may have taken it out. */
function findGaps(verified: readonly { file: string; evidence: VerifiedEvidence }[]): string[] {
  const given = new Set(verified.map(({ evidence }) => evidence.sha256));
  return verified.flatMap(({ file, evidence: { header, sha256 } }) => {
    const { chain, previous, createdAt } = header;
    if (previous === null || given.has(previous.sha256)) return [];
    const isOldest = verified.every(({ evidence: other }) => {
      return other.header.chain !== chain || other.sha256 === sha256 || other.header.createdAt >= createdAt;
    });
    return isOldest ? [] : [`${file} follows ${previous.instanceId}, which is not among the files.`];
  });
}

/** Two that name the same predecessor, and one that names a predecessor among the files by another SHA-256. */
function findBreaks(verified: readonly { file: string; evidence: VerifiedEvidence }[]): string[] {
  const bySha = new Map(verified.map((one) => [one.evidence.sha256, one]));
  // The same file given twice is one.
  const distinct = [...bySha.values()];
  const byId = new Map(
    distinct.map((one) => [toKey(one.evidence.header.chain, one.evidence.header.instanceId), one]),
  );
  const followers = new Map<string, string>();
  return distinct.flatMap(({ file, evidence: { header } }) => {
    const { chain, previous } = header;
    const breaks: string[] = [];
    const place = toKey(chain, previous?.sha256 ?? "the start");
    const other = followers.get(place);
    if (other === undefined) followers.set(place, file);
    else
      breaks.push(
        `${other} and ${file} both follow ${previous?.instanceId ?? "the start"} in the chain ${chain}.`,
      );
    if (previous === null) return breaks;
    const named = byId.get(toKey(chain, previous.instanceId));
    if (named !== undefined && named.evidence.sha256 !== previous.sha256) {
      breaks.push(`${file} follows another evidence of ${previous.instanceId} than ${named.file}.`);
    }
    const linked = bySha.get(previous.sha256);
    if (linked !== undefined && linked.evidence.header.chain !== chain) {
      breaks.push(`${file} follows ${linked.file}, which is of another chain.`);
    }
    return breaks;
  });
}

function toKey(chain: string, rest: string): string {
  return `${chain} ${rest}`;
}

/** A JWKS or JWK may say more of a key than evidence does (`kid`, `use`, …). */
const jwkSchema = z
  .looseObject({ kty: z.string() })
  .transform(({ kty, ...jwk }) => ({ kty, crv: jwk["crv"], x: jwk["x"], y: jwk["y"] }));
const keyFileSchema = z.union([
  z.object({ keys: z.array(jwkSchema).min(1) }).transform(({ keys }) => keys),
  jwkSchema.transform((jwk) => [jwk]),
]);

function toPublicKeys(file: string, text: string): PublicJwk[] {
  const found = text.trimStart().startsWith("-----BEGIN ") ? [readPem(file, text)] : readJwks(file, text);
  const keys = found.flatMap((jwk) => publicJwkSchema.safeParse(jwk).data ?? []);
  if (keys.length === 0)
    throw new CommandError(EXIT.usage, `${file} holds no public key on the curve P-256.`);
  return keys;
}

function readPem(file: string, text: string): unknown {
  try {
    const { kty, crv, x, y } = createPublicKey(text).export({ format: "jwk" });
    return { kty, crv, x, y };
  } catch (error) {
    throw new CommandError(EXIT.usage, `${file} is not a public key in PEM.`, { cause: error });
  }
}

function readJwks(file: string, text: string): unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CommandError(EXIT.usage, `${file} is neither JSON nor PEM.`, { cause: error });
  }
  const keys = keyFileSchema.safeParse(value);
  if (!keys.success) throw new CommandError(EXIT.usage, `${file} is neither a JWKS nor a JWK.`);
  return keys.data;
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new CommandError(EXIT.usage, `${file} cannot be read: ${cause}`, { cause: error });
  }
}
