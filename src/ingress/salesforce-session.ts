/**
 * One token for many calls, and the guard against a session that is refused for ever: jsforce would then sign in and
 * ask again without end (jsforce#1833), 100 calls a second out of the organisation's daily quota.
 *
 *   no token ── sign in ──> token ── refused (401) ──> no token ── sign in, but not twice in 60 s ──> …
 */
import { SalesforceError } from "../domain/salesforce-error.ts";
import type { SalesforceToken } from "./salesforce-login.ts";

/** Gives calls the shared token. */
export interface SalesforceSession {
  /**
   * Runs `call` with a token; when that is refused (`sessionRefused`), once more with a fresh one. From cold an endless
   * 401 costs two calls, with an old token three; in the 60 s after that none.
   */
  use<T>(call: (token: SalesforceToken) => Promise<T>): Promise<T>;
}

const SIGN_IN_PAUSE_MS = 60_000;

/** Opens a session over `signIn`, which is called when a token is needed and never twice at a time. */
export function createSalesforceSession(o: {
  signIn(): Promise<SalesforceToken>;
  now(): Date;
}): SalesforceSession {
  let token: SalesforceToken | undefined;
  let signingIn: Promise<SalesforceToken> | undefined;
  let lastSignIn: { at: number; refusal?: SalesforceError } | undefined;

  async function obtain(): Promise<SalesforceToken> {
    if (token !== undefined) return token;
    signingIn ??= signInAgain().finally(() => (signingIn = undefined));
    return signingIn;
  }

  async function signInAgain(): Promise<SalesforceToken> {
    const at = o.now().getTime();
    // A clock that was set back does not lock us out.
    if (lastSignIn !== undefined && Math.abs(at - lastSignIn.at) < SIGN_IN_PAUSE_MS) {
      throw lastSignIn.refusal ?? refusedTooSoon();
    }
    try {
      token = await o.signIn();
      lastSignIn = { at };
      return token;
    } catch (error) {
      // A refusal is remembered, because many failed sign-ins lock a user; no answer at all may be tried again.
      if (isProblem(error, "loginRefused")) lastSignIn = { at, refusal: error };
      throw error;
    }
  }

  async function tryWith<T>(used: SalesforceToken, call: (token: SalesforceToken) => Promise<T>): Promise<T> {
    try {
      return await call(used);
    } catch (error) {
      // Another call may have brought a fresh token meanwhile: that one stays.
      if (isProblem(error, "sessionRefused") && token === used) token = undefined;
      throw error;
    }
  }

  return {
    async use(call) {
      const first = await obtain();
      try {
        return await tryWith(first, call);
      } catch (error) {
        if (!isProblem(error, "sessionRefused")) throw error;
      }
      return tryWith(await obtain(), call);
    },
  };
}

function isProblem(error: unknown, problem: SalesforceError["problem"]): error is SalesforceError {
  return error instanceof SalesforceError && error.problem === problem;
}

function refusedTooSoon(): SalesforceError {
  return new SalesforceError(
    "sessionRefused",
    "Salesforce refuses a session that it gave less than a minute ago; no further one is asked for until that minute is " +
      "over. If this goes on, look at the external client app's policies, the user's API permission and IP restrictions.",
    { status: 401 },
  );
}
