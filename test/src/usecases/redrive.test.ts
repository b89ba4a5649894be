import { describe, expect, it } from "vitest";
import { type RedriveInput, redriveInputSchema } from "../../../src/domain/dead-letter.ts";
import { type DeadLettersTable, openDeadLettersTable } from "../../../src/storage/dead-letters-table.ts";
import { listDeadLetters, recordRedrives, redriveDay, redriveLetter } from "../../../src/usecases/redrive.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import { createLetter } from "../../support/dead-letter.ts";

const day = "2026-11-22";
const now = new Date("2026-11-23T09:00:00.000Z");
const admin = "admin";

/** Keeps what it is asked to start, as the client does: an id that is under way is not started again. */
function createStarter() {
  const started = new Map<string, RedriveInput>();
  return {
    started,
    start: (instanceId: string, input: RedriveInput) => {
      if (!started.has(instanceId)) started.set(instanceId, redriveInputSchema.parse(input));
      return Promise.resolve();
    },
  };
}

async function createLetters(count: number): Promise<{ deadLetters: DeadLettersTable; ids: string[] }> {
  const deadLetters = openDeadLettersTable(claimStorage());
  await deadLetters.put(Array.from({ length: count }, (_, n) => createLetter(`person-${n}`, n)));
  const letters = await deadLetters.readDay(day, { limit: count });
  return { deadLetters, ids: letters.map(({ id }) => id) };
}

const deliver = (deadLetters: DeadLettersTable, instanceId: string, ids: readonly string[]) =>
  recordRedrives(
    { deadLetters },
    { redrivenBy: admin, instanceId, results: ids.map((id) => ({ id, result: "delivered" as const })) },
    now,
  );

describe("redriving one letter", () => {
  it("starts once however often it is asked, until it has ended", async () => {
    const { deadLetters, ids } = await createLetters(1);
    const wish = { id: String(ids[0]), redrivenBy: admin };
    const starter = createStarter();
    const first = await redriveLetter({ deadLetters }, starter, wish);
    expect(await redriveLetter({ deadLetters }, starter, wish)).toEqual(first);
    expect([...starter.started.values()]).toEqual([{ ids, redrivenBy: admin }]);

    const [instanceId = ""] = starter.started.keys();
    const results = [{ id: wish.id, result: "failed" as const, cause: "refused" }];
    await recordRedrives({ deadLetters }, { redrivenBy: admin, instanceId, results }, now);
    await redriveLetter({ deadLetters }, starter, wish);
    expect(starter.started.size).toBe(2);
  });

  it("is refused when it was delivered, and says who did that and when", async () => {
    const { deadLetters, ids } = await createLetters(1);
    await deliver(deadLetters, "redrive-1", ids);
    const starter = createStarter();
    const wish = { id: String(ids[0]), redrivenBy: admin };
    expect(await redriveLetter({ deadLetters }, starter, wish)).toEqual({ outcome: "alreadyRedriven" });
    expect(starter.started.size).toBe(0);
    const { items } = await listDeadLetters({ deadLetters }, { limit: 10 }, now);
    expect(items).toMatchObject([
      {
        isRedriven: true,
        redrives: [{ redrivenBy: admin, redrivenAt: now.toISOString(), result: "delivered" }],
      },
    ]);
  });

  it("of an unknown id starts nothing", async () => {
    const { deadLetters } = await createLetters(1);
    const answer = await redriveLetter({ deadLetters }, createStarter(), { id: "x", redrivenBy: admin });
    expect(answer).toEqual({ outcome: "unknown" });
  });
});

describe("redriving a day", () => {
  it("takes at most 500 letters, 50 to an orchestration, and says how many are left", async () => {
    const { deadLetters, ids } = await createLetters(530);
    await deliver(deadLetters, "redrive-1", ids.slice(0, 10));
    const starter = createStarter();
    const answer = await redriveDay({ deadLetters }, starter, { day, redrivenBy: admin });
    expect(answer).toMatchObject({ letters: 500, skipped: 10, left: 20 });
    expect([...starter.started.keys()]).toEqual(answer.instanceIds);
    const taken = [...starter.started.values()].flatMap((input) => input.ids);
    expect(taken).toEqual(ids.slice(10, 510));
  });

  it("starts with those that were redriven least often", async () => {
    const { deadLetters, ids } = await createLetters(3);
    const results = [{ id: String(ids[0]), result: "failed" as const }];
    await recordRedrives({ deadLetters }, { redrivenBy: admin, instanceId: "redrive-1", results }, now);
    const starter = createStarter();
    await redriveDay({ deadLetters }, starter, { day, redrivenBy: admin });
    expect([...starter.started.values()][0]?.ids).toEqual([ids[1], ids[2], ids[0]]);
  });
});

describe("the list", () => {
  it("goes back over the last seven days, page by page, newest first", async () => {
    const deadLetters = openDeadLettersTable(claimStorage());
    const perDay = 86_400;
    await deadLetters.put([-7, -6, -1, 0, 0.5].map((days) => createLetter("ada", Math.round(days * perDay))));
    const seen: string[] = [];
    for (let after: string | null | undefined; after !== null;) {
      const query = { limit: 2, ...(after === undefined ? {} : { after }) };
      const page = await listDeadLetters({ deadLetters }, query, new Date("2026-11-22T23:00:00.000Z"));
      seen.push(...page.items.map(({ announcement }) => announcement.createdAt.slice(0, 10)));
      after = page.next;
    }
    expect(seen).toEqual(["2026-11-22", "2026-11-22", "2026-11-21", "2026-11-16"]);
  });
});
