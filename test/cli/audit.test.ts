import { chmodSync, existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ReplayReport, Verdict } from "../../src/domain/audit.ts";
import { toSha256 } from "../../src/domain/sha256.ts";
import { type Answer, answerAsApp, type AskedRequest } from "./answer-as-app.ts";
import { createFileWriter, runCommand } from "./run-command.ts";

const app = await answerAsApp();
const writeFile = createFileWriter();
const folder = dirname(writeFile("empty", ""));

function toReport(instanceId: string, result: Verdict, o: Partial<ReplayReport> = {}): ReplayReport {
  return {
    instanceId,
    source: "history",
    verdict: result.verdict,
    codeVersion: { recorded: "0.1.0+aaa", now: "0.1.0+bbb" },
    orchestrations: [{ instanceId, name: "notifyOrderChange", result }],
    ...o,
  };
}

const REPRODUCED: Verdict = { verdict: "reproduced", steps: 3 };
const DIVERGED: Verdict = {
  verdict: "diverged",
  step: 2,
  at: "deliverBatch was called with another input",
  recorded: { recipients: [{ userId: "ada", priority: "high" }], link: null },
  now: { recipients: [{ userId: "ada", priority: "normal" }, { userId: "grace" }], link: null },
};
const INCOMPLETE: Verdict = { verdict: "incomplete", missing: ["the history of order-1:p1"] };

/** Answers the audit replay of each id with its verdict; of an unknown one there is no record. */
function answerWith(verdicts: Readonly<Record<string, Verdict>>): void {
  app.answer = ({ path }) => {
    const id = decodeURIComponent(/^\/api\/audit\/orchestrations\/([^/]+)\/replay$/.exec(path)?.[1] ?? "");
    const verdict = verdicts[id];
    return verdict
      ? { status: 200, body: toReport(id, verdict) }
      : { status: 404, body: { detail: "There is no record of such an orchestration." } };
  };
}

function audit(...args: string[]) {
  app.asked.length = 0;
  return runCommand(["audit", ...args, "--url", app.url, "--token", "t"]);
}

