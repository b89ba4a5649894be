/** The process that is killed: starts three orchestrations and tells its parent when a third of the fan-out has run. */
import { registerCrashApp } from "./crash-app.ts";
import { openTestEngine } from "./test-engine.ts";

const [dataDir = "", runs = "", width = "0"] = process.argv.slice(2);
let ran = 0;
registerCrashApp(runs, { slow: true }, () => {
  ran += 1;
  if (ran >= Number(width) / 3) process.send?.("kill me");
});
const { start } = openTestEngine({ dataDir, maxConcurrentActivityFunctions: 3 });
await Promise.all([
  start("fanOut", Number(width), "fan-out"),
  start("timer", null, "timer"),
  start("parent", null, "parent"),
]);
