import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { answerAsApp } from "./answer-as-app.ts";
import { createFileWriter, runCommand } from "./run-command.ts";

const app = await answerAsApp();
const writeFile = createFileWriter();
const csv = writeFile("good.csv", "scope,userId\nall,ada\n");
const signedIn = ["--url", app.url, "--token", "secret"];

/** Where nobody listens any more. */
async function findClosedUrl(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
}

describe("the command line", () => {
  it("prints how it is used", async () => {
    const { exitCode, out } = await runCommand(["--help"]);
    expect(exitCode).toBe(0);
    expect(out).toContain("orderbell subscriptions import <file>");
  });

  it.each([
    [[], /Say what to do/],
    [["subscriptions", "remove"], /no command subscriptions remove/],
    [["subscriptions", "export", "--colour"], /--colour/],
    [["subscriptions", "export"], /--token or --user/],
    [["subscriptions", "export", "--token", "a", "--user", "b"], /--token or --user/],
    [["subscriptions", "export", "--user", "b", "--url", "https://orders.example"], /on this machine/],
    [["subscriptions", "export", "--token", "a", "--url", "http://orders.example"], /https only/],
    [["subscriptions", "export", "--token", "a", "--url", "orders"], /http or https address/],
    [["subscriptions", "export", "--token", "a", "--format", "xml"], /--format csv/],
    [["subscriptions", "export", "--token", "a", "file.csv"], /takes no file/],
    [["subscriptions", "import", "--token", "a"], /takes one file/],
    [["subscriptions", "import", "--token", "a", "one.csv", "two.csv"], /takes one file/],
    [["subscriptions", "import", "--token", "a", "subscriptions.txt"], /--format csv/],
    [["subscriptions", "import", "--token", "a", "/nowhere/at/all.csv"], /cannot be read/],
  ])("ends with 2 and says why for %j", async (args, reason) => {
    const { exitCode, out, err } = await runCommand(args);
    expect([exitCode, out]).toEqual([2, ""]);
    expect(err).toMatch(reason);
  });

  it("ends with 3 when nobody listens, and when the app cannot answer", async () => {
    const nobody = await runCommand([
      "subscriptions",
      "export",
      "--token",
      "a",
      "--url",
      await findClosedUrl(),
    ]);
    expect(nobody).toMatchObject({
      exitCode: 3,
      err: expect.stringMatching(/could not be reached: .*ECONNREFUSED/),
    });
    app.answer = () => ({ status: 503, body: { title: "Unavailable", detail: "Not now." } });
    const unavailable = await runCommand(["subscriptions", "export", ...signedIn]);
    expect(unavailable).toMatchObject({ exitCode: 3, err: expect.stringMatching(/503: Not now\./) });
  });

  it("ends with 1 when the app refuses, and follows no redirect with its token", async () => {
    app.answer = () => ({ status: 403, body: { detail: "This needs the role OrderBell.Admin." } });
    const refused = await runCommand(["subscriptions", "import", csv, ...signedIn]);
    expect(refused).toMatchObject({ exitCode: 1, err: expect.stringMatching(/403: This needs the role/) });
    app.asked.length = 0;
    app.answer = () => ({ status: 302, headers: { location: `${app.url}/elsewhere` } });
    expect(await runCommand(["subscriptions", "export", ...signedIn])).toMatchObject({ exitCode: 1 });
    expect(app.asked.map(({ path }) => path)).toEqual(["/api/admin/subscriptions?format=csv"]);
  });

  it("sends its token with every request, and prints it nowhere", async () => {
    app.asked.length = 0;
    app.answer = () => ({ status: 401 });
    const { err, out } = await runCommand(["subscriptions", "export", ...signedIn]);
    expect(app.asked.map(({ authorization }) => authorization)).toEqual(["Bearer secret"]);
    expect(err + out).not.toContain("secret");
  });
});
