import { useEffect, useState } from "preact/hooks";

const TICK_MS = 30_000;

/** The present in milliseconds, renewed twice a minute, for times told as "5 minutes ago". */
export function useNow(): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}
