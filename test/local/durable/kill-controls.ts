/**
 * Takes away from the engine what the kill harness is there to prove. It replaces methods of the store in this process
 * only; the product has no such switch.
 */
import type { RootDatabase } from "lmdb";
import { InstanceStore } from "../../../local/durable/instance-store.ts";
import type { Control } from "./kill-messages.ts";

const commitEveryMs = 250;

/** Switches the named ability off. */
export function switchOff(control: Control, state: RootDatabase): void {
  switch (control) {
    case "recovery":
      return forgetWhatWasUnderWay(state);
    case "commit":
      InstanceStore.prototype.commit = async (_name, write) => state.transactionSync(write);
      void commitNowAndThen(state);
  }
}

/** What was pending before this process began stays as it is; everything newer works. */
function forgetWhatWasUnderWay(state: RootDatabase): void {
  const { prototype } = InstanceStore;
  const { listTimers } = prototype;
  const oldTimers = new Set(
    new InstanceStore(state).listTimers(100_000).map((timer) => JSON.stringify(timer)),
  );
  prototype.listTimers = function newTimers(limit) {
    const all = Reflect.apply(listTimers, this, [limit + oldTimers.size]);
    return all.filter((timer) => !oldTimers.has(JSON.stringify(timer))).slice(0, limit);
  };
  prototype.listActivities = () => [];
  prototype.listWaitingInstanceIds = () => [];
}

/** Keeps a transaction open: everything sees what is written in it, and four times a second it becomes durable. */
async function commitNowAndThen(state: RootDatabase): Promise<void> {
  for (;;) {
    await state.transactionSync(() => new Promise((resolve) => setTimeout(resolve, commitEveryMs)));
  }
}
