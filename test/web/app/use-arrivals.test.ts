import { describe, expect, it } from "vitest";
import { findArrivals } from "../../../web/app/use-arrivals.ts";
import type { InboxItem } from "../../../web/client/api-schemas.ts";
import { makeNotification } from "../client/fake-site.ts";

function makeItem(n: number, state: InboxItem["state"] = "received"): InboxItem {
  return { ...makeNotification(n), state };
}

const five = makeItem(5);

describe("findArrivals", () => {
  it("takes nothing of the first load for news", () => {
    expect(findArrivals([five], undefined)).toEqual([]);
  });

  it("finds what is new and unseen", () => {
    const before = { ids: new Set([five.id]), end: undefined };
    expect(findArrivals([makeItem(7), makeItem(6, "read"), five], before)).toEqual([makeItem(7)]);
  });

  it("finds one that comes late, when nothing older was waiting", () => {
    expect(findArrivals([five, makeItem(4)], { ids: new Set([five.id]), end: undefined })).toEqual([
      makeItem(4),
    ]);
  });

  it("does not ring for an older page", () => {
    expect(findArrivals([five, makeItem(4)], { ids: new Set([five.id]), end: five.id })).toEqual([]);
  });
});