describe("orderbell audit", () => {
  it("ends with 0 and a row for each when all are reproduced", async () => {
    answerWith({ "order-1": REPRODUCED, "order-2": { verdict: "reproduced", steps: 41 } });
    expect(await audit("order-1", "order-2", "order-1")).toEqual({
      exitCode: 0,
      out:
        "verdict     runs  steps  orchestration\n" +
        "reproduced     1      3  order-1\n" +
        "reproduced     1     41  order-2\n" +
        "2 audited: 2 reproduced, 0 diverged, 0 incomplete, 0 not read. Decided by 0.1.0+aaa, re-run by 0.1.0+bbb.\n",
      err: "",
    });
    expect(app.asked.map(({ method, body }) => [method, body])).toEqual([
      ["POST", "{}"],
      ["POST", "{}"],
    ]);
  });

  it("shows the first step that differs side by side, and ends with 1", async () => {
    answerWith({ "order-1": DIVERGED });
    const { exitCode, out } = await audit("order-1");
    expect(exitCode).toBe(1);
    expect(out.split("\n").slice(1, 6)).toEqual([
      "diverged       1      2  order-1",
      "            in notifyOrderChange, at step 2: deliverBatch was called with another input",
      "                                      recorded  now",
      '              recipients[0].priority  "high"    "normal"',
      '              recipients[1]           (absent)  {"userId":"grace"}',
    ]);
  });

  it("names the orchestration of its own that differs, and that the record was archived", async () => {
    const child = { instanceId: "order-1:p1", name: "notifyAudiencePage", result: DIVERGED };
    const root = { instanceId: "order-1", name: "notifyOrderChange", result: REPRODUCED };
    const report = toReport("order-1", DIVERGED, { source: "evidence", orchestrations: [root, child] });
    app.answer = () => ({ status: 200, body: report });
    const { out } = await audit("order-1");
    expect(out).toContain("diverged       2      5  order-1 (from archived evidence)\n");
    expect(out).toContain("in notifyAudiencePage of its own, order-1:p1, at step 2:");
  });

  it.each<[string, Record<string, Verdict>, number]>([
    ["an incomplete record", { "order-1": REPRODUCED, "order-2": INCOMPLETE }, 3],
    ["no record", { "order-1": REPRODUCED }, 3],
    ["a difference besides what could not be read", { "order-1": DIVERGED }, 1],
    ["a difference besides an incomplete record", { "order-1": INCOMPLETE, "order-2": DIVERGED }, 1],
  ])("ends as it must with %s", async (_, verdicts, exitCode) => {
    answerWith(verdicts);
    expect(await audit("order-1", "order-2")).toMatchObject({ exitCode });
  });

  it("says what is missing, and why one was not read", async () => {
    answerWith({ "order-1": INCOMPLETE });
    const { out } = await audit("order-1", "order-2");
    expect(out).toContain("in notifyOrderChange is missing:\n              the history of order-1:p1\n");
    expect(out).toContain(
      "order-2\n            The app answered 404: There is no record of such an orchestration.\n",
    );
  });

  it("prints with --json one object a line and nothing else, in the order that was given", async () => {
    answerWith({ "order-1": REPRODUCED, "order-2": DIVERGED });
    const { exitCode, out } = await audit("order-2", "order-9", "order-1", "--json");
    expect(exitCode).toBe(1);
    const lines = out.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { instanceId: "order-2", verdict: "diverged" },
      { instanceId: "order-9", verdict: "unread", reason: expect.stringMatching(/404/) },
      { instanceId: "order-1", verdict: "reproduced" },
    ]);
  });

  it("keeps the order of the ids however many are asked side by side", async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `order-${index}`);
    answerWith(Object.fromEntries(ids.map((id) => [id, REPRODUCED])));
    const { out } = await audit(...ids, "--concurrency", "32", "--json");
    expect(
      out
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).instanceId),
    ).toEqual(ids);
  });

  it("shows a watching person how far it is, and nobody else", async () => {
    answerWith({ "order-1": REPRODUCED });
    const args = ["audit", "order-1", "--url", app.url, "--token", "t"];
    const watched = await runCommand(args, { isTTY: true });
    expect(watched.err).toContain("Auditing ██████████████████████████████ 1/1");
    expect(watched.out).not.toContain("█");
    expect((await runCommand(args)).err).toBe("");
  });

  it("ends with 3 where the app answers what it does not know", async () => {
    app.answer = () => ({ status: 200, body: { verdict: "fine" } });
    const { exitCode, out } = await audit("order-1");
    expect([exitCode, out]).toEqual([
      3,
      expect.stringContaining("in a form that this command does not know"),
    ]);
  });
});

describe("what is audited", () => {
  const toChange = (instanceId: string) => ({
    instanceId,
    systemModstamp: "2026-11-22T10:00:00.000Z",
    route: "outboundMessage",
    recordedAt: "2026-11-22T10:00:00.000Z",
    state: "started",
    decidedAt: null,
    transition: null,
    text: "",
  });

  it("is with --order every change of it, page by page", async () => {
    app.answer = ({ path }) => {
      if (path.includes("/replay")) return { status: 200, body: toReport("order-x", REPRODUCED) };
      const isFirst = !path.includes("?after=");
      const changes = [toChange(isFirst ? "order-1" : "order-2")];
      return {
        status: 200,
        body: { orderId: "801000000000001AAA", changes, evidence: [], next: isFirst ? "n" : null },
      };
    };
    expect(await audit("--order", "801000000000001AAA")).toMatchObject({ exitCode: 0 });
    expect(app.asked.map(({ path }) => path)).toEqual([
      "/api/audit/orders/801000000000001AAA",
      "/api/audit/orders/801000000000001AAA?after=n",
      "/api/audit/orchestrations/order-1/replay",
      "/api/audit/orchestrations/order-2/replay",
    ]);
  });

  it("is with --since what was started from then until now, page by page", async () => {
    app.answer = ({ path }) => {
      if (path.includes("/replay")) return { status: 200, body: toReport("order-x", REPRODUCED) };
      const isFirst = !path.includes("after=");
      return { status: 200, body: { instanceIds: [isFirst ? "a" : "b"], next: isFirst ? "t/1" : null } };
    };
    const before = Date.now();
    expect(await audit("--since", "2h")).toMatchObject({ exitCode: 0 });
    const [first, second] = app.asked.map(({ path }) => new URL(path, app.url).searchParams);
    const span = Date.parse(first?.get("to") ?? "") - Date.parse(first?.get("from") ?? "");
    expect(span).toBe(7_200_000);
    expect(Date.parse(first?.get("to") ?? "")).toBeGreaterThanOrEqual(before);
    expect(second?.get("after")).toBe("t/1");
    expect(app.asked).toHaveLength(4);
  });

  it("may be nothing in a quiet time; an order nobody knows could not be read", async () => {
    app.answer = () => ({ status: 200, body: { instanceIds: [], next: null } });
    expect(await audit("--since", "2026-11-01")).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/^0 audited/),
    });
    app.answer = () => ({ status: 404, body: { detail: "Nothing was ever heard of this order." } });
    expect(await audit("--order", "801000000000009AAA")).toMatchObject({
      exitCode: 3,
      err: "The app answered 404: Nothing was ever heard of this order.\n",
    });
  });

  it("cannot be read by those who are no auditors, and wrong ids are wrong usage", async () => {
    app.answer = () => ({ status: 403, body: { detail: "This needs the role OrderBell.Auditor." } });
    expect(await audit("--since", "7d")).toMatchObject({ exitCode: 3, err: expect.stringMatching(/403/) });
    app.answer = () => ({ status: 400, body: { detail: "No.", errors: ["orderId: must be …"] } });
    expect(await audit("--order", "x")).toMatchObject({
      exitCode: 2,
      err: expect.stringMatching(/orderId: must/),
    });
  });
});

