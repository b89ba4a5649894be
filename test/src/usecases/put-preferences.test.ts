import { describe, expect, it } from "vitest";
import { NO_PREFERENCES, type Preferences } from "../../../src/domain/preferences.ts";
import { openPreferencesTable } from "../../../src/storage/preferences-table.ts";
import { openSubscriptionsTable } from "../../../src/storage/subscriptions-table.ts";
import { finishPreferences, type FinishPreferencesDeps } from "../../../src/usecases/finish-preferences.ts";
import { loadAudiencePage } from "../../../src/usecases/load-audience-page.ts";
import { putPreferences, readPreferences } from "../../../src/usecases/put-preferences.ts";
import { claimStorage } from "../../support/claim-storage.ts";

const storage = claimStorage();
const tables = { preferences: openPreferencesTable(storage), subscriptions: openSubscriptionsTable(storage) };
const NIGHT = "2026-11-22T23:00:00.000Z";
const SCOPES = ["all", "account:001000000000001AAA", "field:Region__c=EMEA"];
const QUIET: Preferences = {
  ...NO_PREFERENCES,
  quietHours: { timeZone: "Europe/Berlin", from: "22:00", to: "07:00" },
};
const mute = (...mutedScopes: string[]): Preferences => ({ ...NO_PREFERENCES, mutedScopes });

let people = 0;
/** Somebody new who follows every scope. */
async function createPerson(said?: Preferences): Promise<string> {
  const userId = `person-${(people += 1)}`;
  if (said) await putPreferences(tables, userId, said);
  for (const scope of SCOPES)
    await tables.subscriptions.put({
      scope,
      target: { kind: "user", userId },
      rules: { priority: "normal" },
    });
  return userId;
}

/** What a decision at night gets for every subscription of a person, by scope. */
async function loadApplied(userId: string) {
  const page = await loadAudiencePage(tables, { scopes: SCOPES, after: "", decidedAt: NIGHT });
  const own = page.subscriptions.filter(({ target }) => target.kind === "user" && target.userId === userId);
  return SCOPES.map((scope) => own.find((one) => one.scope === scope)?.preferences);
}

/** The copies as they are stored, without what pending people are given instead. */
async function loadCopies(userId: string) {
  const ranges = await tables.subscriptions.loadRanges(SCOPES, "");
  return ranges.flatMap(({ rows }) =>
    rows.filter(({ target }) => target.kind === "user" && target.userId === userId).map((row) => row.copied),
  );
}

class Crash extends Error {}

/** The tables of a process that dies at its n-th call: before it is carried out, or before its answer is heard. */
function dieAt(n: number, when: "before" | "after"): FinishPreferencesDeps {
  let calls = 0;
  const dying = <Methods extends object>(methods: Methods): Methods =>
    new Proxy(methods, {
      get(target, name) {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== "function") return method;
        return async (...values: unknown[]) => {
          calls += 1;
          if (calls > n || (calls === n && when === "before")) throw new Crash();
          const answer: unknown = await Reflect.apply(method, target, values);
          if (calls >= n) throw new Crash();
          return answer;
        };
      },
    });
  return { preferences: dying(tables.preferences), subscriptions: dying(tables.subscriptions) };
}

