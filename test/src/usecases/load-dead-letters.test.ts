import { describe, expect, it } from "vitest";
import { openDeadLettersTable } from "../../../src/storage/dead-letters-table.ts";
import { loadDeadLetters } from "../../../src/usecases/load-dead-letters.ts";
import { recordRedrives } from "../../../src/usecases/redrive.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import { createLetter } from "../../support/dead-letter.ts";

const now = new Date("2026-11-23T09:00:00.000Z");
const minutesLater = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const deadLetters = openDeadLettersTable(claimStorage());
const day = "2026-11-22";

let people = 0;
/** Letters to people of whom there are none yet, all about one order. */
async function putLetters(count: number, quietUntil?: string): Promise<string[]> {
  const names = Array.from({ length: count }, () => `person-${(people += 1)}`);
  await deadLetters.put(
    names.map((name) => {
      const letter = createLetter(name);
      return quietUntil === undefined
        ? letter
        : { ...letter, recipient: { ...letter.recipient, quietUntil } };
    }),
  );
  const stored = await deadLetters.readDay(day, { limit: 1_000 });
  const isNew = (text: string) => names.some((name) => text.includes(`"${name}"`));
  return stored.filter(({ recipient }) => isNew(JSON.stringify(recipient))).map(({ id }) => id);
}

/** Loads as the redrive `instanceId` does, while those of `running` are under way. */
async function load(
  instanceId: string,
  ids: string[],
  o: { at?: Date; running?: string[]; asked?: string[] } = {},
): Promise<string[]> {
  const isUnderWay = async (rival: string) => {
    o.asked?.push(rival);
    return (o.running ?? []).includes(rival);
  };
  const request = { ids, instanceId };
  const { letters } = await loadDeadLetters({ deadLetters, isUnderWay }, request, o.at ?? now);
  return letters.map(({ id }) => id);
}

const record = (instanceId: string, ids: string[], result: "delivered" | "failed") =>
  recordRedrives(
    { deadLetters },
    { redrivenBy: "admin", instanceId, results: ids.map((id) => ({ id, result })) },
    now,
  );

describe("a redrive", () => {
  it("loads only what nobody has delivered since", async () => {
    const ids = await putLetters(3);
    await record("redrive-0", ids.slice(0, 1), "delivered");
    expect(await load("redrive-1", ids)).toEqual(ids.slice(1));
  });

  it("forgets quiet hours that are over, and keeps the others", async () => {
    const ids = [
      ...(await putLetters(1, "2026-11-23T07:00:00.000Z")),
      ...(await putLetters(1, "2026-11-23T10:00:00.000Z")),
    ];
    const deps = { deadLetters, isUnderWay: async () => false };
    const { letters } = await loadDeadLetters(deps, { ids, instanceId: "redrive-1" }, now);
    expect(letters.map(({ recipient }) => recipient.quietUntil)).toEqual([
      undefined,
      "2026-11-23T10:00:00.000Z",
    ]);
  });

  it("gets the same letters when it loads them once more", async () => {
    const ids = await putLetters(3);
    await load("redrive-1", ids);
    expect(await load("redrive-1", ids, { running: ["redrive-1"] })).toEqual(ids);
  });

  it("leaves out what another has in hand that is under way", async () => {
    const ids = await putLetters(3);
    await load("redrive-1", ids.slice(0, 2));
    expect(await load("redrive-2", ids, { running: ["redrive-1"] })).toEqual(ids.slice(2));
  });

  it("takes over from one that has ended without a record", async () => {
    const ids = await putLetters(2);
    await load("redrive-1", ids);
    expect(await load("redrive-2", ids, { running: [] })).toEqual(ids);
    expect(await load("redrive-1", ids, { running: ["redrive-2"] })).toEqual([]);
  });

  it("takes over after an hour, and not before", async () => {
    const ids = await putLetters(2);
    await load("redrive-1", ids);
    const running = ["redrive-1"];
    expect(await load("redrive-2", ids, { running, at: minutesLater(59) })).toEqual([]);
    expect(await load("redrive-2", ids, { running, at: minutesLater(60) })).toEqual(ids);
  });

  it("holds its letters for another hour when it loads them once more", async () => {
    const ids = await putLetters(2);
    await load("redrive-1", ids);
    await load("redrive-1", ids, { at: minutesLater(50) });
    expect(await load("redrive-2", ids, { running: ["redrive-1"], at: minutesLater(70) })).toEqual([]);
  });

  it("gives up its claim with its record, though it is still under way then", async () => {
    const ids = await putLetters(2);
    await load("redrive-1", ids);
    await record("redrive-1", ids, "failed");
    const asked: string[] = [];
    expect(await load("redrive-2", ids, { running: ["redrive-1"], asked })).toEqual(ids);
    expect(asked).toEqual([]);
  });

  it("does not give up the claim of who took over from it", async () => {
    const ids = await putLetters(2);
    await load("redrive-1", ids);
    await load("redrive-2", ids);
    await record("redrive-1", ids, "failed");
    expect(await load("redrive-3", ids, { running: ["redrive-2"] })).toEqual([]);
  });

  it("shares no letter with any other of five at once", async () => {
    const ids = await putLetters(30);
    const redrives = ["redrive-a", "redrive-b", "redrive-c", "redrive-d", "redrive-e"];
    const loaded = await Promise.all(redrives.map((one) => load(one, ids, { running: redrives })));
    expect(loaded.flat().toSorted()).toEqual(ids.toSorted());
  });

  it("loads nothing for a letter that is gone", async () => {
    const [id = ""] = await putLetters(1);
    await deadLetters.erase(`person-${people}`);
    expect(await load("redrive-1", [id, "x"])).toEqual([]);
  });
});