describe("bad usage of orderbell audit", () => {
  const url = ["--url", "http://127.0.0.1:1", "--token", "t"];
  it.each([
    [["audit", ...url], /instance ids, --order or --since/],
    [["audit", "order-1", "--since", "2h", ...url], /instance ids, --order or --since/],
    [["audit", "--since", "yesterday", ...url], /--since takes/],
    [["audit", "--since", "2999-01-01T00:00:00Z", ...url], /that has passed/],
    [["audit", "order-1", "--concurrency", "33", ...url], /1 to 32/],
    [["audit", "order-1", "--concurrency", "0", ...url], /1 to 32/],
    [["audit", "order-1", "--dry-run", ...url], /--dry-run is not for audit/],
    [["audit", "order-1", "--token", "a", "--user", "b"], /one of --token/],
    [["audit", "order-1", "--url", "https://orders.example"], /--resource/],
    [["audit", "order-1", "--url", "http://orders.example", "--token", "a"], /https only/],
    [["audit", "order-1", "--resource", "api://x; rm -rf"], /takes a URI/],
    [["audit", "evidence", ...url], /one instance id/],
    [["audit", "evidence", "order-1", "--json", ...url], /--json is not for audit evidence/],
    [["audit", "keys", "order-1", ...url], /only options/],
    [["audit", "verify"], /takes files/],
    [["audit", "verify", "file", "--token", "t"], /--token is not for audit verify/],
    [["audit", "what-if", ...url], /takes --since/],
    [["audit", "what-if", "order-1", "--since", "2h", ...url], /only options/],
    [["audit", "what-if", "--since", "2h", "--replace-all", ...url], /are for --subscriptions/],
    [["audit", "what-if", "--since", "2h", "--subscriptions", "rules.txt", ...url], /--format csv/],
  ])("ends with 2 for %j", async (args, reason) => {
    const { exitCode, out, err } = await runCommand(args);
    expect([exitCode, out]).toEqual([2, ""]);
    expect(err).toMatch(reason);
  });
});

