import { describe, expect, it } from "vitest";
import { startApp } from "../support/start-app.ts";
import { createFileWriter, runCommand } from "./run-command.ts";

const app = await startApp();
const writeFile = createFileWriter();
const local = ["--url", app.url, "--user", "admin"];

describe("the command line and the app", () => {
  it(
    "bring subscriptions from a file into the app and back, in either form",
    { timeout: 60_000 },
    async () => {
      const groups = Array.from({ length: 1_200 }, (_, index) => `all,,group-${index},,,,,,,`);
      const file = writeFile(
        "subscriptions.csv",
        [
          "scope,userId,group,transitions,statuses,minimumAmount,fieldEquals,priority,escalateAfterMinutes,escalateGroup",
          'field:Region__c=EMEA / north,ada,,created;activated,"Draft;Sent, late",99.5,Tier__c=A\\;B,high,15,leads',
          ...groups,
        ].join("\r\n"),
      );
      expect(await runCommand(["subscriptions", "import", file, ...local])).toEqual({
        exitCode: 0,
        out: "1201 new, 0 changed, 0 the same.\nImported 1201 subscriptions.\n",
        err: "",
      });
      const ada = await app.signIn("ada");
      expect(await (await ada.call("GET", "/api/subscriptions")).json()).toMatchObject({
        items: [{ scope: "field:Region__c=EMEA / north", statuses: ["Draft", "Sent, late"] }],
      });
      for (const format of ["csv", "ndjson"]) {
        const exported = await runCommand(["subscriptions", "export", "--format", format, ...local]);
        expect(exported).toMatchObject({ exitCode: 0, err: "" });
        expect(exported.out.match(/scope,userId/g)?.length ?? 0).toBe(format === "csv" ? 1 : 0);
        const again = writeFile(`again.${format}`, exported.out);
        expect(await runCommand(["subscriptions", "import", again, "--dry-run", ...local])).toMatchObject({
          exitCode: 0,
          out: "0 new, 0 changed, 1201 the same.\n",
        });
      }
    },
  );
});
