/** DELETE /api/admin/users/{userId}: erases a person. */
import { app } from "@azure/functions";
import { z } from "zod";
import { eraseUser } from "../usecases/erase-user.ts";
import { forAdmin, parseRequest, pathIdSchema } from "./endpoint.ts";
import { createSignalROutput } from "./signalr-bindings.ts";

/** Which person. */
export const paramsSchema = z.object({ userId: pathIdSchema });
const mirror = createSignalROutput();

/** Erases a person; answers what was removed and what remains. */
export const deleteUser = forAdmin(async ({ request, context, services }) => {
  const { userId } = parseRequest(paramsSchema, request.params);
  const { erased, mirror: actions } = await eraseUser(services, userId, services.now());
  if (actions.length > 0) context.extraOutputs.set(mirror, actions);
  return { jsonBody: erased };
});

app.http("deleteUser", {
  route: "api/admin/users/{userId}",
  methods: ["DELETE"],
  authLevel: "anonymous",
  extraOutputs: [mirror],
  handler: deleteUser,
});
