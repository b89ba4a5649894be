/** What `deliverBatch` hands to SignalR, each message with the place of its push in the trace. */
import { type SignalRMessage, withTraceparent } from "../delivery/to-signalr-message.ts";

/** Unchanged when nothing is traced. */
export function toPushes(
  messages: readonly SignalRMessage[],
  traceparent: string | undefined,
): SignalRMessage[] {
  return messages.map((message) => withTraceparent(message, traceparent));
}
