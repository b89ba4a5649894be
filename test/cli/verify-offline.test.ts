import { execFile } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { publicJwkSchema } from "../../src/audit/evidence-signature.ts";
import { writeEvidence } from "../../src/audit/evidence.ts";
import { createFileWriter } from "./run-command.ts";

const MAIN = resolve("dist/cli/main.js");
const writeFile = createFileWriter();
const empty = mkdtempSync(join(tmpdir(), "orderbell-offline-"));
afterAll(() => rmSync(empty, { recursive: true, force: true }));

async function signEvidence() {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { kty, crv, x, y } = publicKey.export({ format: "jwk" });
  const { text } = await writeEvidence({
    instanceId: "order-1",
    chain: "801000000000001AAA",
    createdAt: "2026-11-22T10:00:00.000Z",
    previous: null,
    histories: [{ instanceId: "order-1" }],
    configuration: { coreFields: ["Id"], ruleFields: [], orderLink: null, historyRetentionDays: 30 },
    code: { recorded: "then", archived: "now", node: "v20.20.0" },
    signer: {
      jwk: publicJwkSchema.parse({ kty, crv, x, y }),
      sign: (bytes) => Promise.resolve(sign("sha256", bytes, { key: privateKey, dsaEncoding: "ieee-p1363" })),
    },
  });
  return text;
}

/** The built command in a process of its own, without an environment, in the folder that holds the file alone. */
function verify(file: string): Promise<{ exitCode: number; out: string }> {
  return new Promise((settle) => {
    const options = { cwd: empty, env: {} };
    const child = execFile(process.execPath, [MAIN, "audit", "verify", file], options, (_error, stdout) => {
      settle({ exitCode: child.exitCode ?? -1, out: stdout });
    });
  });
}

describe("the built command line in a folder with nothing but the evidence", () => {
  it("verifies it, and refuses it with one bit flipped", async () => {
    copyFileSync(writeFile("evidence", await signEvidence()), join(empty, "order.evidence.ndjson"));
    expect(readdirSync(empty)).toEqual(["order.evidence.ndjson"]);
    expect(await verify("order.evidence.ndjson")).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/order-1/),
    });
    const bytes = Buffer.from(await signEvidence());
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    writeFileSync(join(empty, "order.evidence.ndjson"), bytes);
    expect(await verify("order.evidence.ndjson")).toMatchObject({
      exitCode: 1,
      out: expect.stringMatching(/REFUSED/),
    });
  });
});
