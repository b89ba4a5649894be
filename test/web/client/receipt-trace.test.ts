import { describe, expect, it } from "vitest";
import { createOrderBell } from "../../../web/client/create-order-bell.ts";
import { bell, errors, pass, shownIds, site, startLive, useBell } from "./live-bell.ts";
import { FakeSite, makeNotification } from "./fake-site.ts";

useBell();

const toTraceparent = (digit: string) => `00-${digit.repeat(32)}-${digit.repeat(16)}-01`;
const sent = () => pass(1_000);

/** A bell whose receipts are kept with their headers. */
async function startTelling() {
  const told: { ids: unknown; traceparent: string | null }[] = [];
  const other = new FakeSite();
  const telling = createOrderBell({
    fetch: (input, init) => {
      if (typeof input === "string" && input.endsWith("/receipts") && typeof init?.body === "string") {
        const { ids } = JSON.parse(init.body) as { ids: unknown };
        told.push({ ids, traceparent: new Headers(init.headers).get("traceparent") });
      }
      return other.fetch(input, init);
    },
    createConnection: other.createConnection,
  });
  telling.start();
  await pass();
  return { told, telling, push: (argument: unknown) => other.openLine?.push(argument) };
}

describe("a push that belongs to a trace", () => {
  it("is answered by a receipt that belongs to it too", async () => {
    const { told, telling, push } = await startTelling();
    const notification = makeNotification(1);
    push({ ...notification, traceparent: toTraceparent("a") });
    await sent();
    await telling.stop();
    expect(told).toEqual([{ ids: [notification.id], traceparent: toTraceparent("a") }]);
  });

  it("is answered together with others in one request, which follows the first that has a trace", async () => {
    const { told, telling, push } = await startTelling();
    const all = [1, 2, 3].map((n) => makeNotification(n));
    push(all[0]);
    push({ ...all[1], traceparent: toTraceparent("b") });
    push({ ...all[2], traceparent: toTraceparent("c") });
    await sent();
    await telling.stop();
    expect(told).toEqual([{ ids: all.map(({ id }) => id), traceparent: toTraceparent("b") }]);
  });

  it("without a trace is answered without one", async () => {
    const { told, telling, push } = await startTelling();
    push(makeNotification(1));
    await sent();
    await telling.stop();
    expect(told).toMatchObject([{ traceparent: null }]);
  });

  it("shows nothing of it", async () => {
    await startLive();
    const notification = makeNotification(1);
    site.openLine?.push({ ...notification, traceparent: toTraceparent("a") });
    expect(bell.state.items).toEqual([{ ...notification, state: "stored" }]);
  });

  it("is shown although the trace is nonsense", async () => {
    await startLive();
    const notification = makeNotification(1);
    site.openLine?.push({ ...notification, traceparent: 7 });
    expect(shownIds()).toEqual([notification.id]);
    expect(errors).toEqual([]);
  });
});
