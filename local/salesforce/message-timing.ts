/**
 * When outbound messages leave, and when Salesforce gives up.
 *
 * Documented (help.salesforce.com, workflow_om_considerations; SOAP API Developer Guide, "Understanding Notifications"):
 * a timeout of 60 seconds, an interval between retries that grows exponentially up to two hours, and an end after 24
 * hours. Not documented: the first interval, which an engineer of Salesforce put at "2-5 seconds"
 * (salesforce.stackexchange.com/questions/142580); the factor, here two; how long notifications are collected, and how
 * many messages are under way at a time, here what suits a demonstration.
 */

/** Durations of the sender, in milliseconds. */
export interface MessageTiming {
  /** From the first failure of a notification to its next attempt; doubles with each further failure. */
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
  /** The age at which a notification that was not acknowledged is dropped. */
  readonly giveUpAfterMs: number;
  /** How long a notification waits for others that can share its message. */
  readonly batchAfterMs: number;
  /** From the first byte of a message to the last byte of its answer. */
  readonly timeoutMs: number;
}

const HOUR_MS = 60 * 60 * 1_000;

/** As Salesforce does it; see the file's header for what is documented. */
export const SALESFORCE_TIMING: MessageTiming = {
  firstRetryMs: 5_000,
  longestRetryMs: 2 * HOUR_MS,
  giveUpAfterMs: 24 * HOUR_MS,
  batchAfterMs: 250,
  timeoutMs: 60_000,
};

/** How long a notification waits after so many failures (1 or more). */
export function toRetryMs(failures: number, timing: MessageTiming): number {
  return Math.min(timing.firstRetryMs * 2 ** (failures - 1), timing.longestRetryMs);
}
