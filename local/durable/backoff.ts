const firstMs = 20;
const longestMs = 5_000;

/** How long to wait after so many failures in a row before the next attempt: nothing, then ever longer, up to five seconds. */
export function backoffMs(failures: number): number {
  return failures === 0 ? 0 : Math.min(firstMs * 2 ** (failures - 1), longestMs);
}
