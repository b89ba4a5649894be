/** What azure.yaml, host.json and the parameters file may hold, as far as this project uses them. */
import { z } from "zod";

const hook = z.strictObject({
  run: z.string().min(1),
  shell: z.enum(["sh", "pwsh"]),
  continueOnError: z.boolean().optional(),
  interactive: z.boolean().optional(),
});

const SERVICE_HOOKS = z.enum(
  ["restore", "build", "package", "publish", "deploy"].flatMap((name) => [`pre${name}`, `post${name}`]),
);

/**
 * azure.yaml, github.com/Azure/azure-dev schemas/v1.0/azure.yaml.json. The published schema lets unknown keys pass, so
 * that a misspelt one does nothing, silently; here they are refused.
 */
export const azureYamlSchema = z.strictObject({
  name: z
    .string()
    .min(2)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/),
  metadata: z.strictObject({ template: z.string() }).optional(),
  infra: z.strictObject({ provider: z.enum(["bicep"]), path: z.string(), module: z.string() }),
  services: z.record(
    z.string(),
    z.strictObject({
      host: z.enum(["function"]),
      language: z.enum(["js", "ts"]),
      project: z.string(),
      dist: z.string().optional(),
      remoteBuild: z.boolean().optional(),
      hooks: z.partialRecord(SERVICE_HOOKS, hook).optional(),
    }),
  ),
});

const timeSpan = z
  .string()
  .regex(/^(?:\d+\.)?\d{2}:\d{2}:\d{2}(?:\.\d{1,7})?$/, "is no time span such as 00:00:01");

/**
 * host.json, learn.microsoft.com/azure/azure-functions/functions-host-json and
 * durable-functions-bindings#host-json; every key that the host knows, and in depth those that are set.
 */
export const hostJsonSchema = z.strictObject({
  version: z.literal("2.0"),
  telemetryMode: z.enum(["OpenTelemetry", "ApplicationInsights"]).optional(),
  functionTimeout: timeSpan.optional(),
  functions: z.array(z.string()).optional(),
  watchDirectories: z.array(z.string()).optional(),
  watchFiles: z.array(z.string()).optional(),
  logging: z.json().optional(),
  healthMonitor: z.json().optional(),
  singleton: z.json().optional(),
  concurrency: z.json().optional(),
  aggregator: z.json().optional(),
  extensionBundle: z.strictObject({
    id: z.literal("Microsoft.Azure.Functions.ExtensionBundle"),
    version: z.string().regex(/^\[\d+\.(?:\d+\.\d+|\*), \d+\.\d+\.\d+\)$/),
  }),
  extensions: z.strictObject({
    http: z.strictObject({
      // Pages and API share one origin (docs of every route say their whole path).
      routePrefix: z.literal(""),
      maxOutstandingRequests: z.int().optional(),
      maxConcurrentRequests: z.int().optional(),
      dynamicThrottlesEnabled: z.boolean().optional(),
      hsts: z.json().optional(),
      customHeaders: z.record(z.string(), z.string()).optional(),
    }),
    durableTask: z.strictObject({
      hubName: z.string().regex(/^[A-Za-z][A-Za-z0-9]{2,44}$/, "must be a name that tables may have"),
      // What is decided must be provable from the history: its inputs are part of it.
      storeInputsInOrchestrationHistory: z.literal(true),
      storageProvider: z.strictObject({
        // The default of 30 s breaks the promise of a second.
        maxQueuePollingInterval: z.literal("00:00:01"),
        connectionName: z.string().optional(),
        partitionCount: z.int().min(1).max(16).optional(),
        controlQueueBatchSize: z.int().min(1).max(32).optional(),
        useTablePartitionManagement: z.boolean().optional(),
      }),
      tracing: z.json().optional(),
      maxConcurrentActivityFunctions: z.int().min(1).optional(),
      maxConcurrentOrchestratorFunctions: z.int().min(1).optional(),
      extendedSessionsEnabled: z.boolean().optional(),
      useGracefulShutdown: z.boolean().optional(),
      notifications: z.json().optional(),
    }),
  }),
});

/** A deployment parameters file; azd puts `${NAME}` and `${NAME=default}` in. */
export const parametersSchema = z.strictObject({
  $schema: z.string().includes("deploymentParameters.json"),
  contentVersion: z.literal("1.0.0.0"),
  parameters: z.record(z.string(), z.strictObject({ value: z.json() })),
});
