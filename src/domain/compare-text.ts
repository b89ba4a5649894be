/** Orders text by code unit, not by locale: the order must be the same on every machine and in every replay. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
