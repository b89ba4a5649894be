import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { auditAccessesSchema } from "../../src/domain/audit-access.ts";
import { until } from "../support/app-client.ts";
import { startApp } from "../support/start-app.ts";
import { createFileWriter, runCommand } from "./run-command.ts";

const app = await startApp();
const writeFile = createFileWriter();
const folder = dirname(writeFile("empty", ""));
const local = ["--url", app.url, "--user", "iris"];

const ORDER_ID = "801000000000001AAA";
let instanceIds: string[] = [];

/** Ada is told of both changes of the order, Grace of neither. */
beforeAll(async () => {
  await app.follow("ada", "all");
  await app.follow("grace", "all", { minimumAmount: "5000" });
  await app.postOrders({ Id: ORDER_ID });
  await app.postOrders({ Id: ORDER_ID, TotalAmount: "2000", SystemModstamp: "2026-11-22T10:00:01.000Z" });
  instanceIds = await until(async () => {
    const found = await app.orchestrations(ORDER_ID);
    const ended = found.filter(({ runtimeStatus }) => runtimeStatus === "Completed");
    return ended.length === 2 && ended.map(({ instanceId }) => instanceId);
  }, 20_000);
});

describe("the command line of auditors and the app", () => {
  it("re-run what was recorded: of one orchestration, of an order, of a time", async () => {
    for (const selection of [instanceIds, ["--order", ORDER_ID], ["--since", "1h"]]) {
      const { exitCode, out, err } = await runCommand(["audit", ...selection, "--json", ...local]);
      expect({ exitCode, err }).toMatchObject({
        exitCode: 0,
        err: expect.stringMatching(/^2 audited: 2 reproduced/),
      });
      const reports = out
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(new Set(reports.map(({ instanceId }) => instanceId))).toEqual(new Set(instanceIds));
      expect(reports).toMatchObject([{ verdict: "reproduced" }, { verdict: "reproduced" }]);
    }
  });

  it("say who would gain and who would lose by another rule set, and send nothing", async () => {
    const ada = await app.signIn("ada");
    const before = (await ada.inbox()).items.length;
    const rules = [
      { scope: "all", target: { kind: "user", userId: "ada" }, removed: true },
      { scope: "all", target: { kind: "user", userId: "grace" }, minimumAmount: "1500" },
      { scope: `order:${ORDER_ID}`, target: { kind: "user", userId: "linus" } },
    ];
    const file = writeFile("rules.ndjson", rules.map((rule) => JSON.stringify(rule)).join("\n"));
    const asked = ["audit", "what-if", "--since", "1h", "--json", ...local];
    const { exitCode, out } = await runCommand([...asked, "--subscriptions", file]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      orchestrations: { lookedAt: 2, decided: 2, unread: 0 },
      totals: { recorded: 2, now: 3, gained: 3, lost: 2, same: 0, preferencesUnknown: 2 },
      next: null,
    });
    expect(JSON.parse((await runCommand(asked)).out)).toMatchObject({
      totals: { recorded: 2, now: 2, gained: 0, lost: 0, changed: 0, same: 2 },
      targets: [],
    });
    expect((await ada.inbox()).items).toHaveLength(before);
    expect((await (await app.signIn("linus")).inbox()).items).toEqual([]);
  });

  it("fetch evidence and keys, with which it is verified", async () => {
    const [instanceId = ""] = instanceIds;
    const evidence = join(folder, "order.evidence.ndjson");
    const keys = join(folder, "keys.json");
    expect(await runCommand(["audit", "evidence", instanceId, "--out", evidence, ...local])).toMatchObject({
      exitCode: 0,
    });
    expect(await runCommand(["audit", "keys", "--out", keys, ...local])).toMatchObject({ exitCode: 0 });
    expect(await runCommand(["audit", "verify", evidence, "--key", keys])).toMatchObject({
      exitCode: 0,
      err: "",
    });
    const forged = writeFile("forged", readFileSync(evidence, "utf8").replace("1100", "1101"));
    expect(await runCommand(["audit", "verify", forged, "--key", keys])).toMatchObject({ exitCode: 1 });
  });

  it("refuse a what-if to administrators, who are no auditors", async () => {
    const admin = await app.signIn("admin", ["OrderBell.Admin"]);
    const period = { from: "2026-11-22T00:00:00Z", to: "2026-11-23T00:00:00Z" };
    expect((await admin.call("POST", "/api/audit/what-if", period)).status).toBe(403);
    const auditor = await app.signIn("iris", ["OrderBell.Auditor"]);
    expect((await auditor.call("POST", "/api/audit/what-if", { ...period, colour: "red" })).status).toBe(400);
    const accesses = auditAccessesSchema.parse(
      await (await auditor.call("GET", "/api/audit/accesses")).json(),
    );
    const subject = new URLSearchParams(period).toString();
    expect(accesses.items).toContainEqual(
      expect.objectContaining({ userId: "iris", action: "what-if", subject }),
    );
  });
});
