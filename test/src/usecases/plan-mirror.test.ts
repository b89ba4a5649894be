import { describe, expect, it } from "vitest";
import { type GroupsTable, type Membership, openGroupsTable } from "../../../src/storage/groups-table.ts";
import { planMirror, planMirrorCorrection } from "../../../src/usecases/plan-mirror.ts";
import { claimStorage } from "../../support/claim-storage.ts";

const groups = openGroupsTable(claimStorage());
const at = (minute: number) => new Date(Date.UTC(2026, 10, 22, 10, minute)).toISOString();

/** A table in which everybody is in these groups. */
function tableOf(memberships: Membership[]): GroupsTable {
  return { ...groups, listOfUser: () => Promise.resolve(memberships) };
}

describe("planMirror", () => {
  it("adds the person to the groups they are in now, in the order in which they joined", async () => {
    await groups.join("zebras", "ada", at(1));
    await groups.join("left", "ada", at(2));
    await groups.join("apes", "ada", at(3));
    await groups.leave("left", "ada", at(4));
    expect(await planMirror(groups, "ada")).toEqual([
      { action: "add", userId: "ada", groupName: "zebras" },
      { action: "add", userId: "ada", groupName: "apes" },
    ]);
  });

  it("adds the latest 100, because the service remembers no more", async () => {
    const all = Array.from({ length: 130 }, (_, n) => ({
      group: `g${n}`,
      joinedAt: at(n),
      leftAt: undefined,
    }));
    const added = (await planMirror(tableOf(all.toReversed()), "grace")).map(({ groupName }) => groupName);
    expect(added).toEqual(all.slice(30).map(({ group }) => group));
  });

  it("names a group once, however often its membership was opened", async () => {
    const twice = [1, 2].map((minute) => ({ group: "team", joinedAt: at(minute), leftAt: undefined }));
    expect(await planMirror(tableOf(twice), "grace")).toHaveLength(1);
  });
});

describe("planMirrorCorrection", () => {
  it("removes the person from the groups that they left while they were added", async () => {
    await groups.join("team", "linus", at(1));
    await groups.join("secret", "linus", at(2));
    const added = (await planMirror(groups, "linus")).map(({ groupName }) => groupName);
    expect(await planMirrorCorrection(groups, "linus", added)).toEqual([]);
    await groups.leave("secret", "linus", at(3));
    expect(await planMirrorCorrection(groups, "linus", added)).toEqual([
      { action: "remove", userId: "linus", groupName: "secret" },
    ]);
  });
});
