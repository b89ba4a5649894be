/** What sets off the functions that no HTTP request starts. */
import type { Trigger } from "./invoke-function.ts";

/** What a function that is not started by HTTP or a timer is started with. */
export interface TextTrigger {
  readonly text: string | null;
  readonly metadata?: Record<string, string>;
}

/** Makes the trigger of such a function. */
export function toTextTrigger(functionName: string, trigger: TextTrigger): Trigger {
  const metadata = trigger.metadata ?? {};
  return {
    input: trigger.text === null ? {} : { string: trigger.text },
    metadata: Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, { string: value }])),
    data: { functionName, values: metadata, triggerText: () => trigger.text },
  };
}

/** Makes the trigger of a timer, which is told JSON. */
export function toTimerTrigger(functionName: string, json: string): Trigger {
  return { input: { json }, metadata: {}, data: { functionName, values: {}, triggerText: () => null } };
}
