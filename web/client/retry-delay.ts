/** How long to wait before trying again: doubling, capped, and spread so that many pages do not return in step. */

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** The wait in milliseconds after `failures` failures in a row (at least 1): between half of the step and all of it. */
export function toRetryDelayMs(failures: number): number {
  const stepMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 16));
  return stepMs / 2 + Math.random() * (stepMs / 2);
}
