/**
 * A vault that answers as learn.microsoft.com/rest/api/keyvault/keys/get-key/get-key, …/sign/sign and
 * …/azure/key-vault/general/authentication-requests-and-responses say: a challenge first, then the key.
 */
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { createHttpHeaders, type HttpClient } from "@azure/core-rest-pipeline";
import { describe, expect, it } from "vitest";
import { verifyEvidence } from "../../../src/audit/evidence.ts";
import { createKeyVaultSigner } from "../../../src/audit/key-vault-signer.ts";
import { writeTestEvidence } from "../../support/evidence.ts";

const VAULT = "https://acme.vault.azure.net";
const VERSION = "9885aa558e8d448789683188f8c194b0";
const NEWER = "aa85aa558e8d448789683188f8c194b0";

function createVault({ kty = "EC", curve = "P-256" } = {}) {
  const pair = generateKeyPairSync("ec", { namedCurve: curve });
  const { x, y, crv } = pair.publicKey.export({ format: "jwk" });
  const requests: { method: string; path: string; body: unknown }[] = [];
  /** The vault is told a digest; Node signs only what it hashes itself, so the test lends it the bytes. */
  const bytesByDigest = new Map<string, Uint8Array>();
  const answer = (method: string, path: string, body: { alg?: string; value?: string }) => {
    if (method === "GET") {
      const [, , name, version = NEWER] = path.split("/");
      return { key: { kid: `${VAULT}/keys/${name}/${version || NEWER}`, kty, crv, x, y, key_ops: ["sign"] } };
    }
    const bytes = bytesByDigest.get(body.value ?? "");
    if (bytes === undefined || body.alg !== "ES256") return undefined;
    const value = sign("sha256", bytes, { key: pair.privateKey, dsaEncoding: "ieee-p1363" });
    return { kid: VAULT + path.replace("/sign", ""), value: value.toString("base64url") };
  };
  const httpClient: HttpClient = {
    async sendRequest(request) {
      const { pathname, origin } = new URL(request.url);
      if (origin !== VAULT) throw new Error(`a request to ${origin}`);
      if (request.headers.get("authorization") !== "Bearer a-token") {
        const challenge = `Bearer authorization="https://login.microsoftonline.com/tenant", resource="https://vault.azure.net"`;
        return { request, status: 401, headers: createHttpHeaders({ "www-authenticate": challenge }) };
      }
      const body = typeof request.body === "string" ? JSON.parse(request.body) : {};
      requests.push({ method: request.method, path: pathname, body });
      const found = answer(request.method, pathname, body);
      const headers = createHttpHeaders({ "content-type": "application/json" });
      return { request, status: found ? 200 : 400, headers, bodyAsText: JSON.stringify(found ?? {}) };
    },
  };
  const open = (keyId: string) =>
    createKeyVaultSigner(keyId, {
      credential: {
        getToken: async () => ({ token: "a-token", expiresOnTimestamp: Date.now() + 3_600_000 }),
      },
      client: { httpClient, retryOptions: { maxRetries: 0 } },
    });
  const lend = (bytes: Uint8Array) => {
    bytesByDigest.set(createHash("sha256").update(bytes).digest("base64url"), bytes);
  };
  return { open, requests, lend, jwk: { kty: "EC", crv, x, y } };
}

describe("createKeyVaultSigner", () => {
  it("signs evidence with the vault's key, by the digest alone, and fetches the public key once", async () => {
    const vault = createVault();
    const signer = await vault.open(`${VAULT}/keys/evidence/${VERSION}`);
    const lending = {
      jwk: signer.jwk,
      sign: (bytes: Uint8Array) => {
        vault.lend(bytes);
        return signer.sign(bytes);
      },
    };
    for (let time = 0; time < 5; time++) {
      const { text } = await writeTestEvidence(lending);
      expect((await verifyEvidence(text, { key: signer.jwk })).isKeyPinned).toBe(true);
    }
    expect(signer.jwk).toEqual(vault.jwk);
    const digest = expect.stringMatching(/^[\w-]{43}$/);
    const signing = {
      method: "POST",
      path: `/keys/evidence/${VERSION}/sign`,
      body: { alg: "ES256", value: digest },
    };
    expect(vault.requests).toEqual([
      { method: "GET", path: `/keys/evidence/${VERSION}`, body: {} },
      ...Array.from({ length: 5 }, () => signing),
    ]);
  });

  it("stays with the version that it found when the key's id names none", async () => {
    const vault = createVault();
    const signer = await vault.open(`${VAULT}/keys/evidence`);
    const bytes = Buffer.from("anything");
    vault.lend(bytes);
    await signer.sign(bytes);
    expect(vault.requests.at(-1)?.path).toBe(`/keys/evidence/${NEWER}/sign`);
  });

  it("takes a key in hardware", async () => {
    const vault = createVault({ kty: "EC-HSM" });
    expect((await vault.open(`${VAULT}/keys/evidence`)).jwk).toEqual(vault.jwk);
  });

  it("refuses a key on another curve", async () => {
    await expect(createVault({ curve: "P-384" }).open(`${VAULT}/keys/evidence`)).rejects.toThrow("P-256");
  });
});
