import { describe, expect, it } from "vitest";
import { echoReceipts } from "../../../src/orchestration/echo-receipts.ts";
import { createNotification } from "../../support/inbox.ts";
import { driveOrchestrator } from "../../support/orchestrator-driver.ts";

const echo = { userId: "ada", ids: [createNotification(1).id], state: "read" };

describe("the echo of a receipt", () => {
  it("is one push to the person's devices", async () => {
    const driver = driveOrchestrator(echoReceipts, echo, "receipts-1");
    const { open } = await driver.start();
    expect(open).toMatchObject([{ name: "pushReceipts", input: echo }]);
    const [push] = open;
    if (push === undefined) throw new Error("nothing was pushed");
    expect(await driver.post(driver.completed(push, { pushed: 1 }))).toMatchObject({
      isDone: true,
      output: { push: { ok: true, output: { pushed: 1 } } },
    });
  });

  it("ends in peace when SignalR stays out of reach, because every device reads the inbox anyway", async () => {
    const driver = driveOrchestrator(echoReceipts, echo, "receipts-1");
    let { isDone, output, open } = await driver.start();
    for (let turn = 0; !isDone; turn++) {
      expect(turn).toBeLessThan(20);
      const task = open.at(-1);
      if (task === undefined) throw new Error("it waits for nothing");
      const event =
        task.kind === "activity" ? driver.failed(task, "SignalR is out of reach") : driver.fired(task);
      ({ isDone, output, open } = await driver.post(event));
    }
    expect(output).toMatchObject({ push: { ok: false } });
  });
});
