/** The client before a fake site and with a fake clock; a test file calls `useBell` once and reads `site` and `bell`. */
import { afterEach, beforeEach, expect, vi } from "vitest";
import { createOrderBell } from "../../../web/client/create-order-bell.ts";
import type { OrderBell } from "../../../web/client/order-bell.ts";
import { FakeSite } from "./fake-site.ts";

/** The site of the running test. */
export let site: FakeSite;
/** The client of the running test. */
export let bell: OrderBell;
/** What the client reported. */
export let errors: unknown[];

/** Starts every test of the file with a site and a client of its own. */
export function useBell(): void {
  beforeEach(() => {
    vi.useFakeTimers();
    site = new FakeSite();
    errors = [];
    bell = createOrderBell({
      fetch: site.fetch,
      createConnection: site.createConnection,
      onError: (error) => errors.push(error),
    });
  });

  afterEach(async () => {
    await bell.stop();
    vi.useRealTimers();
  });
}

/** Lets everything that is due within `ms` happen. */
export async function pass(ms = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

/** Starts the client and sees it live. */
export async function startLive(): Promise<void> {
  bell.start();
  await pass();
  expect(bell.state.status).toBe("live");
}

/** What the client shows, in its order. */
export function shownIds(): string[] {
  return bell.state.items.map((item) => item.id);
}

/** A refusal as the API words it. */
export function problem(status: number, title: string): Response {
  return Response.json({ title }, { status, headers: { "content-type": "application/problem+json" } });
}
