import { describe, expect, it } from "vitest";
import type { WhatIfAnswer } from "../../src/domain/what-if.ts";
import { whatIfRequestSchema } from "../../src/domain/what-if.ts";
import { answerAsApp } from "./answer-as-app.ts";
import { createFileWriter, runCommand } from "./run-command.ts";

const app = await answerAsApp();
const writeFile = createFileWriter();
const ORDER_ID = "801000000000001AAA";
const AT = "2026-11-22T10:00:00.000Z";
const ada = { kind: "user", userId: "ada" } as const;
const sales = { kind: "group", group: "sales" } as const;
const counts = { recorded: 0, now: 0, gained: 0, lost: 0, changed: 0, same: 0, preferencesUnknown: 0 };

function toAnswer(o: Partial<WhatIfAnswer> = {}): WhatIfAnswer {
  return {
    from: "2026-11-21T10:00:00.000Z",
    to: AT,
    codeVersion: { recorded: ["0.1.0+aaa"], now: "0.1.0+bbb" },
    orchestrations: { lookedAt: 1_002, decided: 990, silent: 10, unread: 2 },
    totals: {
      recorded: 1_500,
      now: 1_499,
      gained: 1,
      lost: 2,
      changed: 1,
      same: 1_497,
      preferencesUnknown: 1,
    },
    targets: [
      { target: ada, ...counts, recorded: 3, now: 1, lost: 2, same: 1 },
      { target: sales, ...counts, recorded: 1, now: 2, gained: 1, changed: 1 },
    ],
    targetsCut: false,
    orders: [
      {
        orderId: ORDER_ID,
        instanceId: "order-1",
        decidedAt: AT,
        gained: [{ target: sales }],
        lost: [{ target: ada }],
        changed: [],
        cut: false,
      },
      {
        orderId: ORDER_ID,
        instanceId: "order-2",
        decidedAt: AT,
        gained: [],
        lost: [],
        changed: [{ target: sales, differences: ["withheld", "priority"] }],
        cut: false,
      },
    ],
    ordersCut: false,
    unread: [{ instanceId: "order-3", reason: "The record of order-3 cannot be read: there is none." }],
    next: null,
    ...o,
  };
}

function whatIf(...args: string[]) {
  app.asked.length = 0;
  return runCommand(["audit", "what-if", "--since", "24h", ...args, "--url", app.url, "--token", "t"]);
}

const toRequest = (index = 0) => whatIfRequestSchema.parse(JSON.parse(app.asked[index]?.body ?? ""));

