/**
 * `@azure/functions-core`: the module that exists only inside the Functions worker.
 *
 * `@azure/functions` asks for it once per process and remembers the answer, so there is one core per process; it has
 * to be installed before the app is loaded. Behaviour follows `src/setupCoreModule.ts`, `src/coreApi/*`,
 * `src/hooks/*` and `src/WorkerContext.ts` of Azure/azure-functions-nodejs-worker.
 */
import Module from "node:module";
import { z } from "zod";
import {
  HOOK_NAMES,
  type CoreLog,
  type FunctionCallback,
  type HookCallback,
  type HookName,
  type ProgrammingModel,
  type Registration,
  type RpcLogCategory,
  type RpcLogLevel,
} from "./core-api.ts";
import { functionMetadataSchema, toLoadedFunction } from "./loaded-function.ts";

const callbackSchema = z.custom<FunctionCallback>(
  (value) => typeof value === "function",
  "must be a function",
);
const programmingModelSchema = z.custom<ProgrammingModel>(
  (value) =>
    typeof value === "object" &&
    value !== null &&
    ["getInvocationModel", "getCapabilities"].every((name) => typeof Reflect.get(value, name) === "function"),
  "is not a programming model this host can run (it needs @azure/functions 4)",
);

/** Gives up something; what `registerHook` and `registerFunction` return. */
class Disposable {
  readonly #onDispose: () => unknown;

  constructor(onDispose: () => unknown) {
    this.#onDispose = onDispose;
  }

  static from(...parts: { dispose: () => unknown }[]): Disposable {
    return new Disposable(() => {
      for (const part of parts) part.dispose();
    });
  }

  dispose(): unknown {
    return this.#onDispose();
  }
}

/** The worker's state for the one app of this process. */
export class FunctionsCore {
  readonly registrations = new Map<string, Registration>();
  /** Shared by all hooks of the app. */
  readonly appHookData: Record<string, unknown> = {};
  /** Shared by appStart and appTerminate hooks alone. */
  readonly appLevelHookData: Record<string, unknown> = {};
  programmingModel: ProgrammingModel | undefined;
  /** After start-up nothing more can be registered. */
  isLocked = false;
  /** Where lines outside any invocation go; the host that runs sets it. */
  write: (log: CoreLog) => void = () => {};
  /** `app.setup({ enableHttpStream: true })` was called: @azure/functions says so only in this log line. */
  wantsHttpStream = false;
  readonly #hooks: Record<HookName, HookCallback[]> = {
    appStart: [],
    appTerminate: [],
    preInvocation: [],
    postInvocation: [],
    log: [],
  };

  /** Runs the hooks of one kind in the order of their registration; the first that throws ends it. */
  async runHooks(name: Exclude<HookName, "log">, context: object): Promise<void> {
    for (const hook of this.#hooks[name].slice()) await hook(context);
  }

  /** Passes a log line through the log hooks, then to `write`. */
  log(
    line: CoreLog,
    write: (log: CoreLog) => void,
    invocation?: { hookData: object; context: unknown },
  ): void {
    const context = {
      level: line.level,
      message: line.message,
      category: line.category,
      hookData: invocation?.hookData ?? {},
      appHookData: this.appHookData,
      invocationContext: invocation?.context,
    };
    try {
      for (const hook of this.#hooks.log) hook(context);
      // System lines are always sent as they are.
      if (line.category === "user") line = { ...line, level: context.level, message: context.message };
    } catch {
      // A log hook that throws must not hide the line.
    }
    write(line);
  }

  /** The module that apps and libraries get for `require("@azure/functions-core")`. */
  readonly api = {
    // The worker whose behaviour is followed, and a host recent enough for all its hooks (log hooks ask for 4.34).
    version: "3.9.1",
    hostVersion: "4.1040.0",
    Disposable,
    setProgrammingModel: (model: unknown): void => {
      this.programmingModel = programmingModelSchema.parse(model);
    },
    getProgrammingModel: (): ProgrammingModel | undefined => this.programmingModel,
    registerFunction: (metadata: unknown, callback: unknown): Disposable =>
      this.#registerFunction(metadata, callback),
    registerHook: (name: string, callback: unknown): Disposable => this.#registerHook(name, callback),
    log: (level: RpcLogLevel, category: RpcLogCategory, message: string): void => {
      if (category === "system" && message === "HTTP streaming enabled.") this.wantsHttpStream = true;
      this.log({ level, category, message }, this.write);
    },
  };

  #registerFunction(metadata: unknown, callback: unknown): Disposable {
    if (this.isLocked) throw systemError(new Error("A function can only be registered during app startup."));
    const parsed = functionMetadataSchema.parse(metadata);
    const id = parsed.functionId ?? parsed.name;
    // Function names differ by more than letter case everywhere in the host.
    const key = id.toLowerCase();
    if (this.registrations.has(key)) {
      throw systemError(new Error(`A function with id "${id}" has already been registered.`));
    }
    this.registrations.set(key, {
      loaded: toLoadedFunction(parsed),
      metadata,
      callback: callbackSchema.parse(callback),
    });
    return new Disposable(() => {
      if (this.isLocked) throw systemError(new Error("A function can only be disposed during app startup."));
      this.registrations.delete(key);
    });
  }

  #registerHook(name: string, callback: unknown): Disposable {
    const hookName = HOOK_NAMES.find((known) => known === name);
    if (hookName === undefined) throw systemError(new RangeError(`Unrecognized hook "${name}"`));
    const hooks = this.#hooks[hookName];
    const hook = callbackSchema.parse(callback);
    hooks.push(hook);
    return new Disposable(() => {
      const index = hooks.indexOf(hook);
      if (index >= 0) hooks.splice(index, 1);
    });
  }
}

/** Marks an error as the worker's own; @azure/functions looks for the mark. */
function systemError<E extends Error>(error: E): E {
  return Object.assign(error, { isAzureFunctionsSystemError: true });
}

let installed: FunctionsCore | undefined;

/** The core of this process; the first call puts it behind `require("@azure/functions-core")`. */
export function installFunctionsCore(): FunctionsCore {
  if (installed !== undefined) return installed;
  const core = new FunctionsCore();
  Module.prototype.require = new Proxy(Module.prototype.require, {
    apply(target, self, args: unknown[]): unknown {
      return args[0] === "@azure/functions-core" ? core.api : Reflect.apply(target, self, args);
    },
  });
  installed = core;
  return core;
}
