/** `npm run order`: lets the newest orders in the simulated Salesforce org go one step on; the org tells the app. */
import { parseArgs } from "node:util";
import { z } from "zod";
import { RUNTIME_PATH } from "../runtime-page/runtime-page.ts";

const { values } = parseArgs({ options: { port: { type: "string", default: "7071" } } });
const overviewSchema = z.object({ salesforce: z.object({ url: z.string() }).nullable() });

/** Answers what to tell the person at the terminal; throws when nothing changed. */
async function send(): Promise<string> {
  const overview = await fetch(`http://127.0.0.1:${values.port}${RUNTIME_PATH}?format=json`).catch(() => {
    throw new Error(`OrderBell does not answer on port ${values.port}. Is npm start running?`);
  });
  const { salesforce } = overviewSchema.parse(await overview.json());
  if (salesforce === null) {
    throw new Error(
      "No Salesforce org is simulated: SALESFORCE_LOGIN_URL is missing in local.settings.json.",
    );
  }
  const response = await fetch(`${salesforce.url}/simulation/advance`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  if (!response.ok) throw new Error(`Salesforce answered ${response.status}: ${await response.text()}`);
  return "The orders in Salesforce have changed. Look at the bell.";
}

try {
  process.stdout.write(`${await send()}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
