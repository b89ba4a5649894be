/** Plain decimals are compared as text: amounts have more digits than a float keeps. */

/** Compares two plain decimals such as `-12.50`; negative, zero or positive like a sort function. */
export function compareDecimals(a: string, b: string): number {
  const places = Math.max(countPlaces(a), countPlaces(b));
  const difference = toScaled(a, places) - toScaled(b, places);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function countPlaces(decimal: string): number {
  return decimal.split(".")[1]?.length ?? 0;
}

function toScaled(decimal: string, places: number): bigint {
  const [whole = "0", fraction = ""] = decimal.split(".");
  return BigInt(whole + fraction.padEnd(places, "0"));
}
