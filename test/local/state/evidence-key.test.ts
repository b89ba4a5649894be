import { createPrivateKey } from "node:crypto";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readEvidenceKey } from "../../../local/state/evidence-key.ts";

describe("readEvidenceKey", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "evidence-key-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("makes a P-256 key once, which only its owner may read", async () => {
    const dataDir = join(folder, "data");
    const pem = await readEvidenceKey(dataDir);

    const key = createPrivateKey(pem);
    expect(pem).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(key.asymmetricKeyDetails).toEqual({ namedCurve: "prime256v1" });
    expect((await stat(join(dataDir, "evidence-key.pem"))).mode & 0o777).toBe(0o600);
    expect(await readEvidenceKey(dataDir)).toBe(pem);
  });
});
