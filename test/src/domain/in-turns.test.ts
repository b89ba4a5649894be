import fc from "fast-check";
import { expect, it } from "vitest";
import { inTurns } from "../../../src/domain/in-turns.ts";

it("answers every item once and in order, never more than so many at a time", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat()), fc.integer({ min: 1, max: 7 }), async (items, sideBySide) => {
      let [running, most] = [0, 0];
      const results = await inTurns(items, sideBySide, async (item) => {
        most = Math.max(most, (running += 1));
        await Promise.resolve();
        running -= 1;
        return item * 2;
      });
      expect(results).toEqual(items.map((item) => item * 2));
      expect(most).toBe(Math.min(items.length, sideBySide));
    }),
  );
});

it("begins nothing further when one fails", async () => {
  const begun: number[] = [];
  const work = async (item: number) => {
    begun.push(item);
    if (item === 2) throw new Error("no");
  };
  await expect(inTurns([1, 2, 3], 2, work)).rejects.toThrow("no");
  expect(begun).toEqual([1, 2]);
});
