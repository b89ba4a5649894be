import { describe, expect, it } from "vitest";
import { createTurns } from "../../../src/usecases/take-turns.ts";

/** Work that ends when it is told to. */
function createWork() {
  const work = { isBegun: false, end: (_result: string) => {}, run };
  function run(): Promise<string> {
    work.isBegun = true;
    return new Promise((resolve) => {
      work.end = resolve;
    });
  }
  return work;
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("turns", () => {
  it("are taken one after another, first come first served", async () => {
    const inTurn = createTurns(60_000);
    const [first, second, third] = [createWork(), createWork(), createWork()];
    const results = [first, second, third].map(({ run }) => inTurn(run));
    await settle();
    expect([first, second, third].map(({ isBegun }) => isBegun)).toEqual([true, false, false]);
    first.end("one");
    await settle();
    expect([second, third].map(({ isBegun }) => isBegun)).toEqual([true, false]);
    second.end("two");
    await settle();
    third.end("three");
    expect(await Promise.all(results)).toEqual(["one", "two", "three"]);
  });

  it("go on after work that failed, which alone is told of it", async () => {
    const inTurn = createTurns(60_000);
    const failing = inTurn(() => Promise.reject(new Error("no")));
    const next = inTurn(() => Promise.resolve("done"));
    await expect(failing).rejects.toThrow("no");
    expect(await next).toBe("done");
  });

  it("do not wait for ever for work that hangs", async () => {
    const inTurn = createTurns(20);
    void inTurn(createWork().run);
    expect(await inTurn(() => Promise.resolve("at last"))).toBe("at last");
    expect(await inTurn(() => Promise.resolve("and the next"))).toBe("and the next");
  });
});
