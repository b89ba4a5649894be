/**
 * How long a function may run.
 *
 * Source: FunctionExecutor.cs of Azure/azure-webjobs-sdk (OnFunctionTimeout, HandleTimeoutAsync), and the table of
 * defaults in https://learn.microsoft.com/azure/azure-functions/functions-scale#timeout: 30 minutes on Flex Consumption.
 * Azure then restarts the worker, which ends the handler; a function of this process cannot be ended, so the handler
 * goes on, but nothing it returns counts.
 */
import { formatTimeSpan } from "./time-span.ts";

/** The default of the Flex Consumption plan, in milliseconds. */
export const DEFAULT_FUNCTION_TIMEOUT_MS = 30 * 60 * 1000;

/** Timers of Node.js end at 24.8 days; nothing runs as long. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A function ran longer than host.json allows; the message is Azure's. */
export class FunctionTimeoutError extends Error {
  override readonly name = "FunctionTimeoutError";
  readonly functionName: string;
  readonly timeoutMs: number;

  constructor(functionName: string, timeoutMs: number) {
    super(
      `Timeout value of ${formatTimeSpan(timeoutMs)} was exceeded by function: Functions.${functionName}`,
    );
    this.functionName = functionName;
    this.timeoutMs = timeoutMs;
  }
}

/**
 * Runs `work` for at most `timeoutMs` (null: without limit); then rejects with FunctionTimeoutError and aborts the
 * signal, after which `work` must have no more effects.
 */
export async function runWithTimeout<T>(
  functionName: string,
  timeoutMs: number | null,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  if (timeoutMs === null || timeoutMs > LONGEST_TIMER_MS) return work(controller.signal);
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new FunctionTimeoutError(functionName, timeoutMs);
      controller.abort(error);
      reject(error);
    }, timeoutMs);
  });
  try {
    return await Promise.race([work(controller.signal), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
