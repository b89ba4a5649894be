/**
 * Tasks that take several commands, written as generators: each yields its next command, is told whether that
 * command succeeded, and returns whether the whole did.
 */
import type { UnnumberedCommand } from "./command.ts";
import { UnsupportedOrchestratorActionError } from "./durable-errors.ts";
import type { RetryOptions } from "./orchestrator-state.ts";

/** The commands of one task, in order. */
export type TaskSteps = Generator<UnnumberedCommand, boolean, boolean>;

const dayMs = 24 * 60 * 60 * 1000;
/** The longest timer the Azure Storage provider keeps in one piece (AzureStorageDurabilityProvider.cs). */
export const maximumShortTimerMs = 6 * dayMs;
/** The length of the pieces of a longer timer. */
export const longTimerIntervalMs = 3 * dayMs;

/** Attempts with a timer after every failure; the timer after the last one fires at once, then the error surfaces. */
export function* retrySteps(attempt: UnnumberedCommand, options: RetryOptions, now: () => number): TaskSteps {
  const firstAttemptMs = now();
  for (let attempts = 1; ; attempts += 1) {
    if (yield attempt) return true;
    if (options.retryTimeoutInMilliseconds != null) {
      if (now() >= firstAttemptMs + options.retryTimeoutInMilliseconds) throw new RetryTimeoutError();
    }
    const isLast = attempts >= options.maxNumberOfAttempts;
    yield { kind: "timer", fireAtMs: now() + (isLast ? 0 : retryDelayMs(options, attempts)) };
    if (isLast) return false;
  }
}

/** The time before the attempt that follows `attempts` failed ones. */
export function retryDelayMs(options: RetryOptions, attempts: number): number {
  const delayMs =
    options.firstRetryIntervalInMilliseconds * (options.backoffCoefficient ?? 1) ** (attempts - 1);
  return Math.round(
    Math.min(delayMs, options.maxRetryIntervalInMilliseconds ?? Infinity, maximumShortTimerMs),
  );
}

/** One timer, or a chain of three-day timers when it lies more than six days ahead. */
export function* timerSteps(fireAtMs: number, now: () => number): TaskSteps {
  let isShort = fireAtMs - now() <= maximumShortTimerMs;
  while (!isShort) {
    yield { kind: "timer", fireAtMs: now() + longTimerIntervalMs };
    if (fireAtMs <= now()) return true;
    isShort = fireAtMs - now() <= maximumShortTimerMs;
  }
  return yield { kind: "timer", fireAtMs };
}

class RetryTimeoutError extends UnsupportedOrchestratorActionError {
  constructor() {
    super(
      "A retry whose retryTimeoutInMilliseconds has passed",
      "on Azure such an instance waits for ever, because library and host disagree about it; limit maxNumberOfAttempts instead",
    );
  }
}
