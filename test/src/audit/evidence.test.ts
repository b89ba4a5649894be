import { createHash, createPublicKey, verify } from "node:crypto";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { EvidenceRefusedError, verifyEvidence } from "../../../src/audit/evidence.ts";
import { type EvidenceSigner, toThumbprint } from "../../../src/audit/evidence-signature.ts";
import {
  createRecord,
  createTestSigner,
  toOrderInstanceId,
  writeTestEvidence,
} from "../../support/evidence.ts";

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

let signer: EvidenceSigner;
let text: string;
let bytes: Buffer;

beforeAll(async () => {
  signer = await createTestSigner();
  ({ text } = await writeTestEvidence(signer));
  bytes = Buffer.from(text);
});

const isRefused = async (file: string | Uint8Array): Promise<boolean> =>
  verifyEvidence(file).then(
    () => false,
    (error: unknown) => error instanceof EvidenceRefusedError,
  );

const expectRefused = async (file: string | Uint8Array, words: RegExp = /./) => {
  await expect(verifyEvidence(file)).rejects.toThrow(EvidenceRefusedError);
  await expect(verifyEvidence(file)).rejects.toThrow(words);
};

/** Signs other bytes properly, to see what is refused beside the signature. */
const signAgain = async (o: { header?: object; lines?: string[] }): Promise<string> => {
  const [first = "", ...rest] = text.split("\n");
  const parts = o.lines ?? rest.slice(0, 3);
  const digests = ["histories", "configuration", "code"].map((name, index) => ({
    name,
    sha256: createHash("sha256")
      .update(parts[index] ?? "")
      .digest("hex"),
  }));
  const header = JSON.stringify({ ...JSON.parse(first), parts: digests, ...o.header });
  return sign([header, ...parts].map((line) => `${line}\n`).join(""));
};

const sign = async (signed: string): Promise<string> => {
  const signature = toHex(await signer.sign(Buffer.from(signed)));
  const low = BigInt(`0x${signature.slice(64)}`) > ORDER / 2n ? flipS(signature) : signature;
  const kid = await toThumbprint(signer.jwk);
  const value = Buffer.from(low, "hex").toString("base64url");
  return `${signed}${JSON.stringify({ signature: { alg: "ES256", kid, jwk: signer.jwk, value } })}\n`;
};

const toHex = (value: Uint8Array): string => Buffer.from(value).toString("hex");
const flipS = (hex: string): string =>
  hex.slice(0, 64) + (ORDER - BigInt(`0x${hex.slice(64)}`)).toString(16).padStart(64, "0");