describe("preferences", () => {
  it("reach every subscription of a person, and no other person's", async () => {
    const other = await createPerson();
    const userId = await createPerson();
    await putPreferences(tables, userId, { ...QUIET, mutedScopes: ["all"], mutedTransitions: ["deleted"] });
    const applied = { version: 1, mutedTransitions: ["deleted"], quietUntil: "2026-11-23T06:00:00.000Z" };
    expect(await loadApplied(userId)).toEqual([{ ...applied, isMuted: true }, applied, applied]);
    expect(await loadApplied(other)).toEqual([undefined, undefined, undefined]);
    expect(await tables.preferences.listPending()).toEqual([]);
  });

  it("are taken back by saying nothing", async () => {
    const userId = await createPerson({ ...QUIET, mutedScopes: ["all"] });
    await putPreferences(tables, userId, NO_PREFERENCES);
    expect(await loadApplied(userId)).toEqual([{ version: 2 }, { version: 2 }, { version: 2 }]);
    expect(await readPreferences(tables, userId)).toEqual(NO_PREFERENCES);
    expect(await readPreferences(tables, "nobody")).toEqual(NO_PREFERENCES);
  });

  it.each(["before", "after"] as const)(
    "hold for all subscriptions or for none wherever saving dies %s a call, and are finished later",
    async (when) => {
      let saved = 0;
      let deaths = 0;
      for (let n = 1; ; n++) {
        const userId = await createPerson(mute("all"));
        const error: unknown = await putPreferences(dieAt(n, when), userId, QUIET).catch((e: unknown) => e);
        const isSaved = (await tables.preferences.read(userId))?.version === 2;
        const quiet = { version: 2, quietUntil: "2026-11-23T06:00:00.000Z" };
        const expected = isSaved
          ? [quiet, quiet, quiet]
          : [{ version: 1, isMuted: true }, { version: 1 }, { version: 1 }];
        expect(await loadApplied(userId)).toEqual(expected);
        await finishPreferences(tables);
        expect(await tables.preferences.listPending()).toEqual([]);
        expect(await loadApplied(userId)).toEqual(expected);
        const versions = (await loadCopies(userId)).map((copied) => copied?.version);
        expect(new Set(versions)).toEqual(new Set([isSaved ? 2 : 1]));
        if (isSaved) saved += 1;
        if (error === undefined) break;
        expect(error).toBeInstanceOf(Crash);
        deaths += 1;
      }
      // read, announce, write, read, list, three copies, mark, remove.
      expect(deaths).toBe(10);
      expect(saved).toBeGreaterThan(5);
    },
  );

  it("are finished by others when finishing itself dies, too", async () => {
    for (let n = 1; n <= 8; n++) {
      const userId = await createPerson();
      await putPreferences(dieAt(4, "before"), userId, QUIET).catch(() => {});
      await finishPreferences(dieAt(n, "after")).catch(() => {});
      expect((await loadApplied(userId)).map((one) => one?.quietUntil)).toEqual(
        SCOPES.map(() => "2026-11-23T06:00:00.000Z"),
      );
      await finishPreferences(tables);
      expect((await loadCopies(userId)).map((copied) => copied?.version)).toEqual([1, 1, 1]);
      expect(await tables.preferences.listPending()).toEqual([]);
    }
  });

  it("end as one and the same on every subscription when devices save side by side and a timer runs", async () => {
    const userId = await createPerson();
    const said = [QUIET, mute("all"), mute(), mute(...SCOPES), QUIET, mute("field:Region__c=EMEA")];
    await Promise.all([
      ...said.map((one) => putPreferences(tables, userId, one)),
      finishPreferences(tables),
      finishPreferences(tables),
    ]);
    const stored = await tables.preferences.read(userId);
    expect(stored?.version).toBe(said.length);
    await finishPreferences(tables);
    expect((await loadCopies(userId)).map((copied) => copied?.version)).toEqual(
      SCOPES.map(() => said.length),
    );
    expect(await tables.preferences.listPending()).toEqual([]);
  });

  it.each([1, 2])(
    "reach a subscription that is made while they are saved, after its %i. reading",
    async (n) => {
      const userId = await createPerson(mute("all"));
      let readings = 0;
      const { put } = openSubscriptionsTable(storage, {
        async read(id) {
          const stored = await tables.preferences.read(id);
          if ((readings += 1) === n) await putPreferences(tables, userId, QUIET);
          return stored;
        },
      });
      const scope = `field:Reading__c=${n}`;
      await put({ scope, target: { kind: "user", userId }, rules: { priority: "normal" } });
      const [range] = await tables.subscriptions.loadRanges([scope], "");
      expect(readings).toBe(2);
      expect(range?.rows.map(({ copied }) => copied)).toEqual([{ version: 2, quietHours: QUIET.quietHours }]);
    },
  );

  it("are not put back by a subscription that is put again meanwhile, even when that dies half-way", async () => {
    const userId = await createPerson(mute("all"));
    let readings = 0;
    const { put } = openSubscriptionsTable(storage, {
      async read(id) {
        if ((readings += 1) > 1) throw new Crash();
        const stored = await tables.preferences.read(id);
        await putPreferences(tables, userId, QUIET);
        return stored;
      },
    });
    const again = { scope: "all", target: { kind: "user", userId }, rules: { priority: "high" } } as const;
    await expect(put(again)).rejects.toThrow(Crash);
    expect((await loadCopies(userId)).map((copied) => copied?.version)).toEqual([2, 2, 2]);
  });

  it("refuse more than a row of storage holds, and change nothing", async () => {
    const userId = await createPerson();
    const scopes = Array.from({ length: 100 }, (_, n) => `field:Name__c=${String(n).padEnd(255, '"')}`);
    await expect(putPreferences(tables, userId, mute(...scopes))).rejects.toThrow("too many muted scopes");
    expect(await tables.preferences.read(userId)).toBeUndefined();
    expect(await tables.preferences.listPending()).toEqual([]);
  });
});
