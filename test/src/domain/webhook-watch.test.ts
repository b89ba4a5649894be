import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isWebhookSilent,
  NEW_WEBHOOK_WATCH,
  type WebhookWatch,
  watchWebhook,
  webhookWatchSchema,
} from "../../../src/domain/webhook-watch.ts";

const START_MS = Date.parse("2026-11-22T10:00:00.000Z");
const MINUTE = 60_000;
const at = (ms: number) => new Date(START_MS + ms).toISOString();
const heard = { heard: 1, unheard: 0 };
const unheard = (n: number) => ({ heard: 0, unheard: n });

describe("the watch over outbound messages", () => {
  const once = watchWebhook(NEW_WEBHOOK_WATCH, heard, { at: at(0), lastMessageAt: undefined });

  it("calls nothing silent that was never heard", () => {
    const watch = watchWebhook(NEW_WEBHOOK_WATCH, unheard(1_000), { at: at(0), lastMessageAt: undefined });
    expect(isWebhookSilent(watch, new Date(START_MS + 24 * 60 * MINUTE))).toBe(false);
  });

  it.each([
    [4, 60 * MINUTE, false],
    [5, 15 * MINUTE - 1, false],
    [5, 15 * MINUTE, true],
  ])("after %i changes that it missed and %i ms says silent: %s", (changes, afterMs, expected) => {
    const watch = watchWebhook(once, unheard(changes), { at: at(MINUTE), lastMessageAt: undefined });
    expect(isWebhookSilent(watch, new Date(START_MS + MINUTE + afterMs))).toBe(expected);
  });

  it("counts from the first change that was missed, over several pages", () => {
    const first = watchWebhook(once, unheard(2), { at: at(MINUTE), lastMessageAt: undefined });
    const second = watchWebhook(first, unheard(3), { at: at(10 * MINUTE), lastMessageAt: undefined });
    expect(second).toEqual({ lastHeardAt: at(0), unheard: 5, unheardSince: at(MINUTE) });
    expect(isWebhookSilent(second, new Date(START_MS + 16 * MINUTE))).toBe(true);
  });

  it("begins anew when one is heard, even beside others that were not", () => {
    const silent = watchWebhook(once, unheard(100), { at: at(MINUTE), lastMessageAt: undefined });
    const again = watchWebhook(
      silent,
      { heard: 1, unheard: 99 },
      { at: at(60 * MINUTE), lastMessageAt: undefined },
    );
    expect(again).toEqual({ lastHeardAt: at(60 * MINUTE), unheard: 0, unheardSince: null });
    expect(isWebhookSilent(again, new Date(START_MS + 99 * MINUTE))).toBe(false);
  });

  it("begins anew when a message came after all, later than polling", () => {
    const silent = watchWebhook(once, unheard(100), { at: at(MINUTE), lastMessageAt: at(0) });
    const late = watchWebhook(silent, unheard(1), { at: at(20 * MINUTE), lastMessageAt: at(2 * MINUTE) });
    expect(late).toEqual({ lastHeardAt: at(2 * MINUTE), unheard: 1, unheardSince: at(20 * MINUTE) });
  });

  it("does not move when nothing was found", () => {
    const silent = watchWebhook(once, unheard(100), { at: at(MINUTE), lastMessageAt: undefined });
    expect(watchWebhook(silent, unheard(0), { at: at(9 * MINUTE), lastMessageAt: undefined })).toEqual(
      silent,
    );
  });

  it("counts exactly what was missed since it last heard one, and stays storable", () => {
    const pages = fc.array(fc.record({ heard: fc.nat(2), unheard: fc.nat(9), afterMs: fc.nat(9 * MINUTE) }));
    fc.assert(
      fc.property(pages, (found) => {
        let watch: WebhookWatch = NEW_WEBHOOK_WATCH;
        let ms = 0;
        const timed = found.map((page) => ({ ...page, at: at((ms += page.afterMs)) }));
        for (const page of timed)
          watch = watchWebhook(watch, page, { at: page.at, lastMessageAt: undefined });
        const lastHeard = timed.findLastIndex((page) => page.heard > 0);
        const missed = timed.slice(lastHeard + 1);
        expect(webhookWatchSchema.parse(watch)).toEqual({
          lastHeardAt: timed[lastHeard]?.at ?? null,
          unheard: missed.reduce((sum, page) => sum + page.unheard, 0),
          unheardSince: missed.find((page) => page.unheard > 0)?.at ?? null,
        });
        // Silence lasts until something is heard.
        const now = new Date(START_MS + ms);
        if (isWebhookSilent(watch, now)) {
          expect(
            isWebhookSilent(
              watchWebhook(watch, unheard(1), { at: at(ms), lastMessageAt: undefined }),
              new Date(now.getTime() + 1),
            ),
          ).toBe(true);
        }
      }),
    );
  });
});
