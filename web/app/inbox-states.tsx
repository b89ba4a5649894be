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

/** Nothing to show; `hasItems` when only the filter hides them. */
export function InboxEmpty({ hasItems }: { hasItems: boolean }) {
  return (
    <div class="card blank">
      <BellIcon />
      <p>
        {hasItems
          ? "You have read everything."
          : "Nothing yet. When an order you follow changes, it rings here."}
      </p>
    </div>
  );
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
