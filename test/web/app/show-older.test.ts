import { describe, expect, it } from "vitest";
import { showOlder } from "../../../web/app/show-older.ts";
import type { InboxItem } from "../../../web/client/api-schemas.ts";
import { isUnread } from "../../../web/client/item-state.ts";
import { createOrderBell } from "../../../web/client/create-order-bell.ts";
import { FakeSite } from "../client/fake-site.ts";

/** A live bell over `count` notifications of which only the oldest `unread` are unread. */
async function startBell(count: number, unread: number): Promise<{ site: FakeSite; bell: Bell }> {
  const site = new FakeSite();
  for (let n = 1; n <= count; n += 1) site.notify(n);
  site.setState(
    site.newestFirst.slice(0, count - unread).map((item) => item.id),
    "read",
  );
  const bell = createOrderBell({
    fetch: site.fetch,
    createConnection: site.createConnection,
    onError: () => {},
  });
  await new Promise<void>((resolve) => {
    bell.subscribe(({ status }) => status === "live" && resolve());
    bell.start();
  });
  return { site, bell };
}

type Bell = ReturnType<typeof createOrderBell>;
const isAny = (_item: InboxItem): boolean => true;

describe("showOlder", () => {
  it("adds one page when anything is wanted", async () => {
    const { bell } = await startBell(200, 0);
    expect(await showOlder(bell, isAny)).toBe(true);
    expect(bell.state.items).toHaveLength(100);
    await bell.stop();
  });

  it("goes on over pages without an unread one until it finds one", async () => {
    const { bell } = await startBell(300, 60);
    expect(await showOlder(bell, isUnread)).toBe(true);
    expect(bell.state.items).toHaveLength(250);
    expect(bell.state.items.filter(isUnread)).toHaveLength(10);
    await bell.stop();
  });

  it("ends at the end of the inbox", async () => {
    const { bell } = await startBell(120, 0);
    expect(await showOlder(bell, isUnread)).toBe(true);
    expect(bell.state).toMatchObject({ hasOlder: false });
    await bell.stop();
  });

  it("gives back control after 20 pages", async () => {
    const { bell } = await startBell(1_200, 0);
    expect(await showOlder(bell, isUnread)).toBe(true);
    expect(bell.state.items).toHaveLength(1_050);
    await bell.stop();
  });

  it("says when a page did not come", async () => {
    const { site, bell } = await startBell(120, 0);
    site.intercept = () => new Response(null, { status: 503 });
    expect(await showOlder(bell, isAny)).toBe(false);
    await bell.stop();
  });
});
