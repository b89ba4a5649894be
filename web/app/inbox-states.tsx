/** The inbox when there is nothing to list. */
import type { Problem } from "../client/api-errors.ts";
import { BellIcon, CloudOffIcon } from "./icons.tsx";

/** Before the first answer. */
export function InboxSkeleton() {
  return (
    <div class="card items" aria-busy="true">
      <output class="visually-hidden">Loading your inbox</output>
      {["a", "b", "c", "d"].map((row) => (
        <div key={row} class="item skeleton" aria-hidden="true">
          <div class="item-text">
            <span class="bone bone-title" />
            <span class="bone bone-body" />
            <span class="bone bone-meta" />
          </div>
        </div>
      ))}
    </div>
  );
}

/** Which notifications are listed. */
export type Filter = "all" | "unread";

/** Nothing to list: of what is loaded (`hasItems` when only the filter hides it), or at all when there is no older. */
export function InboxEmpty(props: { filter: Filter; hasItems: boolean; hasOlder: boolean }) {
  return (
    <div class="card blank">
      <BellIcon />
      <p>{toEmptyWords(props)}</p>
    </div>
  );
}

function toEmptyWords(o: { filter: Filter; hasItems: boolean; hasOlder: boolean }): string {
  if (o.hasOlder) {
    return o.filter === "unread"
      ? "You have read the newest ones. Some older ones are still unread."
      : "You have put away the newest ones. There are older ones.";
  }
  if (o.hasItems) return "You have read everything.";
  return "Nothing yet. When an order you follow changes, it rings here.";
}

/** The first load failed. */
export function InboxFailed({ problem, onRetry }: { problem: Problem; onRetry: () => void }) {
  return (
    <div class="card blank" role="alert">
      <CloudOffIcon />
      <h2>Your inbox could not be loaded</h2>
      <p>
        {problem.title}
        {problem.detail && `. ${problem.detail}`}
      </p>
      <button type="button" class="primary-button" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}
