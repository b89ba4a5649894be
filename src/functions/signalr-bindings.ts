/** The SignalR bindings; @azure/functions has no typed ones. */
import { type FunctionInput, type FunctionOutput, input, output } from "@azure/functions";

/** The one hub. */
const HUB = "orders";

let outputs = 0;

/** A new output binding to the hub; each has a name of its own, so that a function can have several. */
export function createSignalROutput(): FunctionOutput {
  outputs += 1;
  return output.generic({ type: "signalR", name: `push${outputs}`, hubName: HUB });
}

/**
 * A client access token for the signed-in person. A request without the header is answered 500 by the host before
 * the function runs; App Service Authentication answers 401 before that.
 */
export function createConnectionInput(): FunctionInput {
  return input.generic({
    type: "signalRConnectionInfo",
    hubName: HUB,
    userId: "{headers.x-ms-client-principal-id}",
  });
}
