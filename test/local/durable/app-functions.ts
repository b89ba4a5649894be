/**
 * Loads durable-functions the way the Functions worker does: it supplies `@azure/functions-core`, collects what the
 * library registers and runs invocations through the library's own programming model
 * (Azure/azure-functions-nodejs-worker, src/setupCoreModule.ts and src/eventHandlers/InvocationHandler.ts).
 * Import this before anything that registers functions.
 */
import Module from "node:module";
import type { DurableFunctions } from "../../../local/durable/durable-functions.ts";

type Callback = (...args: unknown[]) => unknown;
interface Registration {
  name: string;
  bindings: Record<string, { type: string }>;
  callback: Callback;
}
interface TypedValue {
  json?: string;
  string?: string;
  int?: number;
  double?: number;
}
interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: Callback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<{ returnValue?: TypedValue | null }>;
}
interface ProgrammingModel {
  getInvocationModel(coreContext: object): InvocationModel;
}

const registrations = new Map<string, Registration>();
let model: ProgrammingModel | undefined;

class Disposable {
  dispose(): void {}
}

const core = {
  version: "4.0.0",
  hostVersion: "4.1037.0.0",
  Disposable,
  log: () => undefined,
  registerHook: () => new Disposable(),
  setProgrammingModel: (given: ProgrammingModel) => {
    model = given;
  },
  getProgrammingModel: () => model,
  registerFunction: (metadata: Omit<Registration, "callback">, callback: Callback) => {
    registrations.set(metadata.name.toLowerCase(), { ...metadata, callback });
    return new Disposable();
  },
};

const nodeRequire = Module.prototype.require;
Module.prototype.require = new Proxy(nodeRequire, {
  apply: (target, module: NodeJS.Module, args: [string]) =>
    args[0] === "@azure/functions-core" ? core : Reflect.apply(target, module, args),
}) as NodeJS.Require;

const triggerByKind = { orchestrator: "orchestrationTrigger", activity: "activityTrigger" } as const;

function findRegistration(kind: keyof typeof triggerByKind, name: string): Registration | undefined {
  const registration = registrations.get(name.toLowerCase());
  const types = Object.values(registration?.bindings ?? {}).map(({ type }) => type);
  return types.includes(triggerByKind[kind]) ? registration : undefined;
}

/** Invokes a registered function; `inputs` are the texts of its bindings, by binding type. */
export async function invoke(name: string, inputs: Record<string, string | null>): Promise<unknown> {
  const registration = registrations.get(name.toLowerCase());
  if (registration === undefined || model === undefined) throw new Error(`No function '${name}'`);
  const inputData = Object.entries(registration.bindings).flatMap(([binding, { type }]) => {
    const text = inputs[type];
    return text === undefined ? [] : [{ name: binding, data: text === null ? {} : { string: text } }];
  });
  const invocation = model.getInvocationModel({
    invocationId: "test",
    request: { invocationId: "test", functionId: name, inputData, triggerMetadata: {} },
    metadata: { name, bindings: registration.bindings },
    log: () => undefined,
  });
  const { context, inputs: args } = await invocation.getArguments();
  const result = await invocation.invokeFunction(context, args, registration.callback);
  const { returnValue } = await invocation.getResponse(context, result);
  if (typeof returnValue?.json === "string") return JSON.parse(returnValue.json);
  return returnValue?.string ?? returnValue?.int ?? returnValue?.double;
}

/** The functions registered so far, as the engine wants them. */
export const appFunctions: DurableFunctions = {
  has: (kind, name) => findRegistration(kind, name) !== undefined,
  runOrchestrator: (name, _instanceId, payload) => invoke(name, { orchestrationTrigger: payload }),
  runActivity: (name, _instanceId, input) => invoke(name, { activityTrigger: input }),
};
