/** What one device of a person said reaches their others: an orchestration, so that no receipt waits for SignalR. */
import { randomUUID } from "node:crypto";
import type { FunctionHandler, InvocationContext } from "@azure/functions";
import * as df from "durable-functions";
import { pushReceipts } from "../activities/push-receipts.ts";
import { isWorthEchoing, type ReceiptEcho, receiptEchoSchema } from "../domain/receipt.ts";
import { echoReceipts } from "../orchestration/echo-receipts.ts";
import { ACTIVITY, ORCHESTRATION } from "../orchestration/names.ts";
import { createSignalROutput } from "./signalr-bindings.ts";

const push = createSignalROutput();

/** Starts the echo of states that rose; that it cannot be started is logged and fails nothing. */
export async function startReceiptsEcho(context: InvocationContext, echo: ReceiptEcho): Promise<void> {
  if (echo.ids.length === 0 || !isWorthEchoing(echo.state)) return;
  try {
    // A new id each time: an id that is used again would replace the history of the earlier echo.
    const instanceId = `receipts-${randomUUID()}`;
    await df.getClient(context).startNew(ORCHESTRATION.echoReceipts, { instanceId, input: echo });
  } catch (error) {
    context.warn(
      "The person's other devices are not told of a receipt until they next read the inbox.",
      error,
    );
  }
}

const pushToDevices: FunctionHandler = (input, context: InvocationContext) => {
  const { report, messages } = pushReceipts(receiptEchoSchema.parse(input));
  context.extraOutputs.set(push, messages);
  return report;
};

df.app.orchestration(ORCHESTRATION.echoReceipts, echoReceipts);
df.app.activity(ACTIVITY.pushReceipts, { handler: pushToDevices, extraOutputs: [push] });
