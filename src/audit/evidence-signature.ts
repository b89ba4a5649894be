/**
 * The last line of evidence: an ES256 signature (RFC 7518, section 3.4: r and s, 32 bytes each) over every byte before
 * it. The line itself is signed by nobody, so there is exactly one way to write it: canonical base64url, the `kid` that
 * follows from the key (RFC 7638), and of the two values of s that fit every signature the lower one.
 */
import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { calculateJwkThumbprint } from "jose/jwk/thumbprint";
import { z } from "zod";
import { OrderBellError } from "../domain/errors.ts";

/** A file is not evidence, or not the evidence that was written; the message says what is wrong with it. */
export class EvidenceRefusedError extends OrderBellError {
  readonly retryable = false;
}

/** Exactly 32 bytes in base64url: the spare bits of the last character are zero, so that no other text says the same. */
const bytes32Schema = z.string().regex(/^[\w-]{42}[AEIMQUYcgkosw048]$/, "is not 32 bytes in base64url");

/** The public half of a P-256 key. */
export const publicJwkSchema = z.strictObject({
  kty: z.literal("EC"),
  crv: z.literal("P-256"),
  x: bytes32Schema,
  y: bytes32Schema,
});

export type PublicJwk = z.infer<typeof publicJwkSchema>;

/** What signs evidence; where the private key lies is the signer's own business. */
export interface EvidenceSigner {
  readonly jwk: PublicJwk;
  /** Signs the SHA-256 of `bytes` (ES256); answers r and s, 32 bytes each. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

export const signatureLineSchema = z.strictObject({
  signature: z.strictObject({
    alg: z.literal("ES256"),
    kid: bytes32Schema,
    jwk: publicJwkSchema,
    // 64 bytes: four spare bits.
    value: z.string().regex(/^[\w-]{85}[AQgw]$/, "is not 64 bytes in base64url"),
  }),
});

/** The order of the group of P-256 (FIPS 186-4, D.1.2.3): s and ORDER - s sign the same. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** The RFC 7638 thumbprint of a key: SHA-256 in base64url. */
export function toThumbprint(jwk: PublicJwk): Promise<string> {
  return calculateJwkThumbprint({ ...jwk }, "sha256");
}

/** The line that signs `signed`, without a line break. */
export async function writeSignatureLine(signed: string, signer: EvidenceSigner): Promise<string> {
  const value = Buffer.from(toLowS(await signer.sign(Buffer.from(signed)))).toString("base64url");
  const jwk = publicJwkSchema.parse(signer.jwk);
  const line = { signature: { alg: "ES256", kid: await toThumbprint(jwk), jwk, value } };
  // A key kept elsewhere may have been exchanged: evidence that does not verify must not be kept.
  await verifySignatureLine(signed, line);
  return JSON.stringify(line);
}

/** Checks the line over what it signs; answers whose key it was, and throws EvidenceRefusedError when it does not fit. */
export async function verifySignatureLine(
  signed: string,
  line: unknown,
): Promise<{ jwk: PublicJwk; keyThumbprint: string }> {
  const parsed = signatureLineSchema.safeParse(line);
  if (!parsed.success) throw new EvidenceRefusedError("The last line is not a signature of evidence.");
  const { kid, jwk, value } = parsed.data.signature;
  const keyThumbprint = await toThumbprint(jwk);
  if (kid !== keyThumbprint)
    throw new EvidenceRefusedError("The signature names another key than the one beside it.");
  const signature = Buffer.from(value, "base64url");
  if (toS(signature) > ORDER / 2n) {
    throw new EvidenceRefusedError("The signature is not in the one form in which evidence is signed.");
  }
  if (!verify("sha256", Buffer.from(signed), { key: toKey(jwk), dsaEncoding: "ieee-p1363" }, signature)) {
    throw new EvidenceRefusedError("The signature does not fit: the file is not what was signed.");
  }
  return { jwk, keyThumbprint };
}

function toKey(jwk: PublicJwk): KeyObject {
  try {
    return createPublicKey({ key: jwk, format: "jwk" });
  } catch (error) {
    throw new EvidenceRefusedError("The key in the file is not on the curve P-256.", { cause: error });
  }
}

function toS(signature: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(signature).subarray(32).toString("hex")}`);
}

/** Signers answer either s; both are valid, and evidence has the lower one. */
function toLowS(signature: Uint8Array): Uint8Array {
  if (signature.length !== 64)
    throw new RangeError(`An ES256 signature has 64 bytes, not ${signature.length}.`);
  const s = toS(signature);
  if (s <= ORDER / 2n) return signature;
  const low = Buffer.from((ORDER - s).toString(16).padStart(64, "0"), "hex");
  return Buffer.concat([signature.subarray(0, 32), low]);
}
