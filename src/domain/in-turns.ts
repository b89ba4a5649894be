/** Works through items in order, so many side by side; answers the results in the order of the items. */
export async function inTurns<Item, Result>(
  items: readonly Item[],
  sideBySide: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += sideBySide) {
    results.push(...(await Promise.all(items.slice(start, start + sideBySide).map(work))));
  }
  return results;
}
