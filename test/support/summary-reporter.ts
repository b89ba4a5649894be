/** Ends every test run with one line that a script can read: `12 passed, 0 failed`. */
import type { Reporter, SerializedError, TestModule, TestRunEndReason } from "vitest/node";

/** Counts tests; a file that does not load, a hook that throws or a lost error counts as one failure. */
export class SummaryReporter implements Reporter {
  onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly SerializedError[],
    reason: TestRunEndReason,
  ): void {
    let passed = 0;
    let skipped = 0;
    let failed = unhandledErrors.length;
    for (const testModule of modules) {
      failed += testModule.errors().length;
      for (const suite of testModule.children.allSuites()) failed += suite.errors().length;
      for (const test of testModule.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") passed += 1;
        else if (state === "failed") failed += 1;
        else skipped += 1;
      }
    }
    // Nothing above failed and yet the run did, or it was cut short: never let that look like success.
    if (reason !== "passed" && failed === 0) failed = 1;
    const summary = `${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`;
    // After the summaries of other reporters and the last words of global set-ups.
    process.once("exit", () => process.stdout.write(`${summary}\n`));
  }
}
