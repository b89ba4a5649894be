import { BellIcon } from "./icons.tsx";

/** Platform sign-in, and back to this page. */
const SIGN_IN = "/.auth/login/aad?post_login_redirect_uri=/app/";

/** The screen before sign-in and after the session has ended. */
export function SignedOut() {
  return (
    <main class="welcome">
      <div class="welcome-mark">
        <BellIcon />
      </div>
      <h1>OrderBell</h1>
      <p>Sign in to see what changed in the orders you follow.</p>
      <a class="primary-button" href={SIGN_IN}>
        Sign in
      </a>
    </main>
  );
}
