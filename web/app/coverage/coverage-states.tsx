/** The page when there is nothing to draw. */
import { toProblem } from "../../client/api-errors.ts";
import { BellIcon, CloudOffIcon, LockIcon } from "../icons.tsx";

/** The same question again would be refused again. */
const BAD_REQUEST = 400;
const FORBIDDEN = 403;
const SIGN_OUT = "/.auth/logout?post_logout_redirect_uri=/app/coverage";
const BONES = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];

/** Before the first answer. */
export function CoverageSkeleton() {
  return (
    <div class="card skeleton" aria-busy="true">
      <output class="visually-hidden">Loading the coverage</output>
      <div class="skeleton-bars" aria-hidden="true">
        {BONES.map((bone) => (
          <span key={bone} class="bone" />
        ))}
      </div>
    </div>
  );
}

/** A range without any version. */
export function CoverageEmpty({ onRenew }: { onRenew: () => void }) {
  return (
    <div class="card blank">
      <BellIcon />
      <h2>We heard of no order change in this time</h2>
      <p>If orders did change in Salesforce, see above whether both routes work.</p>
      <button type="button" class="quiet-button" onClick={onRenew}>
        Refresh
      </button>
    </div>
  );
}

/** No answer, or not the one that was asked for. */
export function CoverageFailed({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { title, detail, status } = toProblem(error);
  if (status === FORBIDDEN) {
    return (
      <div class="card blank" role="alert">
        <LockIcon />
        <h2>This page needs the role OrderBell.Auditor</h2>
        <p>An administrator of your identity provider can give it to you. Then sign out and in again.</p>
        <a class="primary-button" href={SIGN_OUT}>
          Sign out
        </a>
      </div>
    );
  }
  return (
    <div class="card blank" role="alert">
      <CloudOffIcon />
      <h2>The coverage could not be loaded</h2>
      <p>{detail ?? title}</p>
      {status !== BAD_REQUEST && (
        <button type="button" class="primary-button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
