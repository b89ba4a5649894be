import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { announcementSchema, composeAnnouncement } from "../../../src/domain/notification.ts";
import { toNotificationId } from "../../../src/domain/notification-id.ts";
import { deriveTransition } from "../../../src/domain/transition.ts";
import { createOrderChange } from "../../support/order-change.ts";

const compose = (core: Record<string, string | null>) => {
  const before = { ...createOrderChange(), isBaseline: false };
  const change = createOrderChange({ systemModstamp: "2026-11-22T10:00:01.000Z", core });
  const news = deriveTransition(before, change);
  if (news.outcome === "silent") throw new Error("expected news");
  return composeAnnouncement({ change, news, decidedAt: "2026-11-22T10:00:02.000Z", link: null });
};

describe("composeAnnouncement", () => {
  it("says what became of the order, with its number and what changed from what to what", () => {
    expect(compose({ Status: "Activated", StatusCode: "Activated", TotalAmount: "1250" })).toMatchObject({
      title: "Order 00000114 was activated",
      body: "Status: Draft → Activated · Amount: 1100 → 1250",
      transition: "activated",
      createdAt: "2026-11-22T10:00:02.000Z",
    });
  });

  it("tells of other fields only that they changed", () => {
    expect(compose({ OwnerId: "005000000000002AAA" })).toMatchObject({
      title: "Order 00000114 has a new owner",
      body: "Owner changed",
    });
  });

  it("tells how a new order stands", () => {
    const change = createOrderChange();
    const news = {
      outcome: "news",
      kinds: ["created"],
      changes: [],
      before: "none",
      uncertain: false,
    } as const;
    const announcement = composeAnnouncement({
      change,
      news: { ...news, kinds: ["created"], changes: [] },
      decidedAt: "2026-11-22T10:00:02.000Z",
      link: "https://example.com/801",
    });
    expect(announcementSchema.parse(announcement).body).toBe("Status: Draft · Amount: 1100");
  });
});

describe("toNotificationId", () => {
  it("sorts newest first", () => {
    const instant = fc.date({ min: new Date(0), max: new Date("2286-11-20"), noInvalidDate: true });
    fc.assert(
      fc.property(instant, instant, (a, b) => {
        const [first, second] = [a, b].map((at) => toNotificationId(at.toISOString(), "a".repeat(22)));
        expect(String(first) < String(second)).toBe(a.getTime() > b.getTime());
      }),
    );
  });
});
