import { describe, expect, it } from "vitest";
import type { Health, HealthCheck } from "../../../src/domain/health.ts";
import type { OrderFields } from "../../../src/ingress/salesforce.ts";
import { openWatermarksTable } from "../../../src/storage/watermarks-table.ts";
import { createReadHealth } from "../../../src/usecases/read-health.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import { type Polling, startPolling } from "../../support/polling.ts";

const storage = claimStorage();
const MINUTE = 60_000;

const find = ({ checks }: Health, name: HealthCheck["name"]) => checks.find((check) => check.name === name);

/** Behind the silent first poll, with orders that it knows. */
async function start(): Promise<Polling> {
  const polling = await startPolling(storage);
  polling.source.rows = Array.from({ length: 9 }, (_, n) => polling.row(n));
  await polling.poll();
  return polling;
}

/** The n-th order is changed now; a poll half a minute later sees it. */
function change(polling: Polling, n: number, values: OrderFields = {}): OrderFields {
  const stamp = new Date(Math.floor(polling.now().getTime() / 1_000) * 1_000).toISOString();
  const row: OrderFields = {
    ...polling.source.rows[n],
    Status: `As of ${stamp}`,
    ...values,
    SystemModstamp: stamp.replace("Z", "+0000"),
  };
  polling.source.rows[n] = row;
  return row;
}

/** Salesforce changes an order and tells of it at once; half a minute later polling meets it. */
async function changeAndTell(polling: Polling, n: number): Promise<void> {
  await polling.tell(change(polling, n));
  polling.advance(MINUTE / 2);
  await polling.poll();
}

describe("health", () => {
  it("is well before anything ran", async () => {
    const polling = await startPolling(storage);
    expect(await polling.readHealth()).toEqual({
      status: "ok",
      checks: [
        { name: "storage", status: "ok", detail: "The tables can be read." },
        { name: "polling", status: "ok", detail: "The first poll has not run yet." },
        { name: "webhook", status: "ok", detail: "Polling has not compared yet." },
      ],
    });
  });

  it("says what is off without a Salesforce login", async () => {
    const watermarks = openWatermarksTable(storage);
    const health = await createReadHealth({ watermarks, isPollingOn: false, now: () => new Date() })();
    expect(health.status).toBe("ok");
    expect(health.checks.map(({ name, status }) => `${name} ${status}`)).toEqual([
      "storage ok",
      "polling off",
      "webhook off",
    ]);
  });

  it("is unavailable when the tables cannot be read, and says no more than that", async () => {
    const read = () => Promise.reject(new Error("AccountKey=secret"));
    const watermark = { read, write: read };
    const watermarks = { polling: watermark, reconciliation: watermark };
    const health = await createReadHealth({ watermarks, isPollingOn: true, now: () => new Date() })();
    expect(health).toEqual({
      status: "unavailable",
      checks: [{ name: "storage", status: "unavailable", detail: "The tables cannot be read." }],
    });
  });

  it("is behind when polling has not run for ten minutes, until it has", async () => {
    const polling = await start();
    polling.advance(11 * MINUTE);
    expect(find(await polling.readHealth(), "polling")).toMatchObject({
      status: "degraded",
      detail: expect.stringContaining("Polling is behind"),
    });
    await polling.poll();
    expect((await polling.readHealth()).status).toBe("ok");
  });
});

describe("outbound messages that fall silent", () => {
  it("are told in the log and by health, until one is heard again", async () => {
    const polling = await start();
    polling.advance(MINUTE);
    await changeAndTell(polling, 0);
    expect(find(await polling.readHealth(), "webhook")).toMatchObject({ detail: "Outbound messages come." });
    for (let n = 1; n <= 5; n++) {
      change(polling, n);
      polling.advance(4 * MINUTE);
      await polling.poll();
      if (n < 5) expect(polling.log.warnings).toEqual([]);
    }
    expect(polling.log.warnings).toEqual([
      expect.stringMatching(
        /^Outbound messages have fallen silent: since .* polling alone found 5 changes\./,
      ),
    ]);
    expect(await polling.readHealth()).toMatchObject({ status: "degraded" });
    expect(find(await polling.readHealth(), "webhook")).toMatchObject({ status: "degraded" });
    await changeAndTell(polling, 6);
    expect((await polling.readHealth()).status).toBe("ok");
  });

  it("are nothing to be told where no flow was ever made", async () => {
    const polling = await start();
    for (let n = 0; n < 8; n++) {
      polling.advance(5 * MINUTE);
      change(polling, n);
      polling.advance(MINUTE / 2);
      await polling.poll();
    }
    expect(polling.log.warnings).toEqual([]);
    expect((await polling.readHealth()).status).toBe("ok");
    expect((await polling.readState())?.webhook).toMatchObject({ lastHeardAt: null, unheard: 8 });
  });

  it("are not missed for deleted orders", async () => {
    const polling = await start();
    polling.advance(MINUTE);
    await changeAndTell(polling, 0);
    for (let n = 1; n < 8; n++) {
      change(polling, n, { IsDeleted: "true" });
      polling.advance(4 * MINUTE);
      await polling.poll();
    }
    expect((await polling.readHealth()).status).toBe("ok");
  });

  it("are not silent while they come after polling (heard is judged by who was first alone)", async () => {
    const polling = await start();
    polling.advance(MINUTE);
    await changeAndTell(polling, 0);
    // Salesforce's queue is slow for once: each message comes a minute late.
    for (let n = 1; n < 8; n++) {
      const late = change(polling, n);
      polling.advance(MINUTE / 2);
      await polling.poll();
      polling.advance(MINUTE / 2);
      await polling.tell(late);
      polling.advance(3 * MINUTE);
      await polling.poll();
    }
    expect(polling.log.warnings).toEqual([]);
  });

  it("are not missed where only the stamp moved, as no flow fires for it (counted before the claim)", async () => {
    const polling = await start();
    polling.advance(MINUTE);
    await changeAndTell(polling, 0);
    // A roll-up is recalculated, a picklist relabelled: nothing that anybody would be told of.
    for (let n = 1; n < 8; n++) change(polling, n, { Status: "Draft" });
    polling.advance(MINUTE / 2);
    await polling.poll();
    await polling.claimStarted();
    polling.advance(20 * MINUTE);
    await polling.poll();
    expect(find(await polling.readHealth(), "webhook")?.status).toBe("ok");
  });
});
