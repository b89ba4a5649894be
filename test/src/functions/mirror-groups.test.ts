import { describe, expect, it } from "vitest";
import { mirrorGroupsDaily } from "../../../src/functions/mirror-groups.ts";
import { type GroupsTable, openGroupsTable } from "../../../src/storage/groups-table.ts";
import { claimStorage } from "../../support/claim-storage.ts";
import { startDurableClient } from "../../support/durable-client.ts";

const durable = await startDurableClient();
const groups = openGroupsTable(claimStorage());
const at = (day: number) => () => new Date(Date.UTC(2026, 10, day, 10));

/** The groups, and how often they were read. */
function countReads(table: GroupsTable = groups) {
  const counted = {
    reads: 0,
    groups: {
      ...table,
      listOfUser(userId: string) {
        counted.reads += 1;
        return table.listOfUser(userId);
      },
    },
  };
  return counted;
}

const unknownThenStarted = (call: string) =>
  call.startsWith("GET") ? { status: 404 } : { status: 202, body: { id: "started" } };

describe("mirrorGroupsDaily", () => {
  it("starts the mirror once a day, at the cost of one read and one question, and of nothing later that day", async () => {
    await groups.join("team", "ada", "2026-11-01T10:00:00.000Z");
    durable.answer(unknownThenStarted);
    const counted = countReads();
    for (const day of [22, 22, 22]) {
      await mirrorGroupsDaily(durable.createContext(), { groups: counted.groups, now: at(day) }, "ada");
    }
    expect(counted.reads).toBe(1);
    expect(durable.calls).toEqual([
      expect.stringMatching(/^GET \/instances\/groups-[\w-]{22}-2026-11-22/),
      expect.stringMatching(/^POST \/orchestrators\/mirrorGroups\/groups-[\w-]{22}-2026-11-22$/),
    ]);
    await mirrorGroupsDaily(durable.createContext(), { groups: counted.groups, now: at(23) }, "ada");
    expect(durable.calls.at(-1)).toContain("-2026-11-23");
    expect(durable.calls.join()).not.toContain("ada");
  });

  it("does not start it again where another instance of the app did", async () => {
    const times = { createdTime: "2026-11-24T09:00:00Z", lastUpdatedTime: "2026-11-24T09:00:01Z" };
    const status = { name: "mirrorGroups", instanceId: "one", runtimeStatus: "Completed", ...times };
    durable.answer(() => ({ status: 200, body: { ...status, input: null, output: null } }));
    await mirrorGroupsDaily(durable.createContext(), { groups, now: at(24) }, "ada");
    expect(durable.calls).toEqual([expect.stringContaining("GET ")]);
    expect(durable.warnings).toEqual([]);
  });

  it("asks nothing about a person in no group", async () => {
    durable.answer(() => ({ status: 500 }));
    await mirrorGroupsDaily(durable.createContext(), { groups, now: at(22) }, "grace");
    expect(durable.calls).toEqual([]);
    expect(durable.warnings).toEqual([]);
  });

  it("warns when it cannot be started, fails nothing, and tries again at the next sign-in", async () => {
    await groups.join("team", "linus", "2026-11-01T10:00:00.000Z");
    durable.answer(() => ({ status: 500 }));
    await mirrorGroupsDaily(durable.createContext(), { groups, now: at(22) }, "linus");
    expect(durable.warnings).toHaveLength(1);
    durable.answer(unknownThenStarted);
    await mirrorGroupsDaily(durable.createContext(), { groups, now: at(22) }, "linus");
    expect(durable.calls).toHaveLength(2);
  });

  it("keeps nobody waiting for a table that does not answer", async () => {
    const hanging = { ...groups, listOfUser: () => new Promise<never>(() => undefined) };
    durable.answer(() => ({ status: 500 }));
    const startedAt = performance.now();
    await mirrorGroupsDaily(durable.createContext(), { groups: hanging, now: at(22) }, "margaret");
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    expect(durable.warnings).toEqual([expect.stringContaining("took longer")]);
  });
});
