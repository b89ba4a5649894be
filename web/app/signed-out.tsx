import { BellIcon } from "./icons.tsx";

/** Platform sign-in, and back to the page that asked for it. */
const SIGN_IN = "/.auth/login/aad?post_login_redirect_uri=";

/** The screen before sign-in and after the session has ended; `page` is the path to come back to. */
export function SignedOut({ page, reason }: { page: string; reason: string }) {
  return (
    <main class="welcome">
      <div class="welcome-mark">
        <BellIcon />
      </div>
      <h1>OrderBell</h1>
      <p>{reason}</p>
      <a class="primary-button" href={SIGN_IN + page}>
        Sign in
      </a>
    </main>
  );
}
