/**
 * The types of `@azure/functions-core`, the module between the worker and the programming model.
 *
 * Source: `types-core/index.d.ts` of Azure/azure-functions-nodejs-worker; there is no package to install.
 */
import type { LoadedFunction } from "./loaded-function.ts";
import type { RpcInvocationRequest } from "./worker-protocol.ts";

/** Log levels as the worker protocol names them. */
export type RpcLogLevel = "trace" | "debug" | "information" | "warning" | "error" | "critical" | "none";
/** `user` is the app's own logging; hooks may rewrite only that. */
export type RpcLogCategory = "user" | "system" | "customMetric";

/** A function handler as the programming model wraps it. */
export type FunctionCallback = (...args: unknown[]) => unknown;
/** A hook; it may change fields of the context it gets. */
export type HookCallback = (context: object) => unknown;

/** The hooks an app can register. */
export const HOOK_NAMES = ["appStart", "appTerminate", "preInvocation", "postInvocation", "log"] as const;
/** One of `HOOK_NAMES`. */
export type HookName = (typeof HOOK_NAMES)[number];

/** What one invocation offers to the programming model. */
export interface CoreInvocationContext {
  invocationId: string;
  request: RpcInvocationRequest;
  metadata: unknown;
  state?: "preInvocationHooks" | "invocation" | "postInvocationHooks" | undefined;
  log(level: RpcLogLevel, category: RpcLogCategory, message: string): void;
}

/** How the programming model runs one invocation. */
export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<unknown>;
}

/** The library that turns protocol messages into handler calls: `@azure/functions`. */
export interface ProgrammingModel {
  name: string;
  version: string;
  getInvocationModel(context: CoreInvocationContext): InvocationModel | Promise<InvocationModel>;
  getCapabilities(capabilities: Record<string, string>): Promise<Record<string, string>>;
}

/** A registered function with the handler to call. */
export interface Registration {
  readonly loaded: LoadedFunction;
  /** The metadata exactly as registered; the programming model wants it back. */
  readonly metadata: unknown;
  readonly callback: FunctionCallback;
}

/** One log line of the app or the library. */
export interface CoreLog {
  level: RpcLogLevel;
  category: RpcLogCategory;
  message: string;
}
