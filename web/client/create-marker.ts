/** Marks notifications at once on the screen and then at the server, and takes back what the server refuses. */
import type { Api } from "./create-api.ts";
import type { ReceiptState } from "./api-schemas.ts";
import type { Change, InboxModel } from "./inbox-model.ts";
import { higherState } from "./item-state.ts";

/** What the API takes in one call. */
const RECEIPT_IDS = 100;

/** Makes `mark`, which resolves to whether the server agreed; `onChange` is called whenever the inbox looks different. */
export function createMarker(o: {
  api: Api;
  model: InboxModel;
  onChange: () => void;
  onError: (error: unknown) => void;
}): (ids: readonly string[], state: ReceiptState) => Promise<boolean> {
  async function settle(change: Change): Promise<boolean> {
    try {
      await o.api.sendReceipts(change);
    } catch (error) {
      o.model.settle(change, "refused");
      o.onChange();
      o.onError(error);
      return false;
    }
    o.model.settle(change, "confirmed");
    o.onChange();
    return true;
  }

  return async (ids, state) => {
    const shown = new Map(o.model.view().items.map((item) => [item.id, item.state]));
    const due = [...new Set(ids)].filter((id) => {
      const now = shown.get(id);
      return now === undefined || higherState(now, state) !== now;
    });
    if (due.length === 0) return true;
    const changes: Change[] = [];
    for (let at = 0; at < due.length; at += RECEIPT_IDS) {
      changes.push({ ids: due.slice(at, at + RECEIPT_IDS), state });
    }
    for (const change of changes) o.model.apply(change);
    o.onChange();
    return (await Promise.all(changes.map(settle))).every(Boolean);
  };
}
