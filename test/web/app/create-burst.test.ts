import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Burst, createBurst, toSummaryWords } from "../../../web/app/create-burst.ts";
import type { InboxItem } from "../../../web/client/api-schemas.ts";
import { makeNotification } from "../client/fake-site.ts";

let rings: number;
let sentences: string[];
let burst: Burst;

beforeEach(() => {
  vi.useFakeTimers();
  rings = 0;
  sentences = [];
  burst = createBurst({
    onRing: () => (rings += 1),
    onAnnounce: (sentence) => sentences.push(sentence),
  });
});
afterEach(() => void vi.useRealTimers());

function makeItem(n: number): InboxItem {
  return { ...makeNotification(n), state: "stored" };
}

describe("a burst", () => {
  it("rings at once and is told by its title when it is one", () => {
    burst.add([makeItem(1)]);
    expect([rings, sentences]).toEqual([1, []]);
    vi.advanceTimersByTime(1_000);
    expect(sentences).toEqual(["New notification: Order 1 is now Activated."]);
  });

  it("rings once and is told once however many come within a second", () => {
    for (let n = 1; n <= 12; n += 1) {
      burst.add([makeItem(n)]);
      vi.advanceTimersByTime(80);
    }
    vi.advanceTimersByTime(5_000);
    expect([rings, sentences]).toEqual([1, ["12 new notifications."]]);
  });

  it("begins anew after it was told", () => {
    burst.add([makeItem(1)]);
    vi.advanceTimersByTime(1_000);
    burst.add([makeItem(2), makeItem(3)]);
    vi.advanceTimersByTime(1_000);
    expect([rings, sentences.at(-1)]).toEqual([2, "2 new notifications."]);
  });

  it("takes a summary into the same sentence", () => {
    burst.addSummary(5);
    burst.add([makeItem(1)]);
    vi.advanceTimersByTime(1_000);
    expect([rings, sentences]).toEqual([
      1,
      ["5 notifications came while it was quiet. New notification: Order 1 is now Activated."],
    ]);
  });

  it("of nothing does not ring", () => {
    burst.add([]);
    vi.advanceTimersByTime(1_000);
    expect([rings, sentences]).toEqual([0, []]);
  });

  it("is not told any more once it was stopped", () => {
    burst.addSummary(1);
    burst.stop();
    vi.advanceTimersByTime(5_000);
    expect(sentences).toEqual([]);
  });
});

it("says of a summary that is as high as it can be that there may be more", () => {
  expect(toSummaryWords(1)).toEqual(["1 notification came while it was quiet."]);
  expect(toSummaryWords(99)).toEqual(["99 or more notifications came while it was quiet."]);
});
