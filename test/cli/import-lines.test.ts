import { describe, expect, it } from "vitest";
import { type Answer, answerAsApp, type AskedRequest } from "./answer-as-app.ts";
import { createFileWriter, runCommand } from "./run-command.ts";

const app = await answerAsApp();
const writeFile = createFileWriter();

const countLines = ({ body }: AskedRequest) => body.split("\n").length;
const isDryRun = ({ path }: AskedRequest) => path.endsWith("?dryRun=true");
/** As the app answers what it takes. */
const take = (asked: AskedRequest): Answer => {
  const lines = countLines(asked);
  return { status: 200, body: isDryRun(asked) ? { new: lines, changed: 0, same: 0 } : { imported: lines } };
};

function importFile(file: string, ...more: string[]) {
  app.asked.length = 0;
  return runCommand(["subscriptions", "import", file, "--url", app.url, "--token", "t", ...more], {
    isTTY: more.includes("--dry-run"),
  });
}

const HEADER = "scope,userId,statuses";
/** A header, and people from line 2 on. */
const toPeople = (count: number) =>
  [HEADER, ...Array.from({ length: count }, (_, index) => `all,person-${index},`)].join("\n");
const many = writeFile("many.csv", toPeople(10_001));

describe("importing a file", () => {
  it("checks all parts before it writes the first, none longer than 5,000 lines", async () => {
    app.answer = take;
    const { exitCode, out, err } = await importFile(many);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
    expect(out).toBe("10001 new, 0 changed, 0 the same.\nImported 10001 subscriptions.\n");
    expect(app.asked.map((asked) => [isDryRun(asked), countLines(asked)])).toEqual([
      [true, 5_000],
      [true, 5_000],
      [true, 1],
      [false, 5_000],
      [false, 5_000],
      [false, 1],
    ]);
  });

  it("cuts long lines into parts that the app takes", async () => {
    app.answer = take;
    const statuses = Array.from({ length: 50 }, (_, index) => String(index).padEnd(255, "x")).join(";");
    const rows = Array.from({ length: 700 }, (_, index) => `all,long-${index},${statuses}`);
    const file = writeFile("long.csv", [HEADER, ...rows].join("\n"));
    expect(await importFile(file)).toMatchObject({ exitCode: 0 });
    expect(app.asked.length).toBeGreaterThan(2);
    for (const { body } of app.asked) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4 * 1024 * 1024);
  });

  it.each([
    [
      "grants",
      "userId,scope,label,remove",
      "ada,all,Everything,",
      { userId: "ada", scope: "all", label: "Everything" },
    ],
    [
      "owner-links",
      "salesforceUserId,userId,remove",
      "005000000000001AAA,ada,true",
      { salesforceUserId: "005000000000001AAA", userId: "ada", remove: true },
    ],
  ])("takes %s in the same way, to their own door", async (of, header, line, sent) => {
    app.asked.length = 0;
    app.answer = (asked) => ({
      status: 200,
      body: isDryRun(asked) ? { new: 0, changed: 0, same: 0, removed: 1 } : { imported: 0, removed: 1 },
    });
    const file = writeFile(`${of}.csv`, `${header}\n${line}`);
    const command = [of, "import", file, "--url", app.url, "--token", "t"];
    expect(await runCommand(command)).toMatchObject({
      exitCode: 0,
      out: `0 new, 0 changed, 0 the same, 1 removed.\nImported 1 ${of.replace("-", " ")}.\n`,
    });
    expect(app.asked.map(({ path }) => path)).toEqual([`/api/admin/${of}?dryRun=true`, `/api/admin/${of}`]);
    for (const { body } of app.asked) expect(JSON.parse(body)).toMatchObject(sent);
  });

  it("only checks on a dry run, and shows a watching person how far it is", async () => {
    app.answer = take;
    const { exitCode, out, err } = await importFile(many, "--dry-run");
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: "10001 new, 0 changed, 0 the same.\n" });
    expect(app.asked.every(isDryRun)).toBe(true);
    expect(err).toContain("Checking  ███████████████░░░░░░░░░░░░░░░ 5,000/10,001");
  });

  it("sends nothing when a line of the file is wrong, the last and those of the same subscription too", async () => {
    app.answer = take;
    const bad = `${toPeople(6_000)}\nall,person-1,\nall,good,"Draft\nin two lines"\nnone,last,\n`;
    const file = writeFile("bad.csv", bad);
    const { exitCode, err } = await importFile(file);
    expect(exitCode).toBe(1);
    expect(err.trim().split("\n")).toEqual([
      `${file}: line 6002: scope and target are those of line 3`,
      expect.stringMatching(/: line 6005: scope must be all/),
      "Nothing was imported.",
    ]);
    expect(app.asked).toEqual([]);
  });

  it("names the lines of the file when the app refuses some of a part", async () => {
    app.answer = (asked) =>
      countLines(asked) === 1
        ? { status: 400, body: { errors: ["line 1: scope is unknown here"] } }
        : take(asked);
    const { exitCode, err } = await importFile(many);
    expect(exitCode).toBe(1);
    expect(err).toBe(`${many}: line 10002: scope is unknown here\nNothing was imported.\n`);
    expect(app.asked.every(isDryRun)).toBe(true);
  });

  it("says what is imported and what may be when it is interrupted", async () => {
    app.answer = (asked) =>
      isDryRun(asked) || app.asked.length < 5 ? take(asked) : { status: 503, body: { detail: "Away." } };
    const { exitCode, err } = await importFile(many);
    expect(exitCode).toBe(3);
    expect(err).toBe(
      "The app answered 503: Away.\nThe 5000 before line 5002 are imported. " +
        "Those of lines 5002 to 10001 may be imported in part; import the same file again.\n",
    );
  });

  it("reads NDJSON, and no file in another encoding", async () => {
    app.answer = take;
    const line = { scope: "all", target: { kind: "group", group: "sales" }, transitions: ["created"] };
    const ndjson = writeFile("one.jsonl", `\uFEFF${JSON.stringify(line)}\n`);
    expect(await importFile(ndjson)).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(app.asked[0]?.body ?? "")).toEqual({ ...line, priority: "normal" });
    const latin = writeFile("latin.csv", Buffer.from("scope,userId\nall,Müller", "latin1"));
    expect(await importFile(latin)).toMatchObject({ exitCode: 1, err: `${latin} is not UTF-8.\n` });
  });
});
