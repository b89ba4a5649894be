/** The orders as the org's page lists them: newest first, page by page, found by number. */
import type { OrderRecord } from "./org-record.ts";
import type { NamedRecord, Org } from "./org.ts";

/** One order in the words of the page. */
export interface OrderView {
  readonly id: string;
  readonly number: string;
  readonly account: string;
  readonly status: string;
  readonly statusCode: string;
  readonly amount: number;
  readonly ownerId: string;
  readonly owner: string;
  readonly region: string;
  /** UTC. */
  readonly lastModified: string;
  readonly isDeleted: boolean;
}

/** A page of orders, newest first, deleted ones too. */
export interface OrderListPage {
  readonly orders: readonly OrderView[];
  /** The number to ask for what is before it; null on the last page. */
  readonly older: string | null;
}

/** Which orders are wanted: those before a number, or the one of a number; both in digits. */
export interface OrderSearch {
  readonly search?: string | undefined;
  readonly before?: string | undefined;
}

const PAGE_SIZE = 50;

/** The orders of `org` by their place in the order of creation, which is that of their numbers. */
export class OrderList {
  readonly #org: Org;
  /** Built when somebody first looks behind the newest page, then kept up. */
  #ids: string[] | undefined;

  constructor(org: Org) {
    this.#org = org;
    org.onSave(({ ids, kind }) => {
      if (kind === "created") this.#append(ids);
    });
  }

  /** One page of the list. */
  find({ search = "", before = "" }: OrderSearch): OrderListPage {
    if (search !== "") return { orders: this.#findByNumber(search), older: null };
    const records = before === "" ? this.#listNewest() : this.#listBefore(Number(before));
    const orders = records.slice(0, PAGE_SIZE).map((record) => toOrderView(this.#org, record));
    return { orders, older: records.length > PAGE_SIZE ? (orders.at(-1)?.number ?? null) : null };
  }

  /** The orders that were not deleted, newest first, read one by one. */
  *live(): Generator<OrderRecord> {
    for (const id of this.#allIds().toReversed()) {
      const record = this.#org.getOrder(id);
      if (record !== undefined && record["IsDeleted"] !== true) yield record;
    }
  }

  #listNewest(): OrderRecord[] {
    return this.#org.listOrders({ limit: PAGE_SIZE + 1, newestFirst: true, includeDeleted: true });
  }

  #listBefore(number: number): OrderRecord[] {
    const end = this.#toPlace(number);
    const ids = this.#allIds().slice(Math.max(0, end - PAGE_SIZE - 1), end);
    return ids.toReversed().flatMap((id) => this.#org.getOrder(id) ?? []);
  }

  /** Leading zeros may be left out. */
  #findByNumber(search: string): OrderView[] {
    const record = this.#org.getOrder(this.#allIds()[this.#toPlace(Number(search))] ?? "");
    if (record === undefined || Number(record["OrderNumber"]) !== Number(search)) return [];
    return [toOrderView(this.#org, record)];
  }

  /** The place of the first order whose number is not below `number`. */
  #toPlace(number: number): number {
    const ids = this.#allIds();
    let low = 0;
    let high = ids.length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const record = this.#org.getOrder(ids[middle] ?? "");
      if (Number(record?.["OrderNumber"]) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #allIds(): string[] {
    this.#ids ??= this.#org.listOrders({ includeDeleted: true }).map((record) => record.Id);
    return this.#ids;
  }

  #append(added: readonly string[]): void {
    const last = this.#ids?.at(-1) ?? "";
    // The list may have been built between the commit and this call: then it is built again.
    if (added.every((id) => id > last)) this.#ids?.push(...added);
    else this.#ids = undefined;
  }
}

/** The order in the words of the page. */
export function toOrderView(org: Org, record: OrderRecord): OrderView {
  return {
    id: record.Id,
    number: toText(record["OrderNumber"]),
    account: toName(org.accounts, record["AccountId"]),
    status: toText(record["Status"]),
    statusCode: toText(record["StatusCode"]),
    amount: Number(record["TotalAmount"]),
    ownerId: toText(record["OwnerId"]),
    owner: toName(org.users, record["OwnerId"]),
    region: toText(record["Region__c"]),
    lastModified: toText(record["LastModifiedDate"]).replace("+0000", "Z"),
    isDeleted: record["IsDeleted"] === true,
  };
}

function toText(value: OrderRecord[string] | undefined): string {
  return String(value ?? "");
}

function toName(records: readonly NamedRecord[], id: OrderRecord[string] | undefined): string {
  return records.find((record) => record.Id === id)?.Name ?? toText(id);
}
