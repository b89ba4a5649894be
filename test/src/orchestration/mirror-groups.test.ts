import { describe, expect, it } from "vitest";
import { mirrorGroups } from "../../../src/orchestration/mirror-groups.ts";
import { driveOrchestrator, type Standing } from "../../support/orchestrator-driver.ts";

function only({ open }: Standing) {
  const [task] = open;
  if (task === undefined || open.length > 1) throw new Error(`${open.length} tasks are open.`);
  return task;
}

describe("mirrorGroups", () => {
  it("adds the groups, and looks again for those that were left meanwhile", async () => {
    const run = driveOrchestrator(mirrorGroups, { userId: "ada" });
    const adding = only(await run.start());
    expect(adding).toMatchObject({ name: "pushGroups", input: { userId: "ada" } });
    const checking = only(await run.post(run.completed(adding, { groups: ["team", "managers"] })));
    expect(checking.input).toEqual({ userId: "ada", added: ["team", "managers"] });
    expect(await run.post(run.completed(checking, { groups: ["team"] }))).toMatchObject({
      isDone: true,
      output: { added: 2, removed: 1 },
    });
  });

  it("has nothing to look at again when there was no group", async () => {
    const run = driveOrchestrator(mirrorGroups, { userId: "ada" });
    const adding = only(await run.start());
    expect(await run.post(run.completed(adding, { groups: [] }))).toMatchObject({
      isDone: true,
      output: { added: 0, removed: 0 },
    });
  });
});
