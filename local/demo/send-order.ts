/** `npm run order`: plays Salesforce and posts one outbound message in which the three demo orders changed. */
import { parseArgs } from "node:util";
import { toDemoMessage } from "./demo-message.ts";

const { values } = parseArgs({ options: { port: { type: "string", default: "7071" } } });

/** Answers whether the app acknowledged. */
async function send(): Promise<boolean> {
  const response = await fetch(
    `http://127.0.0.1:${values.port}/api/salesforce/outbound-messages?code=local`,
    {
      method: "POST",
      headers: { "content-type": "text/xml; charset=UTF-8" },
      body: toDemoMessage(new Date()),
    },
  );
  const answer = await response.text();
  const acknowledged = answer.includes("<Ack>true</Ack>");
  process.stdout.write(
    acknowledged
      ? "Acknowledged: three orders changed. Look at the bell.\n"
      : `${response.status}: ${answer}\n`,
  );
  return acknowledged;
}

try {
  if (!(await send())) process.exitCode = 1;
} catch {
  process.stderr.write(`OrderBell does not answer on port ${values.port}. Is npm start running?\n`);
  process.exitCode = 1;
}