describe("orderbell audit what-if", () => {
  it("says who would gain and who would lose, and in which orders", async () => {
    app.answer = () => ({ status: 200, body: toAnswer() });
    const { exitCode, out, err } = await whatIf();
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
    expect(out).toBe(
      [
        `2026-11-21T10:00:00.000Z to ${AT}, over the recorded subscriptions, by 0.1.0+bbb (then: 0.1.0+aaa).`,
        "",
        "1,002 order changes: 990 decided again, 10 silent, 2 not read.",
        "1,500 notifications then, 1,499 now: 1 gained, 2 lost, 1 changed, 1,497 the same.",
        "1 without mutes and quiet hours: the record says nothing of these people's.",
        "",
        "who          then  now  gained  lost  changed",
        "ada             3    1       0     2        0",
        "group sales     1    2       1     0        1",
        "",
        `order ${ORDER_ID}, ${AT}: gained by group sales; lost by ada`,
        `order ${ORDER_ID}, ${AT}: changed for group sales (withheld in quiet hours, priority)`,
        "",
        "not read: order-3: The record of order-3 cannot be read: there is none.",
        "and 1 more (all of them: --json)",
        "",
      ].join("\n"),
    );
    expect(toRequest()).toMatchObject({ replaceAll: false, limit: 1_000 });
    expect(toRequest().subscriptions).toBeUndefined();
  });

  it("asks on until the period is at its end, and adds up what it hears", async () => {
    app.answer = ({ body }) => ({
      status: 200,
      body: toAnswer({ next: body.includes('"after"') ? null : "more" }),
    });
    const { out, err } = await whatIf("--json");
    expect(err).toBe("");
    expect(out.trimEnd().split("\n")).toHaveLength(1);
    expect(JSON.parse(out)).toMatchObject({
      orchestrations: { lookedAt: 2_004, unread: 4 },
      totals: { recorded: 3_000, now: 2_998, gained: 2, lost: 4, same: 2_994 },
      targets: [
        { target: ada, lost: 4 },
        { target: sales, gained: 2, changed: 2 },
      ],
      orders: { length: 4 },
      next: null,
    });
    expect(app.asked).toHaveLength(2);
    expect([toRequest(0).from, toRequest(0).to]).toEqual([toRequest(1).from, toRequest(1).to]);
    expect(toRequest(1).after).toBe("more");
  });

  it("sends the lines of a file, those that take a subscription away too", async () => {
    app.answer = () => ({ status: 200, body: toAnswer() });
    const line = { scope: "all", target: ada, statuses: ["Draft"], priority: "high" };
    const removal = { scope: `order:${ORDER_ID}`, target: ada, removed: true };
    const file = writeFile("rules.ndjson", `${JSON.stringify(line)}\n${JSON.stringify(removal)}\n`);
    const { exitCode, out } = await whatIf("--subscriptions", file);
    expect([exitCode, out]).toEqual([
      0,
      expect.stringContaining(", with 2 subscriptions among the recorded ones, "),
    ]);
    expect(toRequest()).toMatchObject({
      subscriptions: [
        { scope: "all", target: ada, rules: { statuses: ["Draft"], priority: "high" } },
        { scope: removal.scope, target: ada, rules: "removed" },
      ],
      replaceAll: false,
    });
  });

  it("takes a CSV for the whole rule set with --replace-all", async () => {
    app.answer = () => ({ status: 200, body: toAnswer() });
    const file = writeFile("all.csv", "scope,userId,group\nall,ada,\nall,,sales\n");
    const { out } = await whatIf("--subscriptions", file, "--replace-all");
    expect(out).toContain(", over 2 subscriptions and no others, ");
    expect(toRequest()).toMatchObject({ subscriptions: { length: 2 }, replaceAll: true });
  });

  it("names every wrong line with its number, and asks nothing", async () => {
    const lines = [
      { scope: "all", target: ada, removed: "yes" },
      { scope: "all", target: ada },
      { scope: "none", target: ada },
    ];
    const file = writeFile("wrong.ndjson", lines.map((line) => JSON.stringify(line)).join("\n"));
    const { exitCode, out, err } = await whatIf("--subscriptions", file);
    expect([exitCode, out]).toEqual([2, ""]);
    expect(err.trim().split("\n")).toEqual([
      expect.stringMatching(/wrong\.ndjson: line 1: removed /),
      expect.stringMatching(/wrong\.ndjson: line 3: scope must be all/),
    ]);
    expect(app.asked).toEqual([]);
  });

  it("ends with 2 for what the app refuses, with 3 for what it cannot answer or does not show", async () => {
    app.answer = () => ({ status: 400, body: { detail: "No.", errors: ["from: is out of range"] } });
    expect(await whatIf()).toMatchObject({
      exitCode: 2,
      out: "",
      err: expect.stringMatching(/out of range/),
    });
    for (const status of [403, 503]) {
      app.answer = () => ({ status });
      expect(await whatIf()).toMatchObject({ exitCode: 3, out: "" });
    }
  });

  it("shows a watching person how many were looked at", async () => {
    app.answer = ({ body }) => ({
      status: 200,
      body: toAnswer({ next: body.includes('"after"') ? null : "more" }),
    });
    const args = ["audit", "what-if", "--since", "24h", "--url", app.url, "--token", "t", "--json"];
    const { out, err } = await runCommand(args, { isTTY: true });
    expect(err).toContain("Order changes looked at: 1,002");
    expect(JSON.parse(out)).toMatchObject({ next: null });
  });
});
