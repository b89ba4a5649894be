/** An engine on a store of its own, and short words for what the tests do with it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RootDatabase } from "lmdb";
import {
  createDurableEngine,
  type DurableEngine,
  type DurableEngineOptions,
} from "../../../local/durable/durable-engine.ts";
import type { DurableFunctions } from "../../../local/durable/durable-functions.ts";
import { createDurableHttpApi } from "../../../local/durable/durable-http-api.ts";
import { openState } from "../../../local/state/open-state.ts";
import { appFunctions } from "./app-functions.ts";

export interface TestEngine {
  engine: DurableEngine;
  state: RootDatabase;
  api: ReturnType<typeof createDurableHttpApi>;
  dataDir: string;
  logged: string[];
  /** Starts an orchestration, waits for its end and tells its status. */
  run(name: string, input?: unknown, instanceId?: string): Promise<Status>;
  start(name: string, input?: unknown, instanceId?: string): Promise<string>;
  end(instanceId: string): Promise<Status>;
  status(instanceId: string, query?: string): Promise<Status>;
  /** Polls until the status is as wished. */
  until(instanceId: string, isAsWished: (status: Status) => boolean): Promise<Status>;
  close(): Promise<void>;
}

export interface Status {
  runtimeStatus: string;
  output: unknown;
  input: unknown;
  customStatus: unknown;
  createdTime: string;
  historyEvents?: Record<string, unknown>[];
}

export const showAll = "showHistory=true&showHistoryOutput=true";

type EngineSettings = Pick<
  DurableEngineOptions,
  | "maxConcurrentActivityFunctions"
  | "maxConcurrentOrchestratorFunctions"
  | "overridableExistingInstanceStates"
  | "retention"
  | "faults"
>;

export function openTestEngine(
  options: { storeInputs?: boolean; dataDir?: string; functions?: DurableFunctions } & EngineSettings = {},
): TestEngine {
  const { storeInputs = false, dataDir: givenDir, functions = appFunctions, ...settings } = options;
  const dataDir = givenDir ?? mkdtempSync(join(tmpdir(), "durable-"));
  const state = openState(dataDir);
  const logged: string[] = [];
  const engine = createDurableEngine({
    state,
    functions,
    storeInputsInOrchestrationHistory: storeInputs,
    ...settings,
    log: (level, message) => logged.push(`${level}: ${message}`),
  });
  const api = createDurableHttpApi({
    engine,
    baseUrl: (requestUrl) => new URL(requestUrl).origin,
    taskHub: "TestHub",
    connection: "Storage",
    systemKey: "local",
  });
  engine.start();

  const start: TestEngine["start"] = (name, input, instanceId) =>
    engine.startNew({ name, input: input === undefined ? null : JSON.stringify(input), instanceId });
  const status: TestEngine["status"] = async (instanceId, query = showAll) => {
    const response = await api.request(`/instances/${encodeURIComponent(instanceId)}?${query}`);
    if (response.status > 202) throw new Error(`status ${response.status}`);
    return (await response.json()) as Status;
  };
  const end: TestEngine["end"] = async (instanceId) => {
    await engine.waitForEnd(instanceId, 20_000);
    return await status(instanceId);
  };
  return {
    engine,
    state,
    api,
    dataDir,
    logged,
    start,
    status,
    end,
    run: async (name, input, instanceId) => await end(await start(name, input, instanceId)),
    until: async (instanceId, isAsWished) => {
      const deadline = Date.now() + 10_000;
      for (;;) {
        const now = await status(instanceId);
        if (isAsWished(now)) return now;
        if (Date.now() > deadline) throw new Error(`never as wished: ${JSON.stringify(now)}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    close: async () => {
      await engine.stop();
      await state.close();
      if (givenDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** How many events of each kind a history holds. */
export function countEvents(status: Status): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { EventType } of status.historyEvents ?? []) {
    counts[String(EventType)] = (counts[String(EventType)] ?? 0) + 1;
  }
  return counts;
}
