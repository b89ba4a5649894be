/** POST /api/negotiate: gives a signed-in person's client a SignalR address and a token for exactly that user. */
import { app } from "@azure/functions";
import { isPlatformAuthOn } from "../config.ts";
import { forUser } from "./endpoint.ts";
import { mirrorGroupsDaily } from "./mirror-groups.ts";
import { durableClient } from "./orchestration-starter.ts";
import { createConnectionInput } from "./signalr-bindings.ts";

const connection = createConnectionInput();

/** The binding made the token, from the same header that `forUser` checked. */
export const negotiate = forUser(async ({ caller, context, services }) => {
  await mirrorGroupsDaily(context, services, caller.userId);
  return { jsonBody: context.extraInputs.get(connection) };
});

app.http("negotiate", {
  route: "api/negotiate",
  methods: ["POST"],
  authLevel: "anonymous",
  // Without platform authentication nobody vouches for the header, so no token may be made from it.
  extraInputs: isPlatformAuthOn() ? [connection, durableClient] : [],
  handler: negotiate,
});
