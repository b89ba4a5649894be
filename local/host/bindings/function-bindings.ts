/**
 * The bindings this host knows: which a function may use, what its inputs get and where its outputs go.
 */
import { z } from "zod";
import {
  BindingExpressionError,
  resolveExpressions,
  resolveSettings,
  type BindingData,
} from "../binding-expressions.ts";
import { findSignalRRefusal } from "../identity-connections.ts";
import { isType, type FunctionBinding, type LoadedFunction } from "../loaded-function.ts";
import type { RpcInput } from "../worker-protocol.ts";
import { createConnectionInfo } from "./signalr-connection-info.ts";
import { writeSignalROutput } from "./signalr-output.ts";

const TRIGGERS = ["httpTrigger", "timerTrigger", "orchestrationTrigger", "activityTrigger"];
const INPUTS = ["durableClient", "orchestrationClient", "signalRConnectionInfo"];
const OUTPUTS = ["http", "signalR"];
const DEFAULT_SIGNALR_SETTING = "AzureSignalRConnectionString";

const connectionInfoSchema = z.looseObject({
  hubName: z.string().min(1),
  userId: z.string().optional(),
  idToken: z.string().optional(),
  claimTypeList: z.array(z.string()).optional(),
  connectionStringSetting: z.string().min(1).default(DEFAULT_SIGNALR_SETTING),
});

const signalROutputSchema = z.looseObject({
  hubName: z.string().min(1),
  connectionStringSetting: z.string().min(1).default(DEFAULT_SIGNALR_SETTING),
});

const durableClientSchema = z.looseObject({
  taskHub: z.string().optional(),
  connectionName: z.string().optional(),
});

/** Makes the JSON text a durable client input gets. */
export type DurableClientSource = (binding: {
  taskHub?: string | undefined;
  connectionName?: string | undefined;
}) => string;

/** What bindings need from the host. */
export interface BindingEnvironment {
  readonly settings: Readonly<Record<string, string | undefined>>;
  readonly durableClient?: DurableClientSource | undefined;
}

/** Why this host cannot run the function, or null. */
export function findUnsupported(fn: LoadedFunction, environment: BindingEnvironment): string | null {
  for (const binding of fn.bindings) {
    const known = binding === fn.trigger ? TRIGGERS : binding.direction === "in" ? INPUTS : OUTPUTS;
    if (!known.some((type) => isType(binding, type))) {
      return `its binding '${binding.name}' has the type '${binding.type}', which the local runtime does not support`;
    }
    if (isDurableClient(binding) && environment.durableClient === undefined) {
      return `its binding '${binding.name}' needs the Durable engine, which is not running`;
    }
    const refusal = findConnectionRefusal(binding, environment);
    if (refusal !== null) return `its binding '${binding.name}': ${refusal}`;
    try {
      for (const value of Object.values(binding)) {
        // The schedule of a timer and the route of a trigger are resolved by whoever reads them.
        if (typeof value === "string" && binding !== fn.trigger) resolveSettings(value, environment.settings);
      }
    } catch (error) {
      return `its binding '${binding.name}': ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  return null;
}

/** Makes the value of one input binding. */
export async function readInput(
  binding: FunctionBinding,
  data: BindingData,
  environment: BindingEnvironment,
): Promise<RpcInput> {
  const resolve = (text: string): string =>
    resolveExpressions(resolveSettings(text, environment.settings), data);
  const resolveOptional = (text: string | undefined) => (text === undefined ? undefined : resolve(text));
  if (isDurableClient(binding)) {
    const { taskHub, connectionName } = durableClientSchema.parse(binding);
    const text = environment.durableClient?.({
      taskHub: resolveOptional(taskHub),
      connectionName: resolveOptional(connectionName),
    });
    return text === undefined ? {} : { string: text };
  }
  if (isType(binding, "signalRConnectionInfo")) {
    const { hubName, userId, idToken, claimTypeList, connectionStringSetting } =
      connectionInfoSchema.parse(binding);
    const request = {
      hubName: resolve(hubName),
      userId: resolveOptional(userId),
      idToken: resolveOptional(idToken),
      claimTypeList,
    };
    const connection = readConnectionString(connectionStringSetting, environment);
    return { json: JSON.stringify(await createConnectionInfo(connection, request)) };
  }
  throw new Error(`no input binding of type '${binding.type}'`);
}

/** Writes the value of one output binding other than `http`. */
export async function writeOutput(
  binding: FunctionBinding,
  value: unknown,
  data: BindingData,
  environment: BindingEnvironment,
): Promise<void> {
  if (!isType(binding, "signalR")) throw new Error(`no output binding of type '${binding.type}'`);
  const { hubName, connectionStringSetting } = signalROutputSchema.parse(binding);
  const hub = resolveExpressions(resolveSettings(hubName, environment.settings), data);
  await writeSignalROutput(readConnectionString(connectionStringSetting, environment), hub, value);
}

function isDurableClient(binding: FunctionBinding): boolean {
  return isType(binding, "durableClient") || isType(binding, "orchestrationClient");
}

const connectionSchema = z.looseObject({
  connectionStringSetting: z.string().min(1).catch(DEFAULT_SIGNALR_SETTING),
});

function findConnectionRefusal(binding: FunctionBinding, { settings }: BindingEnvironment): string | null {
  if (!isType(binding, "signalRConnectionInfo") && !isType(binding, "signalR")) return null;
  return findSignalRRefusal(settings, connectionSchema.parse(binding).connectionStringSetting);
}

function readConnectionString(setting: string, { settings }: BindingEnvironment): string {
  const value = settings[setting];
  if (value !== undefined && value !== "") return value;
  throw new BindingExpressionError(setting, `The app setting '${setting}' holds no connection string.`);
}
