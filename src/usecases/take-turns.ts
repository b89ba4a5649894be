/** Work that is done one after another in this process, first come first served. */
import { setTimeout as delay } from "node:timers/promises";

/** Whoever has waited for `patienceMs` goes ahead: what hangs holds up nobody for ever. */
export function createTurns(patienceMs: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = waitAtMost(last, patienceMs).then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
}

async function waitAtMost(last: Promise<unknown>, ms: number): Promise<void> {
  const waiting = new AbortController();
  const { signal } = waiting;
  await Promise.race([last, delay(ms, undefined, { signal }).catch(() => undefined)]);
  waiting.abort();
}
