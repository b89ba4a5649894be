import { describe, expect, it } from "vitest";
import { NO_PREFERENCES, type Preferences } from "../../../src/domain/preferences.ts";
import { openPreferencesTable } from "../../../src/storage/preferences-table.ts";
import { claimStorage } from "../../support/claim-storage.ts";

const table = openPreferencesTable(claimStorage());
const say = (...mutedScopes: string[]): Preferences => ({ ...NO_PREFERENCES, mutedScopes });
const listPendingIds = async () => (await table.listPending()).map(({ userId }) => userId);

describe("the preferences table", () => {
  it("knows nothing of somebody who never said anything", async () => {
    expect(await table.read("ada")).toBeUndefined();
    expect(await table.listPending()).toEqual([]);
    expect(await table.remove("ada")).toBe(false);
  });

  it("counts versions, and refuses a writer who has not seen the last one", async () => {
    expect(await table.write("ada|1", say("all"), undefined)).toBe(true);
    expect(await table.write("ada|1", say(), undefined)).toBe(false);
    const first = await table.read("ada|1");
    expect(await table.write("ada|1", say(), first)).toBe(true);
    expect(await table.write("ada|1", say("all"), first)).toBe(false);
    expect(await table.read("ada|1")).toMatchObject({ preferences: say(), version: 2, copiedVersion: 0 });
  });

  it("makes a writer who read before a mark read again", async () => {
    await table.write("grace", say("all"), undefined);
    const read = await table.read("grace");
    expect(await table.markCopied("grace", read)).toBe(true);
    expect(await table.write("grace", say(), read)).toBe(false);
    expect(await table.read("grace")).toMatchObject({ version: 1, copiedVersion: 1 });
  });

  it("makes even the writer of a first version read again after a mark", async () => {
    expect(await table.markCopied("linus", undefined)).toBe(true);
    expect(await table.write("linus", say("all"), undefined)).toBe(false);
    const marked = await table.read("linus");
    expect(marked).toMatchObject({ preferences: NO_PREFERENCES, version: 0 });
    expect(await table.write("linus", say("all"), marked)).toBe(true);
    expect(await table.read("linus")).toMatchObject({ version: 1 });
  });

  it("takes an announcement back, but never a later one of the same person", async () => {
    const first = await table.announce("auth0|7f/ü", 1);
    const second = await table.announce("auth0|7f/ü", 1);
    await table.removePending(first);
    expect(await listPendingIds()).toEqual(["auth0|7f/ü"]);
    await table.removePending(second);
    await table.removePending(second);
    expect(await listPendingIds()).toEqual([]);
  });

  it("forgets a person with what was announced of them", async () => {
    await table.announce("rear", 1);
    await table.write("rear", say("all"), undefined);
    expect(await table.remove("rear")).toBe(true);
    expect(await table.read("rear")).toBeUndefined();
    expect(await listPendingIds()).toEqual([]);
  });
});
