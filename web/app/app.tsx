/** The whole page: who is told what, and which of its screens is on show. */
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Api } from "../client/create-api.ts";
import type { OrderBell } from "../client/order-bell.ts";
import { ConnectionStrip } from "./connection-strip.tsx";
import { createSeenBatch } from "./create-seen-batch.ts";
import { FollowedScopes } from "./followed-scopes.tsx";
import { Inbox } from "./inbox.tsx";
import type { InboxActions } from "./inbox-actions.ts";
import { ScopeLabels } from "./scope-labels.ts";
import type { ScopeLabelMap } from "./scope-words.ts";
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
  const actions = useMemo(() => createActions(bell, setNotice), [bell]);

  useEffect(() => {
    document.title = state.unseen > 0 ? `(${state.unseen}) OrderBell` : "OrderBell";
  }, [state.unseen]);

  useEffect(() => {
    if (!notice) return;
    const timer = setTimeout(() => setNotice(""), NOTICE_MS);
    return () => clearTimeout(timer);
  }, [notice]);

  if (state.status === "signedOut") return <SignedOut />;
  return (
    <ScopeLabels.Provider value={labels}>
      <TopBar state={state} actions={actions} api={api} ringing={arrivals.serial} />
      <ConnectionStrip state={state} onRetry={() => bell.start()} />
      <main class="page">
        <Inbox state={state} actions={actions} onRetry={() => bell.start()} />
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
  const tell = async (saved: Promise<boolean>): Promise<void> => {
    if (!(await saved) && bell.state.status !== "signedOut") {
      setNotice("That could not be saved, so it was undone. Please try again.");
    }
  };
  return {
    onSeen: createSeenBatch(bell),
    onRead: (ids) => void tell(bell.markRead(ids)),
    onArchive: (ids) => void tell(bell.archive(ids)),
  };
}
