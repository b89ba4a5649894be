/**
 * Works through items, so many side by side at any time, and tells each result in the order of the items as soon as those
 * before it are told. `work` must not throw.
 */
export async function inOrder<Item, Result>(
  items: readonly Item[],
  sideBySide: number,
  { work, tell }: { work: (item: Item) => Promise<Result>; tell: (result: Result) => void },
): Promise<void> {
  const waiting = items.entries();
  const finished = new Map<number, { result: Result }>();
  let told = 0;
  const goOn = async () => {
    for (const [index, item] of waiting) {
      finished.set(index, { result: await work(item) });
      for (let next = finished.get(told); next !== undefined; next = finished.get(told)) {
        finished.delete(told);
        told += 1;
        tell(next.result);
      }
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, goOn));
}
