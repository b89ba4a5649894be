/**
 * Thousands of orders at a time, as a data load does it: one transaction for 200 records, one run at a time.
 *
 * Source: "Create Multiple Records with Fewer Round-Trips" (api_rest, resources_composite_sobjects_collections_create.htm):
 * up to 200 records a request, which are saved or, with allOrNone, rolled back together.
 */
import { setImmediate as breathe } from "node:timers/promises";
import { STATUS_CODES } from "./order-fields.ts";
import { PageError } from "./org-page-errors.ts";
import type { OrderList } from "./org-page-orders.ts";
import type { OrderDraft, OrderRecord } from "./org-record.ts";
import type { Org } from "./org.ts";

/** What can be done to many orders at once; `advance` is a step of the status while there is one, and a bit of amount. */
export type BulkChange = "amount" | "activate" | "status" | "advance";

/** A run under way. */
export interface BulkProgress {
  readonly what: "create" | BulkChange;
  readonly done: number;
  readonly total: number;
}

const RECORDS_A_TRANSACTION = 200;
/** A constant, so that no amount ever grows out of its field. */
const AMOUNT_STEP = 25;
const STATUSES = Object.keys(STATUS_CODES);

/** Changes many orders, one run at a time. */
export class BulkRuns {
  readonly #org: Org;
  readonly #list: OrderList;
  #progress: BulkProgress | null = null;

  constructor(org: Org, list: OrderList) {
    this.#org = org;
    this.#list = list;
  }

  /** The run under way. */
  get progress(): BulkProgress | null {
    return this.#progress;
  }

  /** Creates `count` orders from `toDraft`, and answers how many; ends early when `signal` says so. */
  create(count: number, toDraft: (index: number) => OrderDraft, signal: AbortSignal): Promise<number> {
    return this.#run(
      "create",
      Array.from({ length: count }, (_, index) => toDraft(index)),
      signal,
      (drafts) => this.#org.createOrders(drafts),
    );
  }

  /** Changes the `count` newest orders that can be changed so, and answers how many; ends early when `signal` says so. */
  async change(change: BulkChange, count: number, signal: AbortSignal): Promise<number> {
    const ids: string[] = [];
    for (const record of this.#list.live()) {
      if (ids.length >= count) break;
      if (toFields(change, record) !== null) ids.push(record.Id);
    }
    return this.#run(change, ids, signal, (chunk) =>
      this.#org.updateOrders(
        chunk.flatMap((id) => {
          const record = this.#org.getOrder(id);
          // Somebody else may have deleted or moved it since.
          if (record === undefined || record["IsDeleted"] === true) return [];
          const fields = toFields(change, record);
          return fields === null ? [] : [{ id, fields }];
        }),
      ),
    );
  }

  async #run<T>(
    what: BulkProgress["what"],
    items: readonly T[],
    signal: AbortSignal,
    save: (chunk: readonly T[]) => Promise<readonly OrderRecord[]>,
  ): Promise<number> {
    if (this.#progress !== null) {
      throw new PageError("BUSY", "Another run is under way. Wait until it has ended.");
    }
    const total = items.length;
    let saved = 0;
    try {
      for (let done = 0; done < total && !signal.aborted; done += RECORDS_A_TRANSACTION) {
        this.#progress = { what, done, total };
        saved += (await save(items.slice(done, done + RECORDS_A_TRANSACTION))).length;
        // Saves and messages of others come in between.
        await breathe();
      }
    } finally {
      this.#progress = null;
    }
    return saved;
  }
}

/** What to write to the order; null when there is nothing to change. */
function toFields(change: BulkChange, record: OrderRecord): OrderDraft | null {
  switch (change) {
    case "amount":
      return toNextAmount(record);
    case "activate":
      return record["StatusCode"] === "Draft" ? { Status: "Activated" } : null;
    case "status":
      return toNextStatus(record, STATUSES);
    case "advance":
      return {
        ...toNextStatus(record, STATUSES.slice(0, STATUSES.indexOf("Activated") + 1)),
        ...toNextAmount(record),
      };
  }
}

function toNextAmount(record: OrderRecord): OrderDraft {
  return { TotalAmount: Number(record["TotalAmount"]) + AMOUNT_STEP };
}

function toNextStatus(record: OrderRecord, statuses: readonly string[]): OrderDraft | null {
  const place = statuses.indexOf(String(record["Status"]));
  const next = place === -1 ? undefined : statuses[place + 1];
  return next === undefined ? null : { Status: next };
}