describe("evidence", () => {
  it("holds what it was written of, and says whose key signed it", async () => {
    const verified = await verifyEvidence(bytes);

    expect(verified.header).toMatchObject({ instanceId: toOrderInstanceId(1), previous: null });
    expect(verified.histories).toEqual([createRecord(toOrderInstanceId(1))]);
    expect(verified.codeVersion.recorded).toBe("0.1.0+aaaaaaaaaaaa");
    expect(verified.keyThumbprint).toBe(await toThumbprint(signer.jwk));
    expect(verified.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect(verified.isKeyPinned).toBe(false);
    expect((await verifyEvidence(text, { key: signer.jwk })).isKeyPinned).toBe(true);
  });

  it("can be checked with nothing but SHA-256 and ES256", () => {
    const lines = text.split("\n");
    const { signature } = JSON.parse(lines[4] ?? "");
    const signed = bytes.subarray(0, bytes.length - Buffer.byteLength(`${lines[4]}\n`));
    const key = createPublicKey({ key: signature.jwk, format: "jwk" });
    const value = Buffer.from(signature.value, "base64url");

    expect(verify("sha256", signed, { key, dsaEncoding: "ieee-p1363" }, value)).toBe(true);
    const header = JSON.parse(lines[0] ?? "");
    for (const [index, { sha256 }] of header.parts.entries()) {
      expect(
        createHash("sha256")
          .update(lines[index + 1] ?? "")
          .digest("hex"),
      ).toBe(sha256);
    }
  });

  it("is refused under another key", async () => {
    const other = await createTestSigner();
    await expect(verifyEvidence(text, { key: other.jwk })).rejects.toThrow("signed by another key");
  });

  it("is refused when any one bit of any byte is flipped", async () => {
    const accepted: number[] = [];
    for (let position = 0; position < bytes.length; position++) {
      for (const bit of [0, 1, 5, 7]) {
        const flipped = Buffer.from(bytes);
        flipped[position] = (flipped[position] ?? 0) ^ (1 << bit);
        if (!(await isRefused(flipped))) accepted.push(position);
      }
    }
    expect(accepted).toEqual([]);
  });

  it("is refused when any byte becomes any other, in a large file too", async () => {
    const events = Array.from({ length: 2_000 }, (_, index) => ({ EventType: "TimerFired", index }));
    const id = toOrderInstanceId(1);
    const histories = [createRecord(id, { historyEvents: events }), createRecord(`${id}:p1`)];
    const large = Buffer.from((await writeTestEvidence(signer, { histories })).text);
    await fc.assert(
      fc.asyncProperty(fc.nat(large.length - 1), fc.integer({ min: 1, max: 255 }), async (position, mask) => {
        const flipped = Buffer.from(large);
        flipped[position] = (flipped[position] ?? 0) ^ mask;
        return isRefused(flipped);
      }),
      { numRuns: 300 },
    );
  });

  it("is refused when bytes are inserted or left out anywhere", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.length),
        fc.nat(40),
        fc.uint8Array({ maxLength: 8 }),
        async (position, left, added) => {
          const changed = Buffer.concat([
            bytes.subarray(0, position),
            added,
            bytes.subarray(position + left),
          ]);
          fc.pre(!changed.equals(bytes));
          return isRefused(changed);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("is refused when it is cut, continued, doubled, or has other line breaks", async () => {
    const lines = text.split("\n");
    await expectRefused("");
    await expectRefused(text.slice(0, -1), /lines/);
    await expectRefused(`${text}\n`, /lines/);
    await expectRefused(text + text, /lines/);
    await expectRefused(text.replaceAll("\n", "\r\n"));
    await expectRefused(`\uFEFF${text}`);
    await expectRefused(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]));
    await expectRefused([lines[0], lines[1], lines[1], ...lines.slice(2)].join("\n"), /lines/);
    await expectRefused(
      Buffer.concat([bytes.subarray(0, 50), Buffer.from([0xff]), bytes.subarray(50)]),
      /UTF-8/,
    );
  });

  it("is refused when its parts change places", async () => {
    const [header, one, two, three, last] = text.split("\n");
    await expectRefused([header, two, one, three, last, ""].join("\n"));
    await expectRefused([one, header, two, three, last, ""].join("\n"));
    await expectRefused(await signAgain({ lines: [two ?? "", one ?? "", three ?? ""] }), /part/);
  });

  it("is refused, though properly signed, when it says a thing twice or in another way", async () => {
    const [, one = "", two = "", three = ""] = text.split("\n");
    expect(await isRefused(await signAgain({}))).toBe(false);
    await expectRefused(
      await signAgain({ lines: [one.replace('"part"', '"part":"code","part"'), two, three] }),
    );
    await expectRefused(await signAgain({ lines: [one, two.replace("{", "{ "), three] }));
    await expectRefused(await signAgain({ lines: [one, two, three.replace("node", "\\u006eode")] }));
    await expectRefused(await signAgain({ lines: [one, two.replace("}}", ',"secret":1}}'), three] }));
    await expectRefused(await signAgain({ header: { more: 1 } }));
    await expectRefused(await signAgain({ header: { evidence: 2 } }));
    await expectRefused(await signAgain({ header: { parts: [] } }));
    await expectRefused(await signAgain({ header: { createdAt: "2026-11-22T11:00:00Z" } }));
  });

  it("is refused with the twin of its signature, which verifies as well", async () => {
    const { signature } = JSON.parse(text.split("\n")[4] ?? "");
    const twin = Buffer.from(flipS(Buffer.from(signature.value, "base64url").toString("hex")), "hex");
    const key = createPublicKey({ key: signature.jwk, format: "jwk" });
    const signed = text.slice(0, text.indexOf('{"signature"'));

    expect(verify("sha256", Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" }, twin)).toBe(true);
    await expectRefused(text.replace(signature.value, twin.toString("base64url")), /one form/);
  });

  it("is refused when its base64url is written in another way", async () => {
    const { signature } = JSON.parse(text.split("\n")[4] ?? "");
    for (const member of [signature.value, signature.kid, signature.jwk.x]) {
      const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
      const next = alphabet[alphabet.indexOf(member.at(-1)) + 1];
      expect(Buffer.from(member.slice(0, -1) + next, "base64url")).toEqual(Buffer.from(member, "base64url"));
      await expectRefused(text.replaceAll(member, member.slice(0, -1) + next), /not a signature/);
      await expectRefused(text.replaceAll(member, `${member}=`), /not a signature/);
    }
  });

  it("is refused when somebody else signs it and leaves the first key beside it", async () => {
    const other = await createTestSigner();
    const forged = (await writeTestEvidence(other)).text;
    const kid = await toThumbprint(signer.jwk);
    await expectRefused(forged.replace(await toThumbprint(other.jwk), kid), /another key/);
    await expectRefused(forged.replace(JSON.stringify(other.jwk), JSON.stringify(signer.jwk)), /another key/);
  });

  it("is refused with a key that is no point of the curve", async () => {
    const jwk = { ...signer.jwk, y: signer.jwk.x };
    const forged = text
      .replace(JSON.stringify(signer.jwk), JSON.stringify(jwk))
      .replace(await toThumbprint(signer.jwk), await toThumbprint(jwk));
    await expectRefused(forged, /curve|does not fit/);
  });

  it("is not written when the signer signs with another key than it says", async () => {
    const other = await createTestSigner();
    await expect(writeTestEvidence({ jwk: signer.jwk, sign: other.sign })).rejects.toThrow("does not fit");
  });
});
