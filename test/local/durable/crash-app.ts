/** The app that is killed: a fan-out that notes every run of an activity, a timer and a sub-orchestration. */
import "./app-functions.ts";
import { appendFileSync } from "node:fs";
import * as df from "durable-functions";

export function registerCrashApp(runs: string, { slow }: { slow: boolean }, onRun = () => {}): void {
  df.app.activity("note", {
    handler: async (input: { n: number; kind: string }) => {
      if (slow) await new Promise((resolve) => setTimeout(resolve, 5 * (1 + (input.n % 7))));
      appendFileSync(runs, `${input.kind} ${input.n}\n`);
      onRun();
      return input.n;
    },
  });
  df.app.orchestration("fanOut", function* (context) {
    const width = context.df.getInput<number>() ?? 0;
    const tasks = Array.from({ length: width }, (_, n) =>
      context.df.callActivity("note", { n, kind: "fan" }),
    );
    const results: number[] = yield context.df.Task.all(tasks);
    return results.reduce((a, b) => a + b, 0);
  });
  df.app.orchestration("timer", function* (context) {
    yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 1500));
    return "fired";
  });
  df.app.orchestration("child", function* (context) {
    yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 1500));
    return yield context.df.callActivity("note", { n: 1, kind: "child" });
  });
  df.app.orchestration("parent", function* (context) {
    return yield context.df.callSubOrchestrator("child");
  });
}
