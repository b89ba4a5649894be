import type { Digest } from "../client/api-schemas.ts";
import { toSummaryWords } from "./create-burst.ts";
import { CloseIcon, MoonIcon } from "./icons.tsx";

/** One line over the inbox after quiet hours; it stays until the person has read it, which may be hours later. */
export function QuietSummary(props: { digest: Digest; onDismiss: () => void }) {
  return (
    <div class="card quiet-summary" data-testid="quiet-summary">
      <MoonIcon />
      <p>{toSummaryWords(props.digest.count)}</p>
      <button type="button" class="icon-button" aria-label="Dismiss the summary" onClick={props.onDismiss}>
        <CloseIcon />
      </button>
    </div>
  );
}
