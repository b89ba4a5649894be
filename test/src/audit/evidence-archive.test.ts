import { describe, expect, it } from "vitest";
import {
  createEvidenceArchive,
  EvidenceKeyMissingError,
  type EvidenceArchiveDeps,
} from "../../../src/audit/evidence-archive.ts";
import { EvidenceRefusedError, verifyEvidence } from "../../../src/audit/evidence.ts";
import { openEvidenceBlobs } from "../../../src/storage/evidence-blobs.ts";
import { openEvidenceTable } from "../../../src/storage/evidence-table.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import {
  CONFIGURATION,
  createLiveHistories,
  createRecord,
  createTestSigner,
  writeTestEvidence,
} from "../../support/evidence.ts";

const storage = claimStorage();
const table = openEvidenceTable(storage);
const blobs = openEvidenceBlobs(storage);
const signer = await createTestSigner();
const deps: EvidenceArchiveDeps = {
  table,
  blobs,
  openSigner: async () => signer,
  configuration: CONFIGURATION,
  codeVersion: "0.1.0+bbbbbbbbbbbb",
  nodeVersion: process.version,
  now: () => new Date(),
};
/** Each archive is one instance of the app. */
const createArchive = (more: Partial<EvidenceArchiveDeps> = {}) =>
  createEvidenceArchive({ ...deps, ...more });

let lastOrder = 0;
/** Instances of an order that no other test has. */
const createOrder = () => {
  const orderId = `8019${String((lastOrder += 1)).padStart(14, "0")}`;
  const toId = (number: number) => `order-${orderId}-${String(number).padStart(22, "0")}`;
  return { orderId, toId };
};

/** Reads a chain from its end to its start, along the SHA-256 of the files themselves. */
const readChain = async (chain: string): Promise<string[]> => {
  const ids: string[] = [];
  let previous: { instanceId: string; sha256: string } | null = null;
  for (let place = 1; ; place++) {
    const bytes = await blobs.read(`${chain}/${String(place).padStart(10, "0")}.ndjson`);
    if (bytes === undefined) return ids;
    const { header, sha256 } = await verifyEvidence(bytes, { key: signer.jwk });
    expect(header.previous).toEqual(previous);
    previous = { instanceId: header.instanceId, sha256 };
    ids.push(header.instanceId);
  }
};

