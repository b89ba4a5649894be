/** The whole page: who is told what, and which of its screens is on show. */
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Api } from "../client/create-api.ts";
import type { Digest } from "../client/api-schemas.ts";
import type { OrderBell } from "../client/order-bell.ts";
import { ConnectionStrip } from "./connection-strip.tsx";
import { createSeenBatch } from "./create-seen-batch.ts";
import { FollowedScopes } from "./followed-scopes.tsx";
import { Inbox } from "./inbox.tsx";
import type { InboxActions } from "./inbox-actions.ts";
import { QuietSummary } from "./quiet-summary.tsx";
import { ScopeLabels } from "./scope-labels.ts";
import type { ScopeLabelMap } from "./scope-words.ts";
import { showOlder } from "./show-older.ts";
import { SignedOut } from "./signed-out.tsx";
import { TopBar } from "./top-bar.tsx";
import { useArrivals } from "./use-arrivals.ts";
import { useBellState } from "./use-bell-state.ts";

const NOTICE_MS = 6_000;

/** The page of one signed-in person. */
export function App({ bell, api }: { bell: OrderBell; api: Api }) {
  const state = useBellState(bell);
  const arrivals = useArrivals(state);
  const [notice, setNotice] = useState("");
  const [labels, setLabels] = useState<ScopeLabelMap>(new Map());
  const [dismissed, setDismissed] = useState<Digest>();
  const actions = useMemo(() => createActions(bell, setNotice), [bell]);

  useEffect(() => {
    document.title = state.unseen > 0 ? `(${state.unseen}) OrderBell` : "OrderBell";
  }, [state.unseen]);

  useEffect(() => {
    if (!notice) return;
    const timer = setTimeout(() => setNotice(""), NOTICE_MS);
    return () => clearTimeout(timer);
  }, [notice]);

  if (state.status === "signedOut") {
    return <SignedOut page="/app/" reason="Sign in to see what changed in the orders you follow." />;
  }
  return (
    <ScopeLabels.Provider value={labels}>
      <TopBar state={state} actions={actions} api={api} bell={bell} ringing={arrivals.serial} />
      <ConnectionStrip state={state} onRetry={() => bell.start()} />
      <main class="page">
        <Inbox state={state} actions={actions} onRetry={() => bell.start()}>
          {state.digest && state.digest !== dismissed && (
            <QuietSummary digest={state.digest} onDismiss={() => setDismissed(state.digest)} />
          )}
        </Inbox>
        {state.loaded && <FollowedScopes api={api} onLabels={setLabels} />}
      </main>
      <output class="visually-hidden">{arrivals.announcement}</output>
      <div class="notice-place" role="alert">
        {notice && <p class="notice">{notice}</p>}
      </div>
    </ScopeLabels.Provider>
  );
}

function createActions(bell: OrderBell, setNotice: (text: string) => void): InboxActions {
  const isSignedIn = (): boolean => bell.state.status !== "signedOut";
  const tell = async (saved: Promise<boolean>): Promise<void> => {
    if (!(await saved) && isSignedIn()) {
      setNotice("That could not be saved, so it was undone. Please try again.");
    }
  };
  const readAll = async (): Promise<void> => {
    const outcome = await bell.markAllRead();
    if (outcome !== "done" && isSignedIn()) setNotice(toReadAllWords(outcome, bell.state.unread));
  };
  return {
    onSeen: createSeenBatch(bell),
    onRead: (ids) => void tell(bell.markRead(ids)),
    onReadAll: () => void readAll(),
    onArchive: (ids) => void tell(bell.archive(ids)),
    async onOlder(isWanted) {
      if (!(await showOlder(bell, isWanted)) && isSignedIn()) {
        setNotice("Older notifications could not be loaded. Please try again.");
      }
    },
  };
}

function toReadAllWords(outcome: "unfinished" | "refused", unread: number): string {
  const left = `${unread} ${unread === 1 ? "is" : "are"} still unread`;
  return outcome === "unfinished"
    ? `${left}. Choose “Mark all as read” again to go on.`
    : `Not everything could be marked as read: ${left}. Please try again.`;
}
