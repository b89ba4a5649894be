import type { InboxItem } from "../client/api-schemas.ts";
import type { OrderBell } from "../client/order-bell.ts";

/** How many pages without a wanted item are gone through before the person is asked again. */
const MOST_PAGES = 20;

/** Loads older pages until one more wanted item is on show or nothing is older; resolves to whether all of them came. */
export async function showOlder(
  bell: Pick<OrderBell, "state" | "loadOlder">,
  isWanted: (item: InboxItem) => boolean,
): Promise<boolean> {
  const count = (): number => bell.state.items.filter(isWanted).length;
  const before = count();
  for (let page = 0; page < MOST_PAGES && bell.state.hasOlder && count() <= before; page += 1) {
    if (!(await bell.loadOlder())) return false;
  }
  return true;
}
