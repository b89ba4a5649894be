import { expect, it } from "vitest";
import type { DeadLetter } from "../../../src/domain/dead-letter.ts";
import { type DeadLettersTable, openDeadLettersTable } from "../../../src/storage/dead-letters-table.ts";
import { recordRedrives, redriveDay, redriveLetter } from "../../../src/usecases/redrive.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import { createLetter } from "../../support/dead-letter.ts";

const now = new Date("2026-11-23T09:00:00.000Z");
const day = "2026-11-22";

it("redrives letters of a day that stand behind 5,000 delivered ones", async () => {
  const letters = Array.from({ length: 5_003 }, (_, n): DeadLetter => ({
    ...createLetter(`person-${n}`, 1),
    id: String(n).padStart(6, "0"),
    redrives:
      n < 5_000
        ? [{ redrivenAt: now.toISOString(), redrivenBy: "admin", instanceId: "r1", result: "delivered" }]
        : [],
  }));
  const deadLetters: DeadLettersTable = {
    put: async () => {},
    read: async (id) => letters.find((one) => one.id === id),
    readDay: async (_day, { limit, after }) =>
      letters.filter(({ id }) => after === undefined || id > after).slice(0, limit),
    claim: async () => undefined,
    addRedrive: async () => {},
    erase: async () => 0,
  };
  const started: string[] = [];
  const starter = { start: async (_id: string, { ids }: { ids: string[] }) => void started.push(...ids) };
  const answer = await redriveDay({ deadLetters }, starter, { day, redrivenBy: "admin" });
  expect(answer).toMatchObject({ letters: 3, left: 0 });
  expect(started).toEqual(["005000", "005001", "005002"]);
});

it("starts and records a redrive of its own after fifty that failed", async () => {
  const deadLetters = openDeadLettersTable(claimStorage());
  await deadLetters.put([createLetter("ada")]);
  const [letter] = await deadLetters.readDay(day, { limit: 1 });
  const id = letter?.id ?? "";
  const record = (instanceId: string, result: "failed" | "delivered") =>
    recordRedrives({ deadLetters }, { redrivenBy: "admin", instanceId, results: [{ id, result }] }, now);
  for (let n = 0; n < 50; n += 1) await record(`redrive-${n}`, "failed");
  const ids: string[] = [];
  const starter = { start: async (instanceId: string) => void ids.push(instanceId) };
  const wish = { id, redrivenBy: "admin" };
  await redriveLetter({ deadLetters }, starter, wish);
  await record(String(ids[0]), "failed");
  await redriveLetter({ deadLetters }, starter, wish);
  await record(String(ids[1]), "delivered");
  expect(ids[1]).not.toBe(ids[0]);
  expect(await redriveLetter({ deadLetters }, starter, wish)).toEqual({ outcome: "alreadyRedriven" });
});
