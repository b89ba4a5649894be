/** The app of the kill harness: fan-out, retry, sub-orchestration and timer in one orchestration. */
import "./app-functions.ts";
import * as df from "durable-functions";

/** What an activity is asked; no two activities of a run are asked the same. */
export interface Step {
  of: string;
  step: string;
  n: number;
}

const width = 5;

/** What the orchestration `mixed` has to end with. */
export function expectedOutput(n: number) {
  const fan = Array.from({ length: width }, (_, k) => (n + k) * 2).reduce((a, b) => a + b, 0);
  return { fan, flaky: n * 2, child: n * 2 };
}

/** How many activity results the history of a finished `mixed` holds. */
export const resultsOfMixed = width + 1;

/** Registers the app; `onActivity` is told of every run. */
export function registerKillApp(onActivity: (step: Step) => void): void {
  const failedOnce = new Set<string>();
  df.app.activity("work", {
    handler: async (step: Step) => {
      onActivity(step);
      await new Promise((resolve) => setTimeout(resolve, step.n % 7));
      return step.n * 2;
    },
  });
  df.app.activity("flaky", {
    handler: (step: Step) => {
      onActivity(step);
      if (failedOnce.size === failedOnce.add(step.of).size) return step.n * 2;
      throw new Error("the first attempt in each process fails");
    },
  });
  df.app.orchestration("mixed", function* (context) {
    const of = context.df.instanceId;
    const n = context.df.getInput<{ n: number }>()?.n ?? 0;
    const fan: number[] = yield context.df.Task.all(
      Array.from({ length: width }, (_, k) =>
        context.df.callActivity("work", { of, step: `fan ${k}`, n: n + k }),
      ),
    );
    const options = new df.RetryOptions(5, 50);
    const flaky: number = yield context.df.callActivityWithRetry("flaky", options, { of, step: "flaky", n });
    const child: number = yield context.df.callSubOrchestrator("child", { of, n }, `${of}:child`);
    yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 100));
    return { fan: fan.reduce((a, b) => a + b, 0), flaky, child };
  });
  df.app.orchestration("child", function* (context) {
    const { of, n } = context.df.getInput<{ of: string; n: number }>() ?? { of: "", n: 0 };
    yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 50));
    return yield context.df.callActivity("work", { of, step: "child", n });
  });
}
