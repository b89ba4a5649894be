// @ts-check
/** The quickstart's shape: an HTTP function that starts an orchestration of one activity. */
import { app } from "@azure/functions";
import * as df from "durable-functions";

df.app.activity("plusOne", { handler: (/** @type {{ n: number }} */ input) => input.n + 1 });

df.app.orchestration("trivial", function* (context) {
  return yield context.df.callActivity("plusOne", { n: 1 });
});

app.http("start", {
  route: "start",
  methods: ["POST"],
  extraInputs: [df.input.durableClient()],
  handler: async (_request, context) => ({
    body: await df.getClient(context).startNew("trivial", { input: { n: 1 } }),
  }),
});
