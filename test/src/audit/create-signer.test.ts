import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createSigner } from "../../../src/audit/create-signer.ts";
import { verifyEvidence } from "../../../src/audit/evidence.ts";
import { createPem, writeTestEvidence } from "../../support/evidence.ts";

describe("createSigner", () => {
  it("signs with a PEM, and gives away its public half alone", async () => {
    const signer = await createSigner(createPem());
    expect(Object.keys(signer.jwk)).toEqual(["kty", "crv", "x", "y"]);
    for (let time = 0; time < 20; time++) await verifyEvidence((await writeTestEvidence(signer)).text);
  });

  it("refuses another kind of key, and text that is none, without quoting it", async () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-384" });
    const p384 = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const ed = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    await expect(createSigner(p384)).rejects.toThrow("not a key on the curve P-256");
    await expect(createSigner(ed)).rejects.toThrow("not a key on the curve P-256");
    await expect(createSigner("-----BEGIN PRIVATE KEY-----\nsecret")).rejects.toThrow(
      /^EVIDENCE_KEY is not a private/,
    );
  });
});
