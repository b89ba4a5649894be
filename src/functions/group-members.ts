/** PUT and DELETE /api/admin/groups/{group}/members/{userId}: membership, mirrored to SignalR. */
import { app } from "@azure/functions";
import { z } from "zod";
import { joinGroup, leaveGroup } from "../usecases/change-group.ts";
import { forAdmin, parseRequest, pathIdSchema } from "./endpoint.ts";
import { createSignalROutput } from "./signalr-bindings.ts";

/** Who in which group. */
export const paramsSchema = z.object({ group: pathIdSchema, userId: pathIdSchema });
const mirror = createSignalROutput();

/** Adds a person to a group; they see what is said from now on. */
export const putGroupMember = forAdmin(async ({ request, context, services }) => {
  const { group, userId } = parseRequest(paramsSchema, request.params);
  context.extraOutputs.set(mirror, await joinGroup(services.groups, group, userId, services.now()));
  return { status: 204 };
});

/** Takes a person out of a group; they keep what was said while they were in it. */
export const deleteGroupMember = forAdmin(async ({ request, context, services }) => {
  const { group, userId } = parseRequest(paramsSchema, request.params);
  context.extraOutputs.set(mirror, await leaveGroup(services.groups, group, userId, services.now()));
  return { status: 204 };
});

const route = "api/admin/groups/{group}/members/{userId}";
const extraOutputs = [mirror];
app.http("putGroupMember", {
  route,
  methods: ["PUT"],
  authLevel: "anonymous",
  extraOutputs,
  handler: putGroupMember,
});
app.http("deleteGroupMember", {
  route,
  methods: ["DELETE"],
  authLevel: "anonymous",
  extraOutputs,
  handler: deleteGroupMember,
});
