import { useCallback, useEffect, useState } from "preact/hooks";

/** Something that comes from the API: not here yet, here (and perhaps being renewed), or not to be had. */
export type Loaded<T> =
  | { readonly kind: "loading" }
  | { readonly kind: "loaded"; readonly value: T; readonly isRenewing: boolean }
  | { readonly kind: "failed"; readonly error: unknown };

/** Loads whenever `load` is another function, and again on `renew`; what is on show stays meanwhile, an error does not. */
export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>): {
  loaded: Loaded<T>;
  renew: () => void;
} {
  const [loaded, setLoaded] = useState<Loaded<T>>({ kind: "loading" });
  const [serial, setSerial] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    setLoaded((before) => (before.kind === "loaded" ? { ...before, isRenewing: true } : { kind: "loading" }));
    load(signal).then(
      (value) => signal.aborted || setLoaded({ kind: "loaded", value, isRenewing: false }),
      (error: unknown) => signal.aborted || setLoaded({ kind: "failed", error }),
    );
    return () => controller.abort();
  }, [load, serial]);
  const renew = useCallback(() => setSerial((before) => before + 1), []);
  return { loaded, renew };
}
