/**
 * What an orchestrator hands back after a turn: its state, returned or hidden in the message of what it threw
 * (durable-functions 3.5, OrchestratorState.js and OrchestrationFailureError.js; the label is the one that
 * OutOfProcExceptionHelpers.cs of the Durable extension cuts at).
 */
import { z } from "zod";

const outOfProcLabel = "\n\n$OutOfProcData$:";

/** The library's numbers for the kinds of action. */
export const ActionType = {
  CallActivity: 0,
  CallActivityWithRetry: 1,
  CallSubOrchestrator: 2,
  CallSubOrchestratorWithRetry: 3,
  ContinueAsNew: 4,
  CreateTimer: 5,
  WaitForExternalEvent: 6,
  WhenAny: 11,
  WhenAll: 12,
} as const;

const unsupportedActions = new Map([
  [7, "CallEntity"],
  [8, "CallHttp"],
  [9, "SignalEntity"],
  [10, "ScheduledSignalEntity"],
  [13, "LockEntities"],
  [14, "ReleaseEntities"],
]);

const retryOptionsSchema = z.object({
  firstRetryIntervalInMilliseconds: z.number().positive(),
  maxNumberOfAttempts: z.number(),
  backoffCoefficient: z.number().nullish(),
  maxRetryIntervalInMilliseconds: z.number().nullish(),
  retryTimeoutInMilliseconds: z.number().nullish(),
});

/** How a call is repeated after a failure. */
export type RetryOptions = z.infer<typeof retryOptionsSchema>;

const activity = { functionName: z.string(), input: z.unknown().optional() };
const subOrchestration = { ...activity, instanceId: z.string().nullish(), version: z.string().nullish() };
const retry = { retryOptions: retryOptionsSchema };

const leafActionSchema = z.discriminatedUnion("actionType", [
  z.object({ actionType: z.literal(ActionType.CallActivity), ...activity }),
  z.object({ actionType: z.literal(ActionType.CallActivityWithRetry), ...activity, ...retry }),
  z.object({ actionType: z.literal(ActionType.CallSubOrchestrator), ...subOrchestration }),
  z.object({ actionType: z.literal(ActionType.CallSubOrchestratorWithRetry), ...subOrchestration, ...retry }),
  z.object({ actionType: z.literal(ActionType.ContinueAsNew), input: z.unknown().optional() }),
  z.object({
    actionType: z.literal(ActionType.CreateTimer),
    fireAt: z.iso.datetime(),
    isCanceled: z.boolean(),
  }),
  z.object({ actionType: z.literal(ActionType.WaitForExternalEvent), externalEventName: z.string() }),
]);

/** Kinds of action that the engine knows by name and does not perform. */
const unsupportedActionSchema = z
  .object({ actionType: z.int().refine((type) => unsupportedActions.has(type), "is not a kind of action") })
  .transform(({ actionType }) => ({
    actionType: "unsupported" as const,
    actionName: unsupportedActions.get(actionType) ?? String(actionType),
  }));

/** One thing the orchestrator asked for. */
export type OrchestratorAction =
  | z.infer<typeof leafActionSchema>
  | z.infer<typeof unsupportedActionSchema>
  | {
      actionType: typeof ActionType.WhenAny | typeof ActionType.WhenAll;
      compoundActions: OrchestratorAction[];
    };

const actionSchema: z.ZodType<OrchestratorAction> = z.lazy(() =>
  z.union([
    leafActionSchema,
    z.object({
      actionType: z.union([z.literal(ActionType.WhenAny), z.literal(ActionType.WhenAll)]),
      compoundActions: z.array(actionSchema),
    }),
    unsupportedActionSchema,
  ]),
);

const stateSchema = z.object({
  isDone: z.boolean(),
  // Since schema V2 exactly one inner array holds every action since the execution began.
  actions: z.tuple([z.array(actionSchema)]),
  output: z.unknown().optional(),
  error: z.string().optional(),
  customStatus: z.unknown().optional(),
});

/** What the orchestrator said at the end of a turn. */
export type OrchestratorState = z.infer<typeof stateSchema>;

/** Reads the value the orchestrator function returned. */
export function parseReturnedState(returned: unknown): OrchestratorState {
  return stateSchema.parse(returned);
}

/** Reads the state out of what the orchestrator function threw; null when there is none in it. */
export function parseThrownState(thrown: unknown): OrchestratorState | null {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const label = message.indexOf(outOfProcLabel);
  if (label < 0) return null;
  return stateSchema.parse(JSON.parse(message.slice(label + outOfProcLabel.length)));
}
