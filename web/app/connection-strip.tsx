import type { OrderBellState } from "../client/order-bell.ts";
import { CloudOffIcon } from "./icons.tsx";

/** The line under the bar while what is shown may be out of date. */
export function ConnectionStrip({ state, onRetry }: { state: OrderBellState; onRetry: () => void }) {
  const words = toWords(state);
  return (
    <div class={words ? "strip" : ""}>
      {words && <CloudOffIcon />}
      <output>{words}</output>
      {state.status === "reconnecting" && (
        <button type="button" class="link-button" onClick={onRetry}>
          Try now
        </button>
      )}
    </div>
  );
}

function toWords({ status }: OrderBellState): string | undefined {
  switch (status) {
    case "offline":
      return "You are offline. What you miss rings here when you are back.";
    case "reconnecting":
      return "The live connection was lost. Trying again…";
    case "idle":
    case "loading":
    case "live":
    case "failed":
    case "signedOut":
      return undefined;
  }
}
