/**
 * Signs evidence with a key of Azure Key Vault: a P-256 key (EC or EC-HSM) for which the app's identity has the role Key
 * Vault Crypto User. Read for this: learn.microsoft.com/rest/api/keyvault/keys/get-key/get-key and …/sign/sign (POST
 * {vault}/keys/{name}/{version}/sign with `alg` and the digest as `value`, both in base64url; for ES256 the answer is r
 * and s one after the other, as in a JWS: …/azure/key-vault/keys/about-keys-details).
 *
 * Unverified on Azure: it was run against a service that answers as those pages say, never against a real vault.
 */
import { createHash } from "node:crypto";
import { DefaultAzureCredential, type TokenCredential } from "@azure/identity";
import { CryptographyClient, KeyClient, type KeyClientOptions } from "@azure/keyvault-keys";
import { type EvidenceSigner, publicJwkSchema } from "./evidence-signature.ts";

/** For tests: who signs in, and how requests are sent. */
export interface KeyVaultOptions {
  credential?: TokenCredential;
  client?: Pick<KeyClientOptions, "httpClient" | "retryOptions">;
}

/** Opens the key with this id, `https://<vault>/keys/<name>[/<version>]`; without a version the newest, until a restart. */
export async function createKeyVaultSigner(keyId: string, o: KeyVaultOptions = {}): Promise<EvidenceSigner> {
  const { origin, pathname } = new URL(keyId);
  const [, , name = "", version] = pathname.split("/");
  // A user-assigned managed identity it finds by AZURE_CLIENT_ID.
  const credential = o.credential ?? new DefaultAzureCredential();
  const keys = new KeyClient(origin, credential, o.client);
  const found = await keys.getKey(name, version ? { version } : {});
  const { crv, x, y } = found.key ?? {};
  const jwk = publicJwkSchema.safeParse({ kty: "EC", crv, x: toBase64Url(x), y: toBase64Url(y) });
  if (!jwk.success) {
    throw new RangeError("EVIDENCE_KEY leads to a key that is not on the curve P-256.");
  }
  // It names its version: a key that is exchanged meanwhile must not sign in the name of this one.
  const cryptography = new CryptographyClient(found, credential, o.client);
  return {
    jwk: jwk.data,
    async sign(bytes) {
      const digest = createHash("sha256").update(bytes).digest();
      return (await cryptography.sign("ES256", digest)).result;
    },
  };
}

function toBase64Url(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString("base64url");
}
