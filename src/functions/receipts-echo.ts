/** What one device of a person said reaches their others: an orchestration, so that no receipt waits for SignalR. */
import { randomUUID } from "node:crypto";
import type { FunctionHandler, InvocationContext } from "@azure/functions";
import * as df from "durable-functions";
import { pushReceipts } from "../activities/push-receipts.ts";
import { isWorthEchoing, type ReceiptEcho, receiptEchoSchema } from "../domain/receipt.ts";
import { inTime } from "../ingress/in-time.ts";
import { ACTIVITY, ORCHESTRATION } from "../orchestration/names.ts";
import { createSignalROutput } from "./signalr-bindings.ts";

const push = createSignalROutput();

/** A receipt waits no longer for its echo to be started. */
const PATIENCE_MS = 2_000;

/** Starts the echo of states that rose; that it cannot be started is logged and fails nothing. */
export async function startReceiptsEcho(context: InvocationContext, echo: ReceiptEcho): Promise<void> {
  if (echo.ids.length === 0 || !isWorthEchoing(echo.state)) return;
  try {
    // A new id each time: an id that is used again would replace the history of the earlier echo.
    const instanceId = `receipts-${randomUUID()}`;
    const start = df.getClient(context).startNew(ORCHESTRATION.echoReceipts, { instanceId, input: echo });
    await inTime(start, PATIENCE_MS, () => new Error(`it took longer than ${PATIENCE_MS} ms`));
  } catch (error) {
    // The message alone: the client's error object carries the whole request, address and body.
    const cause = error instanceof Error ? error.message : String(error);
    context.warn(
      `The person's other devices are not told of a receipt until they next read the inbox: ${cause}`,
    );
  }
}

const pushToDevices: FunctionHandler = (input, context: InvocationContext) => {
  const { report, messages } = pushReceipts(receiptEchoSchema.parse(input));
  context.extraOutputs.set(push, messages);
  return report;
};

df.app.activity(ACTIVITY.pushReceipts, { handler: pushToDevices, extraOutputs: [push] });
