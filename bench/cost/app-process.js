// @ts-check
/** The process of the app under measurement: the local runtime and nothing else of this bench. Driven by IPC. */
import { startLocalRuntime } from "../../dist/local/start-local-runtime.js";

/** @type {Record<string, number>} */
const functions = {};
/** @type {{ url: string, stop: () => Promise<void> } | undefined} */
let runtime;

/** @param {{ level: string, category: string, message: string, functionName?: string }} entry */
function log({ level, category, message, functionName }) {
  // The host says so once per invocation, an orchestrator's turns included.
  if (functionName !== undefined && message.startsWith("Executing '")) {
    functions[functionName] = (functions[functionName] ?? 0) + 1;
  }
  if (level === "error") process.stderr.write(`${category}: ${message}\n`);
}

/** @param {{ do: "start", app: string, dataDir: string, settings: Record<string, string> } | { do: "read" } | { do: "stop" }} question */
async function answer(question) {
  switch (question.do) {
    case "start": {
      const { app, dataDir, settings } = question;
      runtime = await startLocalRuntime({ app, port: 0, dataDir, settings, log });
      return { url: runtime.url };
    }
    case "read": {
      const { user, system } = process.cpuUsage();
      // Kilobytes on every platform that Node.js runs on.
      return { functions, cpuMs: (user + system) / 1_000, peakBytes: process.resourceUsage().maxRSS * 1_024 };
    }
    case "stop":
      await runtime?.stop();
      return {};
  }
}

process.on("message", (/** @type {Parameters<typeof answer>[0]} */ question) => {
  answer(question).then(
    (result) => process.send?.(result),
    (error) => process.send?.({ error: String(error) }),
  );
});
process.once("disconnect", () => {
  const exit = () => process.exit();
  (runtime?.stop() ?? Promise.resolve()).then(exit, exit);
});
