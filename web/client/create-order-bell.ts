/**
 * The headless client: keeps one person's inbox true while the page is open.
 *
 * A push is a hint, the inbox is the truth. A round (create-round.ts) that ends, for whatever reason, is followed by
 * another after a growing, jittered wait, until `stop` or a 401.
 */
import { SignedOutError, toProblem } from "./api-errors.ts";
import type { InboxPage } from "./api-schemas.ts";
import { createApi } from "./create-api.ts";
import { createCatchUp } from "./create-catch-up.ts";
import { createLoadOlder } from "./create-load-older.ts";
import { createMarkAllRead } from "./create-mark-all-read.ts";
import { createMarker } from "./create-marker.ts";
import { createOwnPreferences } from "./create-own-preferences.ts";
import { createPushIntake } from "./create-push-intake.ts";
import { createReceiptQueue } from "./create-receipt-queue.ts";
import { createRefresh } from "./create-refresh.ts";
import { createRound } from "./create-round.ts";
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
  const markAllRead = createMarkAllRead({ ...asked, catchUp: catchUp.read, onBusy });
  const refresh = createRefresh({ ...asked, read: catchUp.read });
  const preferences = createOwnPreferences({ api, onError: signOutOrReport });
  const intake = createPushIntake({
    model,
    preferences,
    refresh,
    onReceived: receipts.add,
    onChange: publishInbox,
    onError,
  });
  const runRound = createRound({
    connect: () => createConnection(baseUrl),
    catchUp,
    preferences,
    isLoaded: () => loaded,
    listen: intake.listen,
    onLive: () => publish({ status: "live" }),
    onError,
  });
  const listeners = new Set<(state: OrderBellState) => void>();
  let loaded = false;
  let isMarkingAll = false;
  let state: OrderBellState = toState({ status: "idle" });
  let rounds: Rounds | undefined;
  /** Ends with `stop` and with the sign-in, and what a person asked for with it. */
  let session = new AbortController();
  let stopListening = (): void => {};

  function toState({ status, problem }: Pick<OrderBellState, "status" | "problem">): OrderBellState {
    const digest = intake.digest();
    const known = { status, loaded, isMarkingAll, silent: intake.silent(), ...model.view() };
    return { ...known, ...(digest ? { digest } : {}), ...(problem ? { problem } : {}) };
  }

  function publish(next: Pick<OrderBellState, "status" | "problem">): void {
    state = toState(next);
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
    intake.addPage(page.items);
    receipts.add(page.items.filter((item) => item.state === "stored").map((item) => item.id));
    publishInbox();
  }

  function onBusy(isBusy: boolean): void {
    isMarkingAll = isBusy;
    publishInbox();
  }

  async function tellReceived(ids: readonly string[], traceparent?: string): Promise<void> {
    await api.sendReceipts({ ids, state: "received", ...(traceparent ? { traceparent } : {}) });
    model.settle({ ids, state: "received" }, "confirmed");
    publishInbox();
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
    intake.clear();
    preferences.forget();
    catchUp.forget();
    loaded = false;
    void end("signedOut");
  }

  /** What is muted, or no longer, may lie anywhere in the inbox. */
  function readAfresh(): void {
    catchUp.forget();
    intake.hush();
    refresh();
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
    async savePreferences(wanted) {
      const { signal } = session;
      try {
        const saved = await preferences.save(wanted);
        if (!signal.aborted) readAfresh();
        return saved;
      } catch (error) {
        if (error instanceof SignedOutError) signOut();
        throw error;
      }
    },
  };
}

function logError(error: unknown): void {
  // oxlint-disable-next-line no-console -- the page that did not ask to hear of errors still has a console
  console.error("OrderBell:", error);
}
