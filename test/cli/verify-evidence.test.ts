import { createPublicKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import { runVerify } from "../../cli/verify-evidence.ts";
import { toThumbprint } from "../../src/audit/evidence-signature.ts";
import { createTestSigner, ORDER_ID, toOrderInstanceId, writeTestEvidence } from "../support/evidence.ts";
import { createFileWriter } from "./run-command.ts";

const signer = await createTestSigner();
const writeFile = createFileWriter();
const first = await writeTestEvidence(signer);
const second = await writeTestEvidence(signer, {
  instanceId: toOrderInstanceId(2),
  previous: { instanceId: toOrderInstanceId(1), sha256: first.sha256 },
});
const firstFile = writeFile("1.ndjson", first.text);
const secondFile = writeFile("2.ndjson", second.text);

async function verify(files: string[], keyFile?: string) {
  const written = { out: "", err: "" };
  const exitCode = await runVerify(
    files,
    { keyFile },
    { out: { write: (text) => (written.out += text) }, err: { write: (text) => (written.err += text) } },
  );
  return { exitCode, ...written };
}

describe("orderbell audit verify", () => {
  it("says that a file holds, whose key signed it, and that nothing but the file vouches for that", async () => {
    const { exitCode, out, err } = await verify([firstFile]);
    expect(exitCode).toBe(0);
    expect(out).toContain(`${firstFile}: holds`);
    expect(out).toContain(`of      ${toOrderInstanceId(1)}`);
    expect(out).toContain(`a key that the file alone names: ${await toThumbprint(signer.jwk)}`);
    expect(out).toContain(`chain   ${ORDER_ID}, after nothing: the first`);
    expect(err).toContain("Nothing but the files themselves vouches for the key");
  });

  it("takes the key as JWKS, as JWK or as PEM", async () => {
    const other = await createTestSigner();
    const key = createPublicKey({ key: signer.jwk, format: "jwk" });
    const keyFiles = [
      writeFile("jwks.json", JSON.stringify({ keys: [other.jwk, { ...signer.jwk, kid: "a", use: "sig" }] })),
      writeFile("jwk.json", JSON.stringify(signer.jwk)),
      writeFile("key.pem", key.export({ type: "spki", format: "pem" })),
    ];
    for (const keyFile of keyFiles) {
      const { exitCode, out, err } = await verify([firstFile], keyFile);
      expect(exitCode).toBe(0);
      expect(out).toContain("a key that was given");
      expect(err).toBe("");
    }
  });

  it("lets no file write lines of its own, nor over those of this command", async () => {
    const forged = `x\nother.ndjson: holds\n  signed  by a key that was given\u001b[2K\u2028`;
    const file = writeFile(
      "forged.ndjson",
      (
        await writeTestEvidence(await createTestSigner(), {
          instanceId: forged,
          code: { recorded: "\u001b[1A", archived: "\u009b2J", node: "v20" },
        })
      ).text,
    );
    const { out } = await verify([file]);
    expect(out.trimEnd().split("\n")).toHaveLength(6);
    expect(out.replaceAll("\n", "")).not.toMatch(/[\p{C}\p{Zl}]/u);
  });

  it("refuses what another key signed", async () => {
    const other = await createTestSigner();
    const { exitCode, out } = await verify([firstFile], writeFile("other.json", JSON.stringify(other.jwk)));
    expect(exitCode).toBe(1);
    expect(out).toContain(`${firstFile}: REFUSED\n  It was signed by another key than those given`);
  });

  it("refuses a changed file, and still verifies the others", async () => {
    const changed = writeFile("changed.ndjson", first.text.replace("Completed", "Terminated"));
    const { exitCode, out } = await verify([changed, secondFile]);
    expect(exitCode).toBe(1);
    expect(out).toContain(`${changed}: REFUSED\n  The signature does not fit`);
    expect(out).toContain(`${secondFile}: holds`);
  });

  it("follows the chain among the files, in any order", async () => {
    expect((await verify([secondFile, firstFile])).exitCode).toBe(0);
    expect((await verify([firstFile, firstFile])).exitCode).toBe(0);
  });

  it("finds a link that leads to another file than the one given", async () => {
    const rewritten = writeFile("rewritten.ndjson", (await writeTestEvidence(signer)).text);
    const { exitCode, out } = await verify([rewritten, secondFile]);
    expect(exitCode).toBe(1);
    expect(out).toContain(
      `CHAIN BROKEN: ${secondFile} follows another evidence of ${toOrderInstanceId(1)} than ${rewritten}.`,
    );
  });

  it("says which evidence between the files is missing", async () => {
    const third = await writeTestEvidence(signer, {
      instanceId: toOrderInstanceId(3),
      createdAt: "2026-11-22T12:00:00.000Z",
      previous: { instanceId: toOrderInstanceId(2), sha256: second.sha256 },
    });
    const thirdFile = writeFile("3.ndjson", third.text);
    expect((await verify([firstFile, thirdFile])).out).toContain(
      `CHAIN INCOMPLETE: ${thirdFile} follows ${toOrderInstanceId(2)}, which is not among the files.`,
    );
    expect((await verify([thirdFile, firstFile, secondFile])).out).not.toContain("CHAIN");
    expect((await verify([thirdFile, secondFile])).out).not.toContain("CHAIN");
  });

  it("finds a fork, and a link into another chain", async () => {
    const fork = await writeTestEvidence(signer, {
      instanceId: toOrderInstanceId(3),
      previous: { instanceId: toOrderInstanceId(1), sha256: first.sha256 },
    });
    const forkFile = writeFile("fork.ndjson", fork.text);
    expect((await verify([firstFile, secondFile, forkFile])).out).toContain(
      `CHAIN BROKEN: ${secondFile} and ${forkFile} both follow ${toOrderInstanceId(1)}`,
    );
    const strayed = await writeTestEvidence(signer, {
      chain: "digests",
      previous: { instanceId: toOrderInstanceId(1), sha256: first.sha256 },
    });
    expect((await verify([firstFile, writeFile("strayed.ndjson", strayed.text)])).out).toContain(
      "another chain",
    );
  });

  it("ends with wrong usage when a file cannot be read or a key file holds no key", async () => {
    await expect(verify(["/nowhere"])).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining("/nowhere"),
    });
    const broken = [
      "{}",
      "nonsense",
      '{"keys":[]}',
      '{"kty":"RSA","n":"AQAB"}',
      "-----BEGIN PUBLIC KEY-----\nx",
    ];
    for (const [index, text] of broken.entries()) {
      await expect(verify([firstFile], writeFile(`broken${index}`, text))).rejects.toMatchObject({
        exitCode: 2,
      });
    }
  });
});
