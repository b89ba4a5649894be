/** The invocations of one host, from the first to the last. */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { BindingEnvironment } from "./bindings/function-bindings.ts";
import { FunctionTimeoutError, runWithTimeout } from "./function-timeout.ts";
import { toLogEntry, type HostLog } from "./host-log.ts";
import { invokeFunction, type InvocationResult, type Trigger } from "./invoke-function.ts";
import type { LoadedApp } from "./load-app.ts";
import type { LoadedFunction } from "./loaded-function.ts";

const STOP_TIMEOUT_MS = 10_000;
const AFTER_TIMEOUT =
  "The handler goes on, as a function of this process cannot be ended, but nothing it returns counts. Azure restarts the worker.";

/** The host does not run the function that was asked for. */
export class FunctionNotRunningError extends Error {
  override readonly name = "FunctionNotRunningError";
  readonly functionName: string;

  constructor(functionName: string, reason: string) {
    super(`The function '${functionName}' cannot be invoked: ${reason}`);
    this.functionName = functionName;
  }
}

/** Counts the hosts per app, so that appTerminate runs when the last one stops. */
const hostCounts = new WeakMap<LoadedApp, number>();

/** Runs functions, logs each run, and ends in order. */
export class Invocations {
  readonly #app: LoadedApp;
  readonly #environment: BindingEnvironment;
  readonly #timeoutMs: number | null;
  readonly #log: HostLog;
  readonly #running = new Set<Promise<unknown>>();
  #stopping: Promise<void> | undefined;

  constructor(app: LoadedApp, environment: BindingEnvironment, timeoutMs: number | null, log: HostLog) {
    this.#app = app;
    this.#environment = environment;
    this.#timeoutMs = timeoutMs;
    this.#log = log;
    hostCounts.set(app, (hostCounts.get(app) ?? 0) + 1);
  }

  /** Runs a function once; rejects with what the handler threw, or with FunctionTimeoutError when it took too long. */
  async run(fn: LoadedFunction, trigger: Trigger): Promise<InvocationResult> {
    if (this.#stopping !== undefined) throw new FunctionNotRunningError(fn.name, "the host is stopping");
    const invocation = this.#runLogged(fn, trigger);
    this.#running.add(invocation);
    try {
      return await invocation;
    } finally {
      this.#running.delete(invocation);
    }
  }

  /** Refuses what comes from now on, waits for what runs, then runs the appTerminate hooks. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #runLogged(fn: LoadedFunction, trigger: Trigger): Promise<InvocationResult> {
    const registration = this.#app.core.registrations.get(fn.name.toLowerCase());
    if (registration === undefined) throw new FunctionNotRunningError(fn.name, "it is not registered");
    const invocationId = randomUUID();
    const facts = { invocationId, functionName: fn.name };
    const category = `Function.${fn.name}`;
    this.#log({ ...facts, level: "debug", category, message: `Executing '${fn.name}' (Id=${invocationId})` });
    const startMs = performance.now();
    const describe = (outcome: string): string =>
      `Executed '${fn.name}' (${outcome}, Id=${invocationId}, Duration=${Math.round(performance.now() - startMs)}ms)`;
    try {
      const result = await runWithTimeout(fn.name, this.#timeoutMs, (signal) =>
        invokeFunction({
          app: this.#app,
          registration,
          trigger,
          environment: this.#environment,
          invocationId,
          signal,
          write: (line) => this.#log({ ...facts, ...toLogEntry(line, category) }),
        }),
      );
      this.#log({ ...facts, level: "debug", category, message: describe("Succeeded") });
      return result;
    } catch (error) {
      if (error instanceof FunctionTimeoutError)
        this.#log({ ...facts, level: "error", category, message: AFTER_TIMEOUT });
      this.#log({
        ...facts,
        level: "error",
        category,
        message: `${describe("Failed")}\n${describeError(error)}`,
      });
      throw error;
    }
  }

  async #stop(): Promise<void> {
    const timeout = new AbortController();
    const running = Promise.allSettled(this.#running);
    await Promise.race([
      running,
      delay(STOP_TIMEOUT_MS, undefined, { signal: timeout.signal }).catch(() => {}),
    ]);
    timeout.abort();
    if (this.#running.size > 0) {
      const message = `${this.#running.size} invocations were still running when the host stopped`;
      this.#log({ level: "warn", category: "Host", message });
    }
    const others = (hostCounts.get(this.#app) ?? 1) - 1;
    hostCounts.set(this.#app, others);
    if (others > 0) return;
    const { core } = this.#app;
    await core.runHooks("appTerminate", { hookData: core.appLevelHookData, appHookData: core.appHookData });
  }
}

/** Stack and causes; never other fields, where libraries keep requests with their tokens. */
function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.stack ?? error.message;
  return error.cause === undefined ? text : `${text}\nCaused by: ${describeError(error.cause)}`;
}
