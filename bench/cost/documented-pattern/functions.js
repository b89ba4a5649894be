// @ts-check
/**
 * What the documentation leads to: fan out one activity per user, each pushing through the SignalR output binding
 * (learn.microsoft.com/azure/azure-functions/durable/durable-functions-cloud-backup, and
 * …/functions-bindings-signalr-service-output). No inbox, no reasons, no retries, and its audience costs no storage.
 */
import { app, output } from "@azure/functions";
import * as df from "durable-functions";
import { toUserId } from "../user-id.js";

const push = output.generic({ type: "signalR", name: "push", hubName: "orders" });

app.http("orderChanged", {
  route: "orders",
  methods: ["POST"],
  authLevel: "anonymous",
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const order = await request.json();
    const instanceId = `order-${Object(order).orderId}`;
    await df.getClient(context).startNew("notifyUsers", { instanceId, input: order });
    return { status: 202 };
  },
});

df.app.orchestration("notifyUsers", function* (context) {
  const order = context.df.getInput();
  /** @type {string[]} */
  const users = yield context.df.callActivity("findUsers", order);
  yield context.df.Task.all(users.map((userId) => context.df.callActivity("notifyUser", { userId, order })));
});

df.app.activity("findUsers", {
  handler: (/** @type {{ users: number }} */ order) =>
    Array.from({ length: order.users }, (_, index) => toUserId(index)),
});

df.app.activity("notifyUser", {
  extraOutputs: [push],
  handler: (/** @type {{ userId: string, order: object }} */ { userId, order }, context) => {
    context.extraOutputs.set(push, { userId, target: "notification", arguments: [order] });
  },
});
