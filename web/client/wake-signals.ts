/** The browser's hints that now is a good moment to try again; silent where there is no browser. */

/** The few parts of a browser's global scope that are used here; all are absent in Node.js. */
interface BrowserScope {
  /** Every scope has this one; it tells TypeScript that the types are related. */
  globalThis?: unknown;
  addEventListener?: (type: string, listener: () => void) => void;
  removeEventListener?: (type: string, listener: () => void) => void;
  document?: {
    visibilityState: string;
    addEventListener(type: string, listener: () => void): void;
    removeEventListener(type: string, listener: () => void): void;
  };
  navigator?: { onLine?: boolean };
}

const scope: BrowserScope = globalThis;

/** Calls `listener` when the network comes back or the page is looked at again; call the result to stop. */
export function onWake(listener: () => void): () => void {
  const whenVisible = (): void => {
    if (scope.document?.visibilityState === "visible") listener();
  };
  scope.addEventListener?.("online", listener);
  scope.document?.addEventListener("visibilitychange", whenVisible);
  return () => {
    scope.removeEventListener?.("online", listener);
    scope.document?.removeEventListener("visibilitychange", whenVisible);
  };
}

/** False only when the browser is sure that there is no network. */
export function isOnline(): boolean {
  return scope.navigator?.onLine !== false;
}
