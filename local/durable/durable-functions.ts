/** What the engine needs from the host: to know the app's functions and to run them. */
export interface DurableFunctions {
  /** Whether the app has such a function; names compare without regard to case. */
  has(kind: "orchestrator" | "activity", name: string): boolean;
  /** Runs one turn; `payload` is the JSON text of the orchestrationTrigger. Resolves to what the handler returned, read from its JSON as it comes from the worker; rejects with what it threw. */
  runOrchestrator(name: string, instanceId: string, payload: string): Promise<unknown>;
  /** Runs an activity; `input` is the text delivered as `{string}` to the activityTrigger, null when there is none. */
  runActivity(name: string, instanceId: string, input: string | null): Promise<unknown>;
}
