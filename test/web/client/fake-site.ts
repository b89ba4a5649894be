/**
 * One person's side of OrderBell for the client's tests: the inbox API and the hub, in memory.
 *
 * Follows the API as the design states it: newest first, `since` brings every row written after the cursor (new rows and
 * state changes), `before` the newest that are older than an id and not archived, counts are over the whole inbox, states
 * only climb. The cursor of a page that was cut does not pass what was left out. Rows are written with a growing server
 * time.
 */
import type { InboxItem, ItemState, Preferences, ReceiptState } from "../../../web/client/api-schemas.ts";
import type { HubMethod, PushConnection } from "../../../web/client/push-connection.ts";

const LADDER: readonly ItemState[] = ["stored", "received", "seen", "read", "archived"];

const EPOCH = new Date(0).toISOString();

interface Row {
  item: InboxItem;
  writtenAt: number;
}

interface FakeLine extends PushConnection {
  /** Calls a method of the client, `notification` unless named. */
  push(argument: unknown, method?: HubMethod): void;
  drop(): void;
}

/** A notification number `n`; higher numbers are newer. */
export function makeNotification(n: number, group?: string): Omit<InboxItem, "state"> {
  return {
    id: `${String(9_999_999_999_999 - n).padStart(13, "0")}-${"a".repeat(22)}`,
    createdAt: toInstant(n),
    title: `Order ${n} is now Activated`,
    body: "Status: Draft → Activated",
    orderId: "801000000000001AAA",
    transition: "statusChanged",
    priority: "normal",
    link: null,
    reasons: [{ scope: "account:001000000000001AAA", ...(group === undefined ? {} : { group }) }],
  };
}

function toText(value: unknown): string {
  if (typeof value !== "string") throw new TypeError("the client sends plain strings");
  return value;
}

function toInstant(n: number): string {
  return new Date(Date.UTC(2026, 0, 1) + n).toISOString();
}

/** The site; `calls` are the requests in order as `METHOD path`. */
export class FakeSite {
  readonly calls: string[] = [];
  readonly receipts: { ids: string[]; state: ReceiptState }[] = [];
  readonly lines: FakeLine[] = [];
  /** Returns an answer, or throws, instead of the normal answer; undefined lets the call through. */
  intercept: (method: string, path: string) => Response | undefined | Promise<undefined> = () => undefined;
  /** Runs after a read is answered from the rows, before the client gets it. */
  afterRead: () => Promise<void> | void = () => {};
  preferences: Preferences = { quietHours: null, mutedScopes: [], mutedTransitions: [] };
  /** How many one call of read-all marks. */
  readAllItems = 1_000;
  /** Makes the next starts of a line fail. */
  lineIsRefused = false;
  #rows = new Map<string, Row>();
  #now = 0;

  /** Stores notification `n`; `push` sends it to the open line too; with `group` it is one of that group. */
  notify(n: number, o: { push?: boolean; group?: string } = {}): string {
    const notification = makeNotification(n, o.group);
    this.#rows.set(notification.id, { item: { ...notification, state: "stored" }, writtenAt: this.#tick() });
    if (o.push ?? true) this.openLine?.push(notification);
    return notification.id;
  }

  push(n: number): void {
    this.openLine?.push(makeNotification(n));
  }

  get openLine(): FakeLine | undefined {
    return this.lines.at(-1);
  }

  get newestFirst(): InboxItem[] {
    return [...this.#rows.values()].map((row) => row.item).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  get counts(): { unseen: number; unread: number } {
    const states = this.newestFirst.map((item) => LADDER.indexOf(item.state));
    return {
      unseen: states.filter((rung) => rung < 2).length,
      unread: states.filter((rung) => rung < 3).length,
    };
  }

  setState(ids: readonly string[], state: ReceiptState): void {
    for (const id of ids) {
      const row = this.#rows.get(id);
      if (!row || LADDER.indexOf(row.item.state) >= LADDER.indexOf(state)) continue;
      row.item = { ...row.item, state };
      row.writtenAt = this.#tick();
    }
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const path = toText(input);
    const method = init?.method ?? "GET";
    this.calls.push(`${method} ${path}`);
    const answer = await this.intercept(method, path);
    if (answer) return answer;
    const url = new URL(path, "http://site");
    if (url.pathname === "/api/notifications") return this.#read(url.searchParams);
    if (url.pathname === "/api/notifications/receipts") return this.#receive(toText(init?.body));
    if (url.pathname === "/api/notifications/read-all") return this.#readAll();
    if (url.pathname === "/api/preferences") {
      if (method === "PUT") this.preferences = JSON.parse(toText(init?.body));
      return Response.json(this.preferences);
    }
    return new Response(null, { status: 404 });
  };

  readonly createConnection = (): FakeLine => {
    let isOpen = false;
    const listeners = new Map<HubMethod, (argument: unknown) => void>();
    let onClose = (): void => {};
    const close = (): void => {
      if (!isOpen) return;
      isOpen = false;
      onClose();
    };
    const line: FakeLine = {
      start: async () => {
        this.calls.push("connect");
        if (this.lineIsRefused) throw new Error("line refused");
        isOpen = true;
      },
      stop: async () => close(),
      on: (method, listener) => void listeners.set(method, listener),
      onClose: (listener) => void (onClose = listener),
      push: (argument, method = "notification") => {
        if (isOpen) listeners.get(method)?.(argument);
      },
      drop: close,
    };
    this.lines.push(line);
    return line;
  };

  async #read(query: URLSearchParams): Promise<Response> {
    const since = query.get("since");
    const before = query.get("before");
    if (since && before) return Response.json({ title: "since or before, not both" }, { status: 400 });
    const rows = [...this.#rows.values()]
      .filter((row) => (since ? toInstant(row.writtenAt) > since : row.item.state !== "archived"))
      .filter((row) => !before || row.item.id > before)
      .map((row) => row.item)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    const items = rows.slice(0, Number(query.get("limit")));
    const nextSince = items.length < rows.length ? (since ?? EPOCH) : toInstant(this.#now);
    const page = { items, nextSince, ...this.counts };
    await this.afterRead();
    return Response.json(page);
  }

  #receive(body: string): Response {
    const receipt: { ids: string[]; state: ReceiptState } = JSON.parse(body);
    this.receipts.push(receipt);
    this.setState(receipt.ids, receipt.state);
    return Response.json({ updated: receipt.ids.length });
  }

  #readAll(): Response {
    const unread = this.newestFirst.filter(({ state }) => LADDER.indexOf(state) < 3);
    const ids = unread.slice(0, this.readAllItems).map((item) => item.id);
    this.setState(ids, "read");
    return Response.json({ updated: ids.length, ...(ids.length < unread.length ? { more: true } : {}) });
  }

  #tick(): number {
    this.#now += 1;
    return this.#now;
  }
}