describe("signing in to audit", () => {
  const signIn = (asked: AskedRequest): Answer =>
    asked.path === "/.auth/login/local"
      ? { status: 204, headers: { "set-cookie": "session=s; Path=/" } }
      : { status: 200, body: toReport("order-1", REPRODUCED) };

  it("is on this machine the local sign-in, as an auditor, under the given or one's own name", async () => {
    app.answer = signIn;
    app.asked.length = 0;
    expect(await runCommand(["audit", "order-1", "--url", app.url])).toMatchObject({ exitCode: 0 });
    expect(await runCommand(["audit", "order-1", "--url", app.url, "--user", "iris"])).toMatchObject({
      exitCode: 0,
    });
    const bodies = app.asked
      .filter(({ path }) => path.startsWith("/.auth"))
      .map(({ body }) => JSON.parse(body));
    expect(bodies).toMatchObject([
      { userId: expect.stringMatching(/\S/), roles: ["OrderBell.Auditor"] },
      { userId: "iris", roles: ["OrderBell.Auditor"] },
    ]);
  });

  describe.skipIf(process.platform === "win32")("by the Azure CLI", () => {
    const az = join(folder, "az");
    const bearer = ["audit", "order-1", "--url", app.url, "--resource", "api://orderbell"];
    beforeEach(() => vi.stubEnv("PATH", `${folder}:${process.env["PATH"]}`));
    afterEach(() => vi.unstubAllEnvs());
    const installAz = (script: string) => {
      writeFile("az", `#!/bin/sh\n${script}\n`);
      chmodSync(az, 0o755);
    };

    it("asks it for a token of the resource, and prints that nowhere", async () => {
      installAz(`echo "$@" > ${folder}/asked\necho secret-token`);
      app.answer = signIn;
      app.asked.length = 0;
      const { exitCode, out, err } = await runCommand(bearer);
      expect(exitCode).toBe(0);
      expect(app.asked.map(({ authorization }) => authorization)).toEqual(["Bearer secret-token"]);
      expect(readFileSync(join(folder, "asked"), "utf8")).toBe(
        "account get-access-token --resource api://orderbell --query accessToken --output tsv\n",
      );
      expect(out + err).not.toContain("secret-token");
    });

    it("ends with 3 and what it said when it has none", async () => {
      installAz("echo 'WARNING: old' >&2\necho \"ERROR: Please run 'az login'.\" >&2\nexit 1");
      expect(await runCommand(bearer)).toMatchObject({
        exitCode: 3,
        err: expect.stringMatching(/failed: ERROR: Please run 'az login'\.\nGive --token/),
      });
      installAz("exit 0");
      expect(await runCommand(bearer)).toMatchObject({ exitCode: 3, err: expect.stringMatching(/no token/) });
    });

    it("ends with 3 where it is not installed", async () => {
      vi.stubEnv("PATH", "/nowhere");
      expect(await runCommand(bearer)).toMatchObject({
        exitCode: 3,
        err: expect.stringMatching(/not installed/),
      });
    });
  });
});

describe("fetching evidence", () => {
  const text = '{"evidence":1}\n{"part":"histories","content":["é"]}\n';

  it("prints it as it is, or writes a new file and says its SHA-256", async () => {
    app.answer = () => ({ status: 200, body: text });
    expect(await audit("evidence", "order-1")).toEqual({ exitCode: 0, out: text, err: "" });
    expect(app.asked.map(({ path }) => path)).toEqual(["/api/audit/orchestrations/order-1/evidence"]);
    const file = join(folder, "new.evidence.ndjson");
    const { exitCode, out, err } = await audit("evidence", "order-1", "--out", file);
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: "" });
    expect(err).toBe(`Wrote ${file}: ${Buffer.byteLength(text)} bytes, SHA-256 ${toSha256(text)}.\n`);
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  it("goes for the keys too, by which others check it", async () => {
    app.answer = () => ({ status: 200, body: '{"keys":[]}' });
    expect(await audit("keys")).toMatchObject({ exitCode: 0, out: '{"keys":[]}' });
    expect(app.asked.map(({ path }) => path)).toEqual(["/api/audit/keys"]);
  });

  it("overwrites nothing", async () => {
    app.answer = () => ({ status: 200, body: text });
    const file = writeFile("there", "before");
    expect(await audit("evidence", "order-1", "--out", file)).toMatchObject({ exitCode: 2 });
    expect(readFileSync(file, "utf8")).toBe("before");
  });

  it("ends with 3 while the orchestration runs, and writes nothing", async () => {
    app.answer = () => ({ status: 409, body: { detail: "The orchestration is still running." } });
    const file = join(folder, "running.ndjson");
    expect(await audit("evidence", "order-1", "--out", file)).toMatchObject({ exitCode: 3 });
    expect(existsSync(file)).toBe(false);
  });
});
