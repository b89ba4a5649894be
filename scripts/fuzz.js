// @ts-check
/**
 * `npm run fuzz`: a million damaged outbound messages, of other seeds each time. FUZZ_RUNS and FUZZ_SEED choose others;
 * see test/src/ingress/outbound-message-fuzz.test.ts.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const vitest = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));
const child = spawn(
  process.execPath,
  [vitest, "run", "test/src/ingress/outbound-message-fuzz.test.ts", "--disableConsoleIntercept"],
  {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    env: { ...process.env, FUZZ_RUNS: process.env["FUZZ_RUNS"] ?? "1000000" },
    stdio: "inherit",
  },
);
child.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
