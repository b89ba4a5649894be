// @ts-check
/** The orchestrations that are measured: the smallest one, and a fan-out of any width. */
import * as df from "durable-functions";

df.app.activity("plusOne", { handler: (/** @type {{ n: number }} */ input) => input.n + 1 });

df.app.orchestration("trivial", function* (context) {
  return yield context.df.callActivity("plusOne", { n: 1 });
});

df.app.orchestration("fanOut", function* (context) {
  const width = Number(context.df.getInput());
  const tasks = Array.from({ length: width }, (_, n) => context.df.callActivity("plusOne", { n }));
  /** @type {number[]} */
  const results = yield context.df.Task.all(tasks);
  return results.reduce((a, b) => a + b, 0);
});
