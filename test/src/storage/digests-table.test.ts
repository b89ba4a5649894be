import { describe, expect, it } from "vitest";
import { openDigestsTable } from "../../../src/storage/digests-table.ts";
import { claimStorage } from "../../support/claim-storage.ts";

const digests = openDigestsTable(claimStorage());
const toPeople = (dueMinute: string, ...userIds: string[]) =>
  userIds.map((userId) => ({ userId, quietUntil: `${dueMinute}:00.000Z` }));
const readPage = (dueMinute: string, after: string | null = null, limit = 1_000) =>
  digests.readPage({ dueMinute, after, limit });

describe("the table Digests", () => {
  it("answers nothing, and fails at nothing, before anything was noted", async () => {
    expect(await digests.listDueMinutes("2026-11-22T07:00", 10)).toEqual([]);
    expect(await readPage("2026-11-22T07:00")).toEqual({ digests: [], next: null });
  });

  it("lists the due minutes up to now, oldest first and each once, as many as are asked for", async () => {
    const people = ["a1", "b1", "c1"];
    for (const minute of ["2026-01-02T07:00", "2026-01-01T07:00", "2026-01-01T06:30", "2026-01-03T00:00"]) {
      await digests.note(toPeople(minute, ...people), "2026-01-01T00:00:00.000Z");
    }
    expect(await digests.listDueMinutes("2026-01-02T07:00", 10)).toEqual([
      "2026-01-01T06:30",
      "2026-01-01T07:00",
      "2026-01-02T07:00",
    ]);
    expect(await digests.listDueMinutes("2026-01-02T06:59", 10)).toHaveLength(2);
    expect(await digests.listDueMinutes("2026-01-02T07:00", 1)).toEqual(["2026-01-01T06:30"]);
  });

  it("keeps the quarter of an hour in which something was withheld first, in whatever order it is noted", async () => {
    const ada = toPeople("2026-02-01T07:00", "ada");
    await digests.note(ada, "2026-02-01T01:59:59.999Z");
    await digests.note(ada, "2026-01-31T22:16:00.000Z");
    await digests.note(ada, "2026-02-01T05:00:00.000Z");
    const page = await readPage("2026-02-01T07:00");
    expect(page.digests).toMatchObject([{ userId: "ada", since: "2026-01-31T22:15:00.000Z" }]);
  });

  it("gives 250 people page by page, each once", async () => {
    const people = Array.from({ length: 250 }, (_, index) => `person-${index}`);
    await digests.note(toPeople("2026-03-01T07:00", ...people), "2026-03-01T01:00:00.000Z");
    const found: string[] = [];
    for (let after: string | null = null, pages = 0; after !== null || pages === 0; pages += 1) {
      const page = await readPage("2026-03-01T07:00", after, 100);
      found.push(...page.digests.map(({ userId }) => userId));
      after = page.next;
    }
    expect(found.toSorted()).toEqual(people.toSorted());
  });

  it("cuts a page of long names before it is larger than a history takes", async () => {
    const people = Array.from({ length: 600 }, (_, index) => `${index}-${"é".repeat(120)}`);
    await digests.note(toPeople("2026-04-01T07:00", ...people), "2026-04-01T01:00:00.000Z");
    const first = await readPage("2026-04-01T07:00");
    expect(JSON.stringify(first).length).toBeLessThan(210_000);
    const second = await readPage("2026-04-01T07:00", first.next);
    expect(first.digests.length + second.digests.length).toBe(600);
    expect(second.next).toBeNull();
  });

  it("forgets what was read, and a second time finds nothing to do", async () => {
    await digests.note(toPeople("2026-05-01T07:00", "ada", "grace"), "2026-05-01T01:00:00.000Z");
    const page = await readPage("2026-05-01T07:00");
    await digests.forget("2026-05-01T07:00", page.digests);
    expect(await readPage("2026-05-01T07:00")).toEqual({ digests: [], next: null });
    await digests.forget("2026-05-01T07:00", page.digests);
  });

  it("keeps a row that was written again since it was read, be it with the same columns", async () => {
    const [ada, grace] = [toPeople("2026-06-01T07:00", "ada"), toPeople("2026-06-01T07:00", "grace")];
    await digests.note([...ada, ...grace], "2026-06-01T01:00:00.000Z");
    const { digests: read } = await readPage("2026-06-01T07:00");
    await digests.note(ada, "2026-06-01T01:00:01.000Z");
    expect(await digests.forget("2026-06-01T07:00", read)).toEqual({ forgotten: 1, kept: 1 });
    const left = await readPage("2026-06-01T07:00");
    expect(left.digests.map(({ userId }) => userId)).toEqual(["ada"]);
  });
  it("erases a person from every due minute, and nobody else", async () => {
    for (const minute of ["2026-08-01T07:00", "2026-08-02T07:00"]) {
      await digests.note(toPeople(minute, "auth0|eve", "auth0|even"), "2026-08-01T01:00:00.000Z");
    }
    expect(await digests.erase("auth0|eve")).toBe(2);
    expect(await digests.erase("auth0|eve")).toBe(0);
    for (const minute of ["2026-08-01T07:00", "2026-08-02T07:00"]) {
      expect((await readPage(minute)).digests).toMatchObject([{ userId: "auth0|even" }]);
    }
  });
});
