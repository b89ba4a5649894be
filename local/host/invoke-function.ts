/**
 * One invocation: inputs are bound, the worker's sequence runs, outputs are written.
 *
 * Source: `src/eventHandlers/InvocationHandler.ts` of Azure/azure-functions-nodejs-worker (arguments, preInvocation
 * hooks, handler, postInvocation hooks, response) and WorkerFunctionInvoker.cs of Azure/azure-functions-host (inputs
 * before, outputs side by side after).
 */
import { readInput, writeOutput, type BindingEnvironment } from "./bindings/function-bindings.ts";
import type { BindingData } from "./binding-expressions.ts";
import type { CoreInvocationContext, CoreLog, Registration } from "./core-api.ts";
import type { LoadedApp } from "./load-app.ts";
import { isType, RETURN_BINDING, type FunctionBinding } from "./loaded-function.ts";
import {
  fromRpcOutput,
  invocationResponseSchema,
  type RpcHttpResponse,
  type RpcInput,
  type RpcInvocationRequest,
} from "./worker-protocol.ts";

/** An input or output binding failed; the cause says how. */
export class BindingError extends Error {
  override readonly name = "BindingError";
  readonly binding: string;

  constructor(functionName: string, binding: string, options: { cause: unknown }) {
    const reason = options.cause instanceof Error ? options.cause.message : String(options.cause);
    super(`Exception binding parameter '${binding}' of the function '${functionName}': ${reason}`, options);
    this.binding = binding;
  }
}

/** What set the invocation off. */
export interface Trigger {
  readonly input: RpcInput;
  readonly metadata: Readonly<Record<string, RpcInput>>;
  readonly data: BindingData;
  /** The trace that the caller asks for, in the form of W3C Trace Context. */
  readonly traceparent?: string;
}

/** What an invocation led to. */
export interface InvocationResult {
  /** The handler's return value, for triggers other than HTTP. */
  readonly returnValue: unknown;
  /** The HTTP response; undefined when the handler returned none. */
  readonly http: RpcHttpResponse | undefined;
}

/** Runs a function once; rejects with what the handler threw, or with a `BindingError`. */
export async function invokeFunction(o: {
  app: LoadedApp;
  registration: Registration;
  trigger: Trigger;
  environment: BindingEnvironment;
  invocationId: string;
  /** Aborted when the invocation is over for the host, though not for the handler: then no output is written. */
  signal: AbortSignal;
  write: (log: CoreLog) => void;
}): Promise<InvocationResult> {
  const { loaded } = o.registration;
  const inputs = await Promise.all(
    loaded.bindings
      .filter((binding) => binding.direction === "in" && binding !== loaded.trigger)
      .map(async (binding) => ({
        name: binding.name,
        data: await bindInput(binding, o.trigger, o.environment),
      })),
  );
  const answer = await runInWorker(o.app, o.registration, o.write, {
    invocationId: o.invocationId,
    functionId: loaded.name,
    inputData: [{ name: loaded.trigger.name, data: o.trigger.input }, ...inputs],
    triggerMetadata: { ...o.trigger.metadata },
    traceContext: createTraceContext(o.invocationId, o.trigger.traceparent),
  });
  o.signal.throwIfAborted();
  const response = invocationResponseSchema.parse(answer);
  const outputs = new Map(response.outputData.map(({ name, data }) => [name, data]));
  outputs.set(RETURN_BINDING, response.returnValue);
  let http: RpcHttpResponse | undefined;
  const writes: Promise<void>[] = [];
  for (const binding of loaded.bindings.filter(({ direction }) => direction === "out")) {
    const output = outputs.get(binding.name);
    if (isType(binding, "http")) http = output?.http ?? undefined;
    else writes.push(bindOutput(binding, fromRpcOutput(output), o.trigger.data, o.environment));
  }
  // All bindings are waited for, also when one fails.
  for (const outcome of await Promise.allSettled(writes)) {
    if (outcome.status === "rejected") throw outcome.reason;
  }
  return { returnValue: fromRpcOutput(response.returnValue), http };
}

async function bindInput(
  binding: FunctionBinding,
  trigger: Trigger,
  environment: BindingEnvironment,
): Promise<RpcInput> {
  try {
    return await readInput(binding, trigger.data, environment);
  } catch (error) {
    throw new BindingError(trigger.data.functionName, binding.name, { cause: error });
  }
}

async function bindOutput(
  binding: FunctionBinding,
  value: unknown,
  data: BindingData,
  environment: BindingEnvironment,
): Promise<void> {
  if (value === undefined || value === null) return;
  try {
    await writeOutput(binding, value, data, environment);
  } catch (error) {
    throw new BindingError(data.functionName, binding.name, { cause: error });
  }
}

async function runInWorker(
  { core, model }: LoadedApp,
  registration: Registration,
  write: (log: CoreLog) => void,
  request: RpcInvocationRequest,
): Promise<unknown> {
  const hookData: Record<string, unknown> = {};
  const forLogHooks: { hookData: object; context: unknown } = { hookData, context: undefined };
  const coreContext: CoreInvocationContext = {
    invocationId: request.invocationId,
    request,
    metadata: registration.metadata,
    log: (level, category, message) => {
      core.log({ level, category, message }, write, forLogHooks);
    },
  };
  const invocation = await model.getInvocationModel(coreContext);
  const { context, inputs } = await invocation.getArguments();
  forLogHooks.context = context;
  const shared = { hookData, appHookData: core.appHookData, invocationContext: context };

  const before = { ...shared, inputs, functionCallback: registration.callback };
  coreContext.state = "preInvocationHooks";
  await core.runHooks("preInvocation", before);

  const after: { result: unknown; error: unknown } = { result: null, error: null };
  coreContext.state = "invocation";
  try {
    after.result = await invocation.invokeFunction(context, before.inputs, before.functionCallback);
  } catch (error) {
    after.error = error;
  }

  const postContext = Object.assign(after, shared, { inputs: before.inputs });
  coreContext.state = "postInvocationHooks";
  await core.runHooks("postInvocation", postContext);
  coreContext.state = undefined;

  // oxlint-disable-next-line typescript/only-throw-error -- whatever the handler threw
  if (postContext.error !== null && postContext.error !== undefined) throw postContext.error;
  return invocation.getResponse(context, postContext.result);
}

/**
 * The caller's trace, or one of its own, sampled as by a host that exports OpenTelemetry. Azure's host puts a span of its
 * own in between; this one exports none, so what the app makes belongs under the caller's directly.
 */
function createTraceContext(
  invocationId: string,
  callerTraceparent: string | undefined,
): RpcInvocationRequest["traceContext"] {
  const traceId = invocationId.replaceAll("-", "");
  const traceParent = callerTraceparent ?? `00-${traceId}-${traceId.slice(16)}-01`;
  return { traceParent, traceState: "", attributes: {} };
}
