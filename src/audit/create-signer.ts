/** The key that signs evidence: a PEM in the app's settings, or a key that never leaves its Key Vault. */
import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import { type EvidenceSigner, publicJwkSchema } from "./evidence-signature.ts";

/** Opens the signer for EVIDENCE_KEY; the Key Vault client is loaded only where it is used. */
export async function createSigner(evidenceKey: string): Promise<EvidenceSigner> {
  if (!evidenceKey.startsWith("https://")) return createPemSigner(evidenceKey);
  const { createKeyVaultSigner } = await import("./key-vault-signer.ts");
  return createKeyVaultSigner(evidenceKey);
}

function createPemSigner(pem: string): EvidenceSigner {
  const key = readKey(pem);
  // Of the private key, x and y are the public half.
  const { kty, crv, x, y } = key.export({ format: "jwk" });
  const jwk = publicJwkSchema.safeParse({ kty, crv, x, y });
  if (!jwk.success) throw new RangeError("EVIDENCE_KEY is not a key on the curve P-256.");
  return {
    jwk: jwk.data,
    sign: async (bytes) => sign("sha256", bytes, { key, dsaEncoding: "ieee-p1363" }),
  };
}

function readKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    // The library's own message may quote from the key.
    throw new RangeError("EVIDENCE_KEY is not a private key in PEM.");
  }
}
