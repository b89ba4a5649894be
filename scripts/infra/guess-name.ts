/** Finds the name that was probably meant. */

/** `; is "x" meant?` for a name that is nearly one of `names`, else nothing. */
export function toGuess(name: string, names: string[]): string {
  const near =
    names.find((one) => one.toLowerCase() === name.toLowerCase()) ?? names.find((one) => isNear(one, name));
  return near === undefined ? "" : `; is "${near}" meant?`;
}

/** Whether two words differ by one letter more, fewer or other, or two that changed places. */
function isNear(one: string, other: string): boolean {
  let start = 0;
  while (start < one.length && one[start] === other[start]) start += 1;
  const [left, right] = [one.slice(start), other.slice(start)];
  const swapped = `${left[1]}${left[0]}${left.slice(2)}`;
  return [
    left.slice(1) === right,
    left === right.slice(1),
    left.slice(1) === right.slice(1),
    swapped === right,
  ].some(Boolean);
}
