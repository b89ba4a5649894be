/**
 * The headless client: keeps one person's inbox true while the page is open.
 *
 * A push is a hint, the inbox is the truth. Each round is: read the inbox once so that there is something to show (and a
 * 401 is noticed before a negotiate is wasted), open the line, and only then read the inbox again `since` the last
 * cursor: what arrived in between comes with that page, what arrives later comes by push, and ids make doubles harmless.
 * When the line cannot be opened the round still reads the inbox, so behind a hostile proxy the page polls.
 * A round that ends, for whatever reason, is followed by another after a growing, jittered wait, until `stop` or a 401.
 */
import { SignedOutError, toProblem } from "./api-errors.ts";
import { type InboxPage, pushedNotificationSchema } from "./api-schemas.ts";
import { createApi } from "./create-api.ts";
import { createCatchUp } from "./create-catch-up.ts";
import { createLoadOlder } from "./create-load-older.ts";
import { createMarkAllRead } from "./create-mark-all-read.ts";
import { createMarker } from "./create-marker.ts";
import { createReceiptQueue } from "./create-receipt-queue.ts";
import { createInboxModel } from "./inbox-model.ts";
import type { OrderBell, OrderBellOptions, OrderBellState } from "./order-bell.ts";
import { createSignalRConnection } from "./push-connection.ts";
import { repeatRounds, type Rounds } from "./repeat-rounds.ts";
import { isOnline, onWake } from "./wake-signals.ts";

const PAGE_ITEMS = 50;

/** Creates a bell; nothing is sent before `start`. */
export function createOrderBell(options: OrderBellOptions = {}): OrderBell {
  const { baseUrl = "", createConnection = createSignalRConnection, onError = logError } = options;
  const api = createApi({ baseUrl, ...(options.fetch ? { fetch: options.fetch } : {}) });
  const model = createInboxModel();
  const receipts = createReceiptQueue({
    send: tellReceived,
    onError: signOutOrReport,
  });
  const mark = createMarker({ api, model, onChange: publishInbox, onError: signOutOrReport });
  const catchUp = createCatchUp({ api, model, limit: PAGE_ITEMS, onPage });
  const asked = { api, model, signal: () => session.signal, onError: signOutOrReport };
  const loadOlder = createLoadOlder({ ...asked, limit: PAGE_ITEMS, onPage });
  const markAllRead = createMarkAllRead({ ...asked, mark, catchUp: catchUp.read, onBusy });
  const listeners = new Set<(state: OrderBellState) => void>();
  let loaded = false;
  let isMarkingAll = false;
  let state: OrderBellState = { status: "idle", loaded, isMarkingAll, ...model.view() };
  let rounds: Rounds | undefined;
  /** Ends with `stop` and with the sign-in, and what a person asked for with it. */
  let session = new AbortController();
  let stopListening = (): void => {};

  function publish(next: Pick<OrderBellState, "status" | "problem">): void {
    const { status, problem } = next;
    state = { status, loaded, isMarkingAll, ...model.view(), ...(problem ? { problem } : {}) };
    for (const listener of listeners) {
      try {
        listener(state);
      } catch (error) {
        onError(error);
      }
    }
  }

  function publishInbox(): void {
    publish(state);
  }

  function onRoundEnd(error: unknown): void {
    if (error instanceof SignedOutError) return signOut();
    const status = !isOnline() ? "offline" : loaded ? "reconnecting" : "failed";
    if (error === undefined) return publish({ status });
    onError(error);
    publish({ status, problem: toProblem(error) });
  }

  function onPage(page: InboxPage): void {
    loaded = true;
    receipts.add(page.items.filter((item) => item.state === "stored").map((item) => item.id));
    publishInbox();
  }

  function onBusy(isBusy: boolean): void {
    isMarkingAll = isBusy;
    publishInbox();
  }

  function receive(argument: unknown): void {
    const parsed = pushedNotificationSchema.safeParse(argument);
    if (!parsed.success) return onError(parsed.error);
    if (!model.addPush(parsed.data)) return;
    receipts.add([parsed.data.id]);
    publishInbox();
  }

  async function tellReceived(ids: readonly string[]): Promise<void> {
    await api.sendReceipts({ ids, state: "received" });
    model.settle({ ids, state: "received" }, "confirmed");
    publishInbox();
  }

  /** One round; resolves to how many milliseconds the line lived. */
  async function runRound(signal: AbortSignal): Promise<number> {
    if (!loaded) await catchUp.read(signal);
    const line = await createConnection(baseUrl);
    let onClosed = (): void => {};
    const closed = new Promise<void>((resolve) => {
      onClosed = resolve;
    });
    line.onClose(onClosed);
    line.onNotification((argument) => {
      if (!signal.aborted) receive(argument);
    });
    const hangUp = (): Promise<void> => {
      onClosed();
      return line.stop().catch(onError);
    };
    signal.throwIfAborted();
    const onAbort = (): void => void hangUp();
    signal.addEventListener("abort", onAbort);
    try {
      const refusal = await line.start().then(() => undefined, toRefusal);
      signal.throwIfAborted();
      await catchUp.read(signal);
      if (refusal) throw refusal;
      const liveAt = Date.now();
      publish({ status: "live" });
      await closed;
      return Date.now() - liveAt;
    } finally {
      signal.removeEventListener("abort", onAbort);
      await hangUp();
    }
  }

  function end(status: "idle" | "signedOut"): Promise<void> {
    const ended = rounds?.stop() ?? Promise.resolve();
    rounds = undefined;
    stopListening();
    receipts.stop();
    session.abort();
    session = new AbortController();
    publish({ status });
    return ended;
  }

  /** Forgets the inbox too: whoever signs in next may be someone else. */
  function signOut(): void {
    model.clear();
    catchUp.forget();
    loaded = false;
    void end("signedOut");
  }

  function signOutOrReport(error: unknown): void {
    if (error instanceof SignedOutError) signOut();
    else onError(error);
  }

  return {
    get state() {
      return state;
    },
    start() {
      if (rounds) {
        if (!loaded) publish({ status: "loading" });
        return rounds.wake();
      }
      publish({ status: loaded ? "reconnecting" : "loading" });
      rounds = repeatRounds({ round: runRound, onRoundEnd });
      stopListening = onWake(() => rounds?.wake());
    },
    stop: () => end("idle"),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    markSeen: (ids) => mark(ids, "seen"),
    markRead: (ids) => mark(ids, "read"),
    archive: (ids) => mark(ids, "archived"),
    loadOlder,
    markAllRead,
  };
}

function toRefusal(error: unknown): Error {
  return error instanceof Error ? error : new Error("The live connection was refused", { cause: error });
}

function logError(error: unknown): void {
  // oxlint-disable-next-line no-console -- the page that did not ask to hear of errors still has a console
  console.error("OrderBell:", error);
}