describe("evidence archive", () => {
  it("writes evidence once per instance, with everything that it started, each chained to the one before", async () => {
    const { orderId, toId } = createOrder();
    const parts = [createRecord(`${toId(1)}:p1`), createRecord(`${toId(1)}:p1b0`)];
    const live = createLiveHistories([createRecord(toId(1)), ...parts, createRecord(toId(2))]);
    const archive = createArchive();

    const first = await archive.archive(toId(1), live);
    const again = await createArchive().archive(toId(1), live);
    const second = await archive.archive(toId(2), live);

    if (typeof first !== "object" || typeof second !== "object") throw new Error("nothing was archived");
    expect(again).toEqual(first);
    const { header, histories, codeVersion, configuration } = await verifyEvidence(second.text);
    expect(header.previous).toEqual({ instanceId: toId(1), sha256: first.sha256 });
    expect(codeVersion).toEqual({
      recorded: "0.1.0+aaaaaaaaaaaa",
      archived: "0.1.0+bbbbbbbbbbbb",
      node: process.version,
    });
    expect(configuration).toEqual(CONFIGURATION);
    expect(histories).toEqual([createRecord(toId(2))]);
    expect((await verifyEvidence(first.text)).histories).toEqual([createRecord(toId(1)), ...parts]);
    expect(await archive.list(orderId)).toEqual([
      expect.objectContaining({ instanceId: toId(1), sha256: first.sha256 }),
      expect.objectContaining({ instanceId: toId(2), sha256: second.sha256 }),
    ]);
    expect(await readChain(orderId)).toEqual([toId(1), toId(2)]);
  });

  it("keeps what the status API said word for word, also what nobody understands", async () => {
    const { toId } = createOrder();
    const record = createRecord(toId(1), {
      unknown: { b: 1, a: [null, "ü"] },
      historyEvents: [{ EventType: "New" }],
    });
    await createArchive().ensure(toId(1), createLiveHistories([record]));

    const found = await createArchive().readRecord(toId(1));
    expect(JSON.stringify(found?.record)).toBe(JSON.stringify(record));
  });

  it("answers the record of a root and of each part, and nothing for what it does not hold", async () => {
    const { toId } = createOrder();
    const live = createLiveHistories([createRecord(toId(1)), createRecord(`${toId(1)}:p1`)]);
    await createArchive().ensure(`${toId(1)}:p1`, live);
    const archive = createArchive({ openSigner: null });

    expect(await archive.readRecord(toId(1))).toEqual({ record: createRecord(toId(1)), source: "evidence" });
    expect((await archive.readRecord(`${toId(1)}:p1`))?.record).toEqual(createRecord(`${toId(1)}:p1`));
    expect(await archive.readRecord(`${toId(1)}:p2`)).toBeUndefined();
    expect(await archive.readRecord(toId(2))).toBeUndefined();
    expect(await archive.readRecord("groups-x-2026-11-22")).toBeUndefined();
    expect(await archive.listParts(toId(1))).toEqual([`${toId(1)}:p1`]);
  });

  it("waits while the instance or a part of it runs", async () => {
    const { orderId, toId } = createOrder();
    const running = createRecord(`${toId(1)}:p1`, { runtimeStatus: "Running" });
    const archive = createArchive();

    expect(await archive.archive(toId(1), createLiveHistories([createRecord(toId(1)), running]))).toBe(
      "running",
    );
    expect(await archive.archive(toId(1), createLiveHistories([]))).toBeUndefined();
    expect(await archive.list(orderId)).toEqual([]);
  });

  it("leaves no evidence of what decides nothing", async () => {
    const id = "groups-abc-2026-11-22";
    const live = createLiveHistories([createRecord(id), createRecord("0b1f")]);
    expect(await createArchive().archive(id, live)).toBeUndefined();
    expect(await createArchive().archive("0b1f", live)).toBeUndefined();
  });

  it("chains an escalation to its order, and finds it again by its id alone", async () => {
    const { orderId, toId } = createOrder();
    const id = `escalate-8236188000000-${"e".repeat(22)}`;
    const early = `escalate-8236188000000-${"f".repeat(22)}`;
    const live = createLiveHistories([
      createRecord(toId(1)),
      createRecord(id, { input: { announcement: { orderId } } }),
      createRecord(early, { input: { receivedAt: "2026-11-22T10:00:00.000Z" } }),
    ]);
    await createArchive().ensure(toId(1), live);
    await createArchive().ensure(id, live);
    await createArchive().ensure(early, live);

    expect(await readChain(orderId)).toEqual([toId(1), id]);
    expect(await readChain("escalations")).toEqual([early]);
    expect((await createArchive().readRecord(id))?.source).toBe("evidence");
    expect(await createArchive().ensure(id, createLiveHistories([]))).toMatchObject({ instanceId: id });
  });

  it("ends with one chain and one evidence per instance, however many archive at once", async () => {
    const { orderId, toId } = createOrder();
    const ids = Array.from({ length: 6 }, (_, index) => toId(index));
    const live = createLiveHistories(ids.map((id) => createRecord(id)));
    const archives = Array.from({ length: 4 }, () => createArchive());
    await Promise.all(archives.flatMap((archive) => ids.map((id) => archive.ensure(id, live))));

    expect((await readChain(orderId)).toSorted()).toEqual(ids);
    const listed = await createArchive().list(orderId);
    expect(listed.map(({ instanceId }) => instanceId)).toEqual(await readChain(orderId));
  });

  it("finishes what an archiver left behind that died between blob and row", async () => {
    const { orderId, toId } = createOrder();
    const live = createLiveHistories([1, 2, 3].map((number) => createRecord(toId(number))));
    await createArchive().ensure(toId(1), live);
    const dying = createArchive({ table: { ...table, append: () => Promise.reject(new Error("killed")) } });
    await expect(dying.ensure(toId(2), live)).rejects.toThrow("killed");
    expect(await createArchive().list(orderId)).toHaveLength(1);

    await createArchive().ensure(toId(3), live);
    expect(await readChain(orderId)).toEqual([toId(1), toId(2), toId(3)]);
    const rows = await createArchive().list(orderId);
    expect(rows.map(({ instanceId }) => instanceId)).toEqual([toId(1), toId(2), toId(3)]);
    await createArchive().ensure(toId(2), live);
    expect(await readChain(orderId)).toHaveLength(3);
  });

  it("finishes what another key signed before it was exchanged", async () => {
    const { orderId, toId } = createOrder();
    const live = createLiveHistories([createRecord(toId(1)), createRecord(toId(2))]);
    const dying = createArchive({ table: { ...table, append: () => Promise.reject(new Error("killed")) } });
    await expect(dying.ensure(toId(1), live)).rejects.toThrow("killed");

    const newSigner = await createTestSigner();
    const archive = createArchive({ openSigner: async () => newSigner });
    await archive.ensure(toId(2), live);
    expect((await archive.list(orderId)).map(({ instanceId }) => instanceId)).toEqual([toId(1), toId(2)]);
    expect(await archive.listKeys()).toEqual(expect.arrayContaining([signer.jwk, newSigner.jwk]));
  });

  it("refuses a file that somebody else put where its next evidence belongs, and archives nothing over it", async () => {
    const { orderId, toId } = createOrder();
    const live = createLiveHistories([createRecord(toId(1))]);
    const foreign = await writeTestEvidence(await createTestSigner(), {
      chain: orderId,
      instanceId: toId(1),
    });
    await blobs.create(`${orderId}/0000000001.ndjson`, foreign.text);

    await expect(createArchive().ensure(toId(1), live)).rejects.toThrow(EvidenceRefusedError);
    expect(await createArchive().list(orderId)).toEqual([]);
  });

  it("reads no record from a file that a foreign key signed, nor from that of another instance, though the table leads there", async () => {
    const { orderId, toId } = createOrder();
    const live = createLiveHistories([createRecord(toId(1)), createRecord(toId(2))]);
    const archive = createArchive();
    await archive.ensure(toId(1), live);
    const more = { chain: orderId, instanceId: toId(2), histories: [createRecord(toId(2))] };
    const enter = async (text: string, position: number, instanceId: string) => {
      await blobs.create(`${orderId}/${String(position).padStart(10, "0")}.ndjson`, text);
      const { sha256 } = await verifyEvidence(text);
      const row = {
        instanceId,
        position,
        createdAt: new Date().toISOString(),
        sha256,
        recordedAt: "",
        parts: 0,
      };
      await table.append(orderId, row, await table.readHead(orderId));
    };
    await enter((await writeTestEvidence(await createTestSigner(), more)).text, 2, toId(2));
    await enter(
      (await writeTestEvidence(signer, { ...more, histories: [createRecord(toId(3))] })).text,
      3,
      toId(3),
    );

    await expect(archive.readRecord(toId(2))).rejects.toThrow("a key that never signed here");
    await expect(archive.readRecord(toId(3))).rejects.toThrow(`is that of ${toId(2)}`);
    expect((await archive.readRecord(toId(1)))?.source).toBe("evidence");
  });

  it("notices an archived file that is not what was written", async () => {
    const { toId } = createOrder();
    await createArchive().ensure(toId(1), createLiveHistories([createRecord(toId(1))]));
    const read = async (name: string) =>
      Buffer.concat([(await blobs.read(name)) ?? Buffer.of(), Buffer.from(" ")]);
    const changed = createArchive({ blobs: { ...blobs, read } });
    const gone = createArchive({ blobs: { ...blobs, read: async () => undefined } });

    await expect(changed.readRecord(toId(1))).rejects.toThrow("not what was written");
    await expect(gone.read(toId(1))).rejects.toThrow("gone");
  });

  it("archives nothing without a key", async () => {
    const { toId } = createOrder();
    const off = createArchive({ openSigner: null });
    expect(off.isOn).toBe(false);
    await expect(off.archive(toId(1), createLiveHistories([createRecord(toId(1))]))).rejects.toThrow(
      EvidenceKeyMissingError,
    );
    await expect(off.listKeys()).rejects.toThrow("EVIDENCE_KEY");
  });

  it("tries to open the key again after it could not", async () => {
    const { toId } = createOrder();
    let tries = 0;
    const openSigner = async () => {
      if ((tries += 1) === 1) throw new Error("the vault is away");
      return signer;
    };
    const archive = createArchive({ openSigner });
    const live = createLiveHistories([createRecord(toId(1))]);
    await expect(archive.ensure(toId(1), live)).rejects.toThrow("the vault is away");
    expect(await archive.ensure(toId(1), live)).toMatchObject({ instanceId: toId(1) });
  });

  it("never overwrites a blob", async () => {
    expect(await blobs.create("test/1", "one")).toBe(true);
    expect(await blobs.create("test/1", "two")).toBe(false);
    expect(Buffer.from((await blobs.read("test/1")) ?? "").toString()).toBe("one");
    expect(await blobs.read("test/2")).toBeUndefined();
  });
});
