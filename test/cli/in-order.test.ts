import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inOrder } from "../../cli/in-order.ts";

describe("work in order", () => {
  it("tells every result once, in order, with as many under way as were wanted and never more", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 8 }),
        async (turns, sideBySide) => {
          const told: number[] = [];
          let underWay = 0;
          let most = 0;
          const work = async (index: number) => {
            underWay += 1;
            most = Math.max(most, underWay);
            for (let turn = 0; turn < turns[index]!; turn++) await Promise.resolve();
            underWay -= 1;
            return index;
          };
          await inOrder([...turns.keys()], sideBySide, { work, tell: (index) => told.push(index) });
          expect(told).toEqual([...turns.keys()]);
          expect(most).toBeLessThanOrEqual(sideBySide);
          if (turns.every((turn) => turn > 0)) expect(most).toBe(Math.min(sideBySide, turns.length));
        },
      ),
    );
  });

  it("tells a result as soon as those before it are told, not at the end", async () => {
    const told: number[] = [];
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const running = inOrder([0, 1, 2], 2, {
      work: async (index) => {
        if (index === 2) await held;
        return index;
      },
      tell: (index) => told.push(index),
    });
    await expect.poll(() => told).toEqual([0, 1]);
    release();
    await running;
    expect(told).toEqual([0, 1, 2]);
  });
});
